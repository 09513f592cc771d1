/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The totals that the suites of a JUnit file declare, compared with the results in them:
 *
 *     <testsuite tests="5" failures="1" errors="2">
 *
 * Producers count differently: skipped tests that are no cases, the tests of inner suites, several
 * failures of one case. Node counts a suite as a test of the suite around it, Catch2 counts
 * assertions, and pytest subtests. Two differences show that results are missing: a suite declares
 * more failures and errors than were read, or it has no failure, and declares more tests than it
 * has results, inner suites and skipped tests without a result. Of Catch2 and pytest, only a suite
 * without any result shows the latter.
 */
#ifndef JUNIT_TOTALS_H
#define JUNIT_TOTALS_H

#include "buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct junit_total;

/* All zeroes to begin with. */
struct junit_totals {
	struct junit_total *list; /* the suites that are open, the outermost first */
	size_t depth, size;       /* used, allocated */
	struct buffer reason;     /* lines, one for each suite whose results are missing */
};

void junit_totals_clear(struct junit_totals *totals);

/* Begin and end a suite. ATTRIBUTES are its names and values, one after another, up to NULL. */
void junit_totals_begin(struct junit_totals *totals, const char *const *attributes);
void junit_totals_end(struct junit_totals *totals);

/* Count a result, a skipped one besides, and a failure or an error, in the innermost suite and
 * those around it. */
void junit_totals_add_result(struct junit_totals *totals);
void junit_totals_add_skip(struct junit_totals *totals);
void junit_totals_add_failure(struct junit_totals *totals);

/* Returns which results are missing in the suites that have ended; NULL: none. Valid until the
 * next suite ends. */
const char *junit_totals_reason(struct junit_totals *totals);

#endif
