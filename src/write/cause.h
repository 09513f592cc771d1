/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The cause of a failure, as annotations, job summaries and lists of failures show it: a few
 * lines that say what went wrong, and the place in a source file that the output names.
 *
 * Both come from the files of a test. The lines are those of "reason", else of "comment" (TAP),
 * "diagnostic.yaml" (TAP), "traceback", "details" or "Parser Error" (damage), without markup,
 * places and colors. Values that were compared become "got 5, want 6". If the reason is only an
 * exit status, the last line of "stderr", else of "stdout" or of "output" (subunit2.sh), else of
 * the log that make check keeps of the test, follows it.
 */
#ifndef CAUSE_H
#define CAUSE_H

#include "buffer.h"
#include "cause_reader.h"

#include <stdint.h>
#include <subunit2/collect.h>

/* The bytes are those of the test's files: escape them when they are written. */
struct cause {
	struct buffer text; /* up to CAUSE_LINES_MAX lines, separated by newlines; never empty */
	struct buffer line; /* the same on one line, separated by "; " */
	struct buffer
		file; /* a path, relative if it lies below the current folder; empty: unknown */
	uint64_t line_number; /* from 1; 0: unknown */
};

/* Fills CAUSE with the cause of TEST, which did not end well. Free it with cause_clear. */
void cause_find(struct cause *cause, const struct subunit2_test *test);
void cause_clear(struct cause *cause);

/*
 * Returns true if the only reason of TEST, a script, is that assertions or other tests in its
 * output failed, and its exit status follows from them. A report that names these need not name the
 * script as well.
 */
bool cause_is_in_assertions(const struct subunit2_test *test);

#endif
