/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines out of pieces: what came goes in as a view, and whole lines are taken
 * from it one by one, with nothing copied that need not be.
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
 * Takes the next line, with its newline, off REST. A part of a line that is too
 * long has no newline. False when REST holds no whole line: REST is empty then,
 * and was kept. LINE lives until the next call, or as long as REST's bytes.
 */
bool lines_take(struct lines *lines, struct subunit2_view *rest, struct subunit2_view *line);

/* What is held, without a newline, as lines_take would give it; false when
 * nothing is. Only the end of the line is still to come. */
bool lines_take_held(struct lines *lines, struct subunit2_view *line);

void lines_clear(struct lines *lines);

#endif
