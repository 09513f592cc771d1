/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The results of the tests in the streams of one or several runs. A test that ended several times
 * in one run, on one route, on several of them or in several streams, has the worst of these
 * results. Several runs may be read, one after the other.
 *
 * If places are kept apart, a test that ran at several of them in one run, with a label each (see
 * route_label.h), has a result for each place as well. A test that ran at one place in each run has
 * one result, even if the places differ, as those of workers may.
 */
#ifndef TEST_RESULTS_H
#define TEST_RESULTS_H

#include <subunit2.h>

enum test_result_outcome {
	TEST_RESULT_ABSENT, /* the run did not have the test */
	TEST_RESULT_PASSED,
	TEST_RESULT_FAILED,
	TEST_RESULT_OTHER, /* skipped or only listed */
};

#define TEST_RESULT_PAST_MAX 32 /* runs whose outcome past holds */

/* The results of a test in all runs. */
struct test_past {
	unsigned passes, fails; /* number of times */
	uint32_t ran;           /* runs in which it passed or failed */
	uint32_t changes;       /* how often it passed in one of these runs and failed in the next,
	                           or the other way round; a test tagged flaky did both in one run */
	uint64_t outcomes;      /* two bits for each run, the last one lowest */
	uint32_t flaky;         /* the same, one bit: it was tagged flaky */
	int64_t longest_ns;     /* -1: not known */

	/* Used while reading: */
	unsigned char prior; /* enum test_result_outcome: in the last of the runs that RAN counts */
	bool was_flaky;      /* in the run that is read */
};

/* The result of a test, at all places or at one. It is small, since there may be millions. */
struct test_result {
	const char *id;         /* ends with NUL; of id_len bytes */
	const char *label;      /* of the place where it ran last; NULL: without one */
	int64_t ns;             /* duration in the last run that had the test; -1: unknown */
	struct test_past *past; /* NULL: it had one result, from which test_result_past
	                           computes the past */
	uint32_t id_len;
	unsigned char status; /* enum subunit2_status, in the last run; INPROGRESS: did not end */
	bool runnable : 1;
	bool at_place : 1; /* this is the result at LABEL only */
	bool split : 1;    /* this is the result at all places; each place also has one */

	bool is_unplaced : 1;     /* it also ran without a label */
	unsigned char places : 2; /* used while reading: places in the run; 2: two or more */
	unsigned char outcome;    /* enum test_result_outcome: in the run that is read */
	unsigned char before;     /* the same, in the run before, as long as PAST is NULL */
};

struct test_results;

enum test_results_flags {
	TEST_RESULTS_ALL = 0,
	TEST_RESULTS_NOTABLE = 1, /* leaves out assertions that passed, of which there may be
	                             millions */
	TEST_RESULTS_PLACES = 2,  /* keeps places apart */
};

struct test_results *test_results_new(unsigned flags);
void test_results_free(struct test_results *results);

/* Returns the sink for the events of a run. Its finish ends the run; another one may follow. */
struct subunit2_sink *test_results_sink(struct test_results *results);

/* Returns NULL if no run had the test. Valid until the next event. */
const struct test_result *test_results_find(const struct test_results *results,
                                            struct subunit2_view id);

/* Returns the result of the test at the place LABEL, if it has one of its own, else NULL. LABEL may
 * be that of other results. */
const struct test_result *test_results_find_at(const struct test_results *results,
                                               struct subunit2_view id, const char *label);

/* Returns whether tests ran at several places, so that people must see where. */
bool test_results_labels_differ(const struct test_results *results);

/* Returns whether a stream was damaged or broke off, so that tests may be missing. */
bool test_results_are_damaged(const struct test_results *results);

/* The same for the last run only. */
bool test_results_last_is_damaged(const struct test_results *results);

/* Returns the number of runs that were read. */
unsigned test_results_runs(const struct test_results *results);

/* Returns the results of the test of RESULT in all runs. */
struct test_past test_result_past(const struct test_result *result);

/* Returns the outcome of RESULT so many runs before the last one; 0 is the last run itself. */
enum test_result_outcome test_result_outcome_before(const struct test_result *result,
                                                    unsigned runs);

/* Returns the label of the place where the test of RESULT ran last; NULL: without a label, or this
 * is the result at all places of a test that has one for each. */
const char *test_result_label(const struct test_result *result);

/* Returns whether RESULT was tagged flaky in that run. */
bool test_result_was_flaky_before(const struct test_result *result, unsigned runs);

size_t test_results_count(const struct test_results *results);

/* Calls EACH for all tests, in the order of their first events; for a test with results at several
 * places, once for each of these. */
void test_results_each(const struct test_results *results,
                       void (*each)(void *context, const struct test_result *test_result),
                       void *context);

/* Returns true for fail and uxsuccess, and for a test that did not end. */
bool test_result_is_bad(const struct test_result *result);

#endif
