/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The one place where bytes become XML.
 */
#ifndef XML_H
#define XML_H

#include <subunit2/view.h>

#include <stdio.h>

/*
 * TEXT as the content of an element. What XML 1.0 cannot hold (control characters,
 * what is not UTF-8) becomes \xNN; everything else comes back from a parser as it
 * was.
 */
void xml_put(FILE *file, struct subunit2_view text);

/* The same for an attribute, in quotes of the caller's. */
void xml_put_attribute(FILE *file, struct subunit2_view text);

#endif
