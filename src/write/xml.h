/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Escapes text for XML.
 */
#ifndef XML_H
#define XML_H

#include <subunit2/view.h>

#include <stdio.h>

/*
 * Writes TEXT as the content of an element. Bytes that XML 1.0 cannot hold (control characters,
 * bytes that are not UTF-8) become \xNN, except SGR sequences (sgr.h), which are removed; a parser
 * returns all others unchanged.
 */
void xml_put(FILE *file, struct subunit2_view text);

/* Returns true if TEXT needs no escapes, in an element and in an attribute. */
bool xml_is_plain(struct subunit2_view text);

/* Writes TEXT for an attribute, between double quotes that the caller writes. */
void xml_put_attribute(FILE *file, struct subunit2_view text);

#endif
