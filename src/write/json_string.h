/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes JSON strings.
 */
#ifndef JSON_STRING_H
#define JSON_STRING_H

#include "buffer.h"

#include <subunit2/view.h>

#include <stdio.h>

/* Writes TEXT, which is UTF-8, in quotes. Control characters, including NUL, are escaped. */
void json_string_put(FILE *file, struct subunit2_view text);

/* Appends TEXT in the same form to a buffer. */
void json_string_add(struct buffer *to, struct subunit2_view text);

/* Writes TEXT in quotes for a <script> element of HTML: "<" is escaped, so that the element cannot
 * be ended. TEXT may hold any bytes; those that are not UTF-8 become \xNN. */
void json_string_put_in_page(FILE *file, struct subunit2_view text);

#endif
