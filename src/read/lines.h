/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Splits pieces of an input into lines. A piece goes in as a view, and whole lines are taken
 * from it one by one; only a line in several pieces is copied.
 *
 *     while (lines_take(&lines, &rest, &line))
 *         ...
 */
#ifndef LINES_H
#define LINES_H

#include <stdint.h>
#include <subunit2/view.h>

/* All zeroes to begin with, but for max. */
struct lines {
	size_t max;     /* bytes: a longer line is taken in parts */
	uint64_t count; /* lines that were taken to their end */
	bool within;    /* the part that was taken last is not the first of its line */

	bool open; /* the line of the part that was taken last goes on */
	char *held;
	size_t len, size;
};

/*
 * Removes the next line, with its newline, from REST and stores it in *LINE. If the line is too
 * long, stores a part of it, without a newline. If REST has no whole line, keeps its bytes, makes
 * it empty and returns false. *LINE is valid until the next call, or as long as the bytes of REST.
 */
bool lines_take(struct lines *lines, struct subunit2_view *rest, struct subunit2_view *line);

/* Takes the beginning of a line that is held, without a newline, as lines_take would return it.
 * Returns false if no byte is held. The end of the line may still come. */
bool lines_take_held(struct lines *lines, struct subunit2_view *line);

void lines_clear(struct lines *lines);

#endif
