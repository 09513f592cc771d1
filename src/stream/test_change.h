/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How a test changed between two runs. A failure that is skipped, expected, only listed, unfinished
 * or absent in the new run is not fixed: each has a name of its own.
 */
#ifndef TEST_CHANGE_H
#define TEST_CHANGE_H

#include "test_results.h"

/* In the order in which people read them. */
enum test_change {
	TEST_CHANGE_FAILING,    /* it did not fail in the old run */
	TEST_CHANGE_UNFINISHED, /* it failed in the old run, and never ends in the new one */
	TEST_CHANGE_FIXED,
	TEST_CHANGE_SKIPPED,
	TEST_CHANGE_TODO,    /* it failed in the old run, and its failure is expected now */
	TEST_CHANGE_NOT_RUN, /* the new run only lists it */
	TEST_CHANGE_ADDED,
	TEST_CHANGE_GONE,
	TEST_CHANGE_SLOWER,
	TEST_CHANGES,
	TEST_CHANGE_NONE = TEST_CHANGES,
};

/* Returns the words for CHANGE: "newly failing". */
const char *test_change_name(enum test_change change);

/* Returns how a test changed, with its results in both runs; NULL: a run does not have it. It is
 * slower if it takes more than FACTOR times as long. */
enum test_change test_change_of(const struct test_result *old, const struct test_result *new,
                                double factor);

/*
 * Returns the result in RESULTS with which that of another run, RESULT, is compared; NULL: none.
 * Where both runs have results at several places, these are compared with each other.
 */
const struct test_result *test_change_other_result(const struct test_results *results,
                                                   const struct test_result *result);

#endif
