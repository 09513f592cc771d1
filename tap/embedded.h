/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results that stand after text in their line, as where a program did not end its own line:
 * "loading... ok 3 - loaded". One counts if it has the number that is expected next, unless the
 * text before it ends in "not". "webhook 3 - sent" is text: an "ok" directly after a letter is the
 * end of a word.
 */
#ifndef TAP_EMBEDDED_H
#define TAP_EMBEDDED_H

#include "levels.h"

/* The text of a line up to here. All zeroes at the start of a line. */
struct tap_embedded {
	char last_char;       /* white space aside; 0: none yet */
	unsigned char ending; /* whether the text ends in a word, or in "not"; see embedded.c */
};

/* Adds TEXT to the text before. */
void tap_embedded_add(struct tap_embedded *line, struct tap_bytes text);

enum tap_fit {
	TAP_FIT_NO,
	TAP_FIT_PART, /* more bytes are needed to know */
	TAP_FIT_YES,
};

/* Finds a result in PIECE, which follows the text LINE, or the bytes at the end of PIECE that may
 * begin one. COMPLETE: the line ends after PIECE. Returns the offset; *LEVEL is that of the
 * result. */
size_t tap_embedded_find(const struct tap_embedded *line, const struct tap_levels *levels,
                         struct tap_bytes piece, bool complete, enum tap_fit *fit, size_t *level);

#endif
