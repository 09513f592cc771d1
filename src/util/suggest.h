/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * "Did you mean": the word among several that is most like a mistyped one.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

struct suggest {
	const char *word;    /* that was typed */
	const char *nearest; /* NULL: no word is near enough */
	size_t least;        /* characters to change to get from word to nearest */
};

/* WORD outlives SUGGEST. */
void suggest_init(struct suggest *suggest, const char *word);

/* Makes CANDIDATE the nearest if fewer than three characters, and fewer than WORD has, differ, and
 * fewer than in any candidate before. */
void suggest_try(struct suggest *suggest, const char *candidate);

#endif
