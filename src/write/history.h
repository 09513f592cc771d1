/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The past of a run, for reports: the outcomes of each failing test in the runs before it, and
 * the totals of these runs.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdio.h>
#include <subunit2/collect.h>
#include <subunit2/summary.h>

struct history;

struct history *history_new(void);
void history_free(struct history *history); /* NULL is allowed */

/* Adds the outcomes of the test ID as MARKS, a letter for each run, the oldest first. LABEL is that
 * of the place where it ran, if its results at other places are kept apart; else NULL. */
void history_add_test(struct history *history, const char *id, const char *label,
                      const char *marks);

/* Adds the totals of the run NAME. Call it for the oldest run first. */
void history_add_run(struct history *history, const char *name,
                     const struct subunit2_summary_result *totals);

/* Returns the marks of TEST, those at the place where it ran first; or NULL. HISTORY may be NULL.
 */
const char *history_marks(const struct history *history, const struct subunit2_test *test);

/* Prints a line for each run with its totals. */
void history_put_trend(const struct history *history, FILE *file);

#endif
