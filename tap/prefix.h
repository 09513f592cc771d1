/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Skips the bytes before the text of a line: a signature of UTF-8, carriage returns and a
 * terminal's colors, and the prefix of a kernel's console, "[    1.234567] ", with "<6>" before it,
 * or "[ T1]" after it or in its place.
 */
#ifndef TAP_PREFIX_H
#define TAP_PREFIX_H

#include "bytes.h"

#define TAP_COLOR_MAX 32 /* bytes: "\033[1;38;2;255;255;255m" and more */

/* Returns whether one of these may begin with C. */
bool tap_prefix_may_begin(char c);

/* Returns TEXT without all of these at its start. */
struct tap_bytes tap_prefix_skip(struct tap_bytes text);

/* Returns TEXT without the first three, or without colors, at its start. */
struct tap_bytes tap_prefix_skip_controls(struct tap_bytes text);
struct tap_bytes tap_prefix_skip_colors(struct tap_bytes text);

/* Returns the length of a color at the start of TEXT, "\033[1;32m"; 0: TEXT has none. */
size_t tap_prefix_color_len(struct tap_bytes text);

/* Return whether PART is the begin of a console's prefix, a color or a signature, but not a whole
 * one. */
bool tap_prefix_may_be(struct tap_bytes part);
bool tap_prefix_may_be_color(struct tap_bytes part);
bool tap_prefix_may_be_signature(struct tap_bytes part);

#endif
