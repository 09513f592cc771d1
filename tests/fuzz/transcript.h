/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A transcript: the output as bytes, so that two runs can be compared.
 * Pieces of one kind that follow one another without a break count as one.
 */
#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <subunit2/view.h>

#include <stdlib.h>

struct transcript {
	char *bytes;
	size_t len, size; /* used, allocated */
	char kind;        /* of the last piece */
};

static inline void
transcript_put(struct transcript *transcript, struct subunit2_view bytes)
{
	if (bytes.len == 0)
		return;
	if (transcript->len + bytes.len > transcript->size) {
		transcript->size = 2 * (transcript->len + bytes.len);
		transcript->bytes = realloc(transcript->bytes, transcript->size);
	}
	if (!transcript->bytes)
		abort();
	memcpy(transcript->bytes + transcript->len, bytes.data, bytes.len);
	transcript->len += bytes.len;
}

/* BREAK: this piece does not continue the last one, even if it has the same kind. */
static inline void
transcript_piece(struct transcript *transcript, char kind, bool break_before,
                 struct subunit2_view bytes)
{
	if (break_before || kind != transcript->kind)
		transcript_put(transcript, (struct subunit2_view){(char[]){'\n', kind, ' '}, 3});
	transcript->kind = kind;
	transcript_put(transcript, bytes);
}

static inline bool
transcript_equal(const struct transcript *a, const struct transcript *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

#endif
