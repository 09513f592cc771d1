/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "suggest.h"

#include <stdint.h>
#include <string.h>

#define EDITS_MAX 3 /* as many are too many */

/* Returns the Levenshtein distance of A and B: the number of characters to insert, remove
 * or replace. Returns SIZE_MAX if B is too long. */
static size_t
suggest_distance(const char *a, const char *b)
{
	size_t row[32];
	size_t len = strlen(b);
	if (len >= sizeof(row) / sizeof(*row))
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t least = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			if (row[j] + 1 < least)
				least = row[j] + 1;
			row[j] = least;
		}
	}
	return row[len];
}

void
suggest_init(struct suggest *suggest, const char *word)
{
	size_t len = strlen(word);
	*suggest = (struct suggest){.word = word, .least = len < EDITS_MAX ? len : EDITS_MAX};
}

void
suggest_try(struct suggest *suggest, const char *candidate)
{
	size_t edits = suggest_distance(suggest->word, candidate);
	if (edits >= suggest->least)
		return;
	suggest->least = edits;
	suggest->nearest = candidate;
}
