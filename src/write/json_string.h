/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The one place where bytes become a JSON string.
 */
#ifndef JSON_STRING_H
#define JSON_STRING_H

#include <subunit2/view.h>

#include <stdio.h>

/* TEXT, which is UTF-8, in quotes; control characters, NUL among them, are
 * escaped. */
void json_string_put(FILE *file, struct subunit2_view text);

/* The same for JSON within a page's <script>, which no "<" may end; TEXT may be
 * any bytes: what is not UTF-8 becomes \xNN. */
void json_string_put_in_page(FILE *file, struct subunit2_view text);

#endif
