/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The lists at the end of a report, below output that scrolled away: failures by cause, flaky
 * tests, and tests that left processes running.
 *
 *     failed:
 *       t/b.sh  # exit status 3; no such table
 *       37 tests  # connection refused
 *         t/c.sh
 *         t/d.sh
 *         t/e.sh
 *         and 34 more
 *     flaky:
 *       t/f.sh  # attempt 1: exit status 1; no route to host
 *     leaked:
 *       t/g.sh  # left running: sleep (812)
 */
#ifndef END_LIST_H
#define END_LIST_H

#include "writer.h"

struct end_list;

/* ALL: lists every test; otherwise a few for each cause, and the first of each other kind. */
struct end_list *end_list_new(bool all);
void end_list_free(struct end_list *end_list); /* NULL is allowed */

/* Adds TEST if it failed, is flaky or left processes running. A script that failed only because
 * assertions did is left out: they are listed. */
void end_list_add(struct end_list *end_list, const struct subunit2_test *test);

/* Prints a heading and the tests for each kind, with the labels of their routes if SHOW_LABELS;
 * nothing for a kind without tests. */
void end_list_put(const struct end_list *end_list, struct output_file *to, bool show_labels);

#endif
