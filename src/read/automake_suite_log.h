/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The log of a suite, where a console quotes it: `make check VERBOSE=1` prints
 * automake's test-suite.log when a test failed, as many who build packages do.
 * It repeats results and totals that were printed before, and holds the output of tests, so
 * that no line of it is a result. A log that `tail -v` prints counts as well.
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

#define AUTOMAKE_SUITE_LOG_LINE_MAX 512 /* bytes; no line that begins or ends a log is longer */

typedef enum subunit2_result automake_suite_log_function(void *context, struct subunit2_view bytes,
                                                         struct subunit2_error *error);

/* All zero is the start. */
struct automake_suite_log {
	bool quoting;
	bool over;  /* in a line that is too long to look at */
	size_t len; /* of the line at hand; while quoting it has not gone out yet */
	char line[AUTOMAKE_SUITE_LOG_LINE_MAX];
};

/* Returns true if no log is being quoted, and no bytes of a line have come yet. */
static inline bool
automake_suite_log_is_idle(const struct automake_suite_log *log)
{
	return !log->quoting && !log->over && log->len == 0;
}

/* Returns false if LAST, the last byte of a line without its newline, shows that the line does not
 * begin a log. */
static inline bool
automake_suite_log_may_end_title(char last)
{
	return last == 'g' || last == '=' || last == '\r';
}

/* Returns false if the first two bytes or the last byte of LINE, which has no newline, show that
 * LINE does not begin a log. */
static inline bool
automake_suite_log_may_be_title(struct subunit2_view line)
{
	if (line.len < 2 || (*line.data != ' ' && (*line.data != '=' || line.data[1] != '=')))
		return false;
	return automake_suite_log_may_end_title(line.data[line.len - 1]);
}

/* Passes on all BYTES, in order: the lines of a log to INSIDE, by whole lines if they are short,
 * all others to OUTSIDE, at once. */
enum subunit2_result automake_suite_log_feed(struct automake_suite_log *log,
                                             struct subunit2_view bytes,
                                             automake_suite_log_function *outside,
                                             automake_suite_log_function *inside, void *context,
                                             struct subunit2_error *error);

/* Ends the input: passes on to INSIDE the bytes of a log that were held. */
enum subunit2_result automake_suite_log_finish(struct automake_suite_log *log,
                                               automake_suite_log_function *inside, void *context,
                                               struct subunit2_error *error);

#endif
