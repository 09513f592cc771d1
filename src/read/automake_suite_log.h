/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The log of a suite, where a console quotes it: `make check VERBOSE=1` prints
 * automake's test-suite.log when a test failed, as many who build packages do.
 * It repeats the results and totals that were told already, and the output of
 * tests, with whatever these write; none of it is told again.
 *
 *     ===================================
 *        hello 2.10: tests/test-suite.log
 *     ===================================
 *     …
 *     Testsuite summary for hello 2.10
 *
 * It ends where automake's summary begins, or where make goes on elsewhere.
 */
#ifndef AUTOMAKE_SUITE_LOG_H
#define AUTOMAKE_SUITE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <subunit2.h>

#define SUITE_LOG_LINE_MAX 512 /* bytes; no line that begins or ends a log is longer */

typedef int suite_log_function(void *context, struct subunit2_view bytes,
                               struct subunit2_error *error);

/* All zero is the start. */
struct suite_log {
	bool quoting;
	bool over;  /* in a line that is too long to look at */
	size_t len; /* of the line at hand; while quoting it has not gone out yet */
	char line[SUITE_LOG_LINE_MAX];
};

/* Hands all BYTES on, in order: what is quoted to INSIDE, by whole lines where
 * they are short, all else to OUTSIDE, at once. */
int suite_log_feed(struct suite_log *log, struct subunit2_view bytes, suite_log_function *outside,
                   suite_log_function *inside, void *context, struct subunit2_error *error);

/* The end: what is left goes to INSIDE. */
int suite_log_finish(struct suite_log *log, suite_log_function *inside, void *context,
                     struct subunit2_error *error);

#endif
