/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A result whose line ends in "{". Its subtest opens if the next line is indented, or
 * is "}"; else the "{" is the end of its name. Until then the result waits.
 */
#ifndef TAP_OPENING_H
#define TAP_OPENING_H

#include "levels.h"
#include "line.h"

#define TAP_OPENING_MAX 4096 /* bytes of a line that may open a level */

struct tap_opening {
	size_t at; /* the level of the result; TAP_NO_LEVEL: none waits */
	size_t len;
	char text[TAP_OPENING_MAX + 1]; /* and a newline */
};

/* Keeps LINE, a result at level AT that ends in "{". Returns false if it cannot open a level: its
 * subtest came before it, or there are too many levels. */
bool tap_opening_begin(struct tap_opening *opening, const struct tap_levels *levels,
                       const struct tap_line *line, size_t at);

/* Ends the wait: stores the result in *LINE, which is valid until the next tap_opening_begin.
 * NEXT is the line after the result, or NULL at the end of the input, which opens a subtest if
 * SAVED says so. Returns whether a subtest opens. */
bool tap_opening_end(struct tap_opening *opening, const struct tap_levels *levels,
                     const struct tap_line *next, bool saved, struct tap_line *line);

#endif
