/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How far a run has come: the counts, a bar with an estimate where the number of
 * tests is known, and the tests that run now with their time.
 *
 *     [#########           ] 12/40  9 passed, 2 failed  4.20s, about 9.8s left
 *       t/slow.t  3.1s
 *       t/other.t  0.4s
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <subunit2.h>

#include <stdio.h>

struct progress;

struct progress *progress_new(int64_t now_ms);
void progress_free(struct progress *progress);

/* How many scripts there will be; 0: not known. */
void progress_expect(struct progress *progress, uint64_t scripts);

/* Takes notice of EVENT, which happened at NOW_MS; only runnable tests count. */
void progress_event(struct progress *progress, const struct subunit2_event *event, int64_t now_ms);

/*
 * Writes the lines, each ended by a newline and cut to COLUMNS, at most LINES of
 * them, and returns their number. Tests that have run longest come first.
 */
unsigned progress_put(const struct progress *progress, FILE *file, unsigned columns, unsigned lines,
                      int64_t now_ms);

#endif
