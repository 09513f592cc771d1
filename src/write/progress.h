/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The progress of a run: the counts, a bar and an estimate of the time left if the number of
 * tests is known, and the tests that run now with their time.
 *
 *     [#########           ] 12/40  9 passed, 2 failed  4.20s, about 9.8s left
 *       t/slow.t  3.1s  on mac
 *       t/other.t  0.4s  on linux
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <subunit2.h>

#include <stdio.h>

struct progress;

/* NOW_MS, here and below, is the time of one clock. Released with progress_free. */
struct progress *progress_new(int64_t now_ms);
void progress_free(struct progress *progress);

/* Sets the number of scripts of the run; 0: not known. */
void progress_expect(struct progress *progress, uint64_t scripts);

/* Adds the duration of the script ID in an earlier run, for the estimate. */
void progress_expect_time(struct progress *progress, struct subunit2_view id, int64_t ms);

/* Shows where the first test runs, too: tests at other places will follow. */
void progress_expect_labels(struct progress *progress);

/* Takes EVENT, which happened at NOW_MS. Only runnable tests count. */
void progress_event(struct progress *progress, const struct subunit2_event *event, int64_t now_ms);

/*
 * Writes at most LINES lines, each with a newline and at most COLUMNS wide, and returns their
 * number. Tests that have run longest come first. Fills WIDTHS, which has room for LINES, with the
 * width of each line in columns.
 */
unsigned progress_put(struct progress *progress, FILE *file, unsigned columns, unsigned lines,
                      int64_t now_ms, unsigned *widths);

/* A test that runs, as a line. */
struct progress_test {
	const char *mark; /* before the id */
	struct subunit2_view id;
	struct subunit2_view where; /* its label or routing code; empty: it is not shown */
	int64_t ran_ms;
};

/* Writes a line, at most COLUMNS wide: "MARK ID  TIME" and "  on WHERE". The id is shortened in its
 * middle, so that the time and, if there is room, the place are visible. Returns its width. */
unsigned progress_put_test(const struct progress_test *test, FILE *file, unsigned columns);

/* Writes a line with TEXT, cut to COLUMNS. Returns its width. */
unsigned progress_put_text(FILE *file, struct subunit2_view text, unsigned columns);

#endif
