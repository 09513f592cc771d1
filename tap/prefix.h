/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Skips the prefix of a line: the byte order mark of UTF-8, carriage returns, the colors of a
 * terminal, and the console prefix that a kernel prints: "[    1.234567] ", with "<6>" before it,
 * or with "[ T1]" after it or in its place.
 */
#ifndef TAP_PREFIX_H
#define TAP_PREFIX_H

#include "bytes.h"

#define TAP_COLOR_MAX 32 /* bytes: "\033[1;38;2;255;255;255m" and more */

/* Returns whether a prefix may begin with C. */
bool tap_prefix_may_begin(char c);

/* Returns TEXT without its prefix. */
struct tap_bytes tap_prefix_skip(struct tap_bytes text);

/* Return TEXT without a byte order mark, carriage returns and colors at its start; without colors
 * at its start. */
struct tap_bytes tap_prefix_skip_controls(struct tap_bytes text);
struct tap_bytes tap_prefix_skip_colors(struct tap_bytes text);

/* Returns the length of a color at the start of TEXT, "\033[1;32m"; 0: TEXT has none. */
size_t tap_prefix_color_len(struct tap_bytes text);

/* Return whether PART is the start of a console prefix, of a color or of a byte order mark, but not
 * a whole one. */
bool tap_prefix_may_be(struct tap_bytes part);
bool tap_prefix_may_be_color(struct tap_bytes part);
bool tap_prefix_may_be_byte_order_mark(struct tap_bytes part);

#endif
