/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_results.h"

#include "lost_input.h"
#include "memory.h"
#include "result_table.h"
#include "route_label.h"

#include <stdlib.h>

struct test_results {
	struct subunit2_sink sink; /* passes the events to TESTS */
	unsigned flags;
	struct result_table table;
	struct buffer label; /* of the last test */
	struct subunit2_sink *tests;
	unsigned run; /* number of the current run */
};

static bool
test_results_is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_STATUS_INPROGRESS;
}

bool
test_result_is_bad(const struct test_result *result)
{
	return test_results_is_bad(result->status);
}

struct test_past
test_result_past(const struct test_result *result)
{
	if (result->past)
		return *result->past;
	unsigned char outcome = result->outcome ? result->outcome : result->before;
	bool passed = outcome == TEST_RESULT_PASSED, failed = outcome == TEST_RESULT_FAILED;
	bool ran_before = result->before && result->before != TEST_RESULT_OTHER;
	return (struct test_past){
		.passes = passed,
		.fails = failed,
		.ran = ran_before,
		.prior = ran_before ? result->before : TEST_RESULT_ABSENT,
		.outcomes = result->before,
		.longest_ns = result->ns,
	};
}

/* Returns the past of RESULT for changes; allocates it the first time. */
static struct test_past *
test_results_keep_past(struct test_result *result)
{
	if (!result->past) {
		struct test_past *past = memory_zeroed(1, sizeof(*past));
		*past = test_result_past(result);
		result->past = past;
	}
	return result->past;
}

/* Returns the outcome of a test in the current run, where it had OUTCOME before and now has STATUS.
 * A failure stays: any script may send another status, and it may come from another route. */
static enum test_result_outcome
test_results_worse(enum test_result_outcome outcome, enum subunit2_status status)
{
	if (test_results_is_bad(status) || outcome == TEST_RESULT_FAILED)
		return TEST_RESULT_FAILED;
	if (subunit2_status_is_final(status) && status != SUBUNIT2_STATUS_SKIP)
		return TEST_RESULT_PASSED;
	return outcome ? outcome : TEST_RESULT_OTHER;
}

/* Counts TEST in PAST. */
static void
test_results_count_test(struct test_past *past, const struct subunit2_test *test, bool flaky)
{
	bool bad = test_results_is_bad(test->status);
	bool passed = test_results_worse(TEST_RESULT_ABSENT, test->status) == TEST_RESULT_PASSED;
	past->passes += passed || flaky;
	past->fails += bad || flaky;
	past->changes += flaky;
	past->was_flaky |= flaky;
}

/* Adds TEST to RESULT, its result at all places or at one. */
static void
test_results_add(struct test_result *result, const struct subunit2_test *test)
{
	/* A list of tests has no results. */
	if (test->status == SUBUNIT2_STATUS_EXISTS && result->status)
		return;
	/* A flaky test both failed and passed in one run. */
	bool flaky = subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky"));
	if (result->status || flaky)
		test_results_count_test(test_results_keep_past(result), test, flaky);
	result->outcome = test_results_worse(result->outcome, test->status);
	/* Keep the status with which the test failed. */
	if (!test_results_is_bad(test->status) && result->outcome == TEST_RESULT_FAILED)
		return;
	result->status = test->status;
	result->runnable = test->runnable;
	result->ns = subunit2_status_is_final(test->status) && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	if (result->past && result->ns > result->past->longest_ns)
		result->past->longest_ns = result->ns;
}

/* Adds TEST to the result of the place where it ran. A test of which one run has results at two
 * places is split. */
static void
test_results_add_at_place(struct test_results *results, const struct subunit2_test *test)
{
	route_label(&results->label, test->route_code);
	const char *label = result_table_label(&results->table, buffer_view(&results->label));
	if (label) {
		struct test_result *place = result_table_add(&results->table, test->id, label);
		bool is_first = !place->outcome;
		test_results_add(place, test);
		struct test_result *whole = result_table_find(&results->table, test->id, NULL);
		if (is_first && place->outcome && whole->places < 2)
			whole->places++;
		whole->split |= whole->places > 1;
		whole->label = label;
	} else {
		struct test_result *whole = result_table_find(&results->table, test->id, NULL);
		whole->is_unplaced = true;
		whole->label = NULL;
	}
}

static enum subunit2_result
test_results_on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct test_results *results = context;
	(void)error;
	if (results->flags & TEST_RESULTS_NOTABLE && !test->runnable &&
	    !test_results_is_bad(test->status))
		return SUBUNIT2_E_OK;
	test_results_add(result_table_add(&results->table, test->id, NULL), test);
	if (results->flags & TEST_RESULTS_PLACES)
		test_results_add_at_place(results, test);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
test_results_event(struct subunit2_sink *self, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	return subunit2_sink_event(((struct test_results *)self)->tests, event, error);
}

/* Adds OUTCOME, of the run that ends, to PAST. */
static void
test_results_add_to_past(struct test_past *past, enum test_result_outcome outcome)
{
	past->outcomes = past->outcomes << 2 | outcome;
	past->flaky = past->flaky << 1 | past->was_flaky;
	past->was_flaky = false;
	if (outcome == TEST_RESULT_PASSED || outcome == TEST_RESULT_FAILED) {
		past->changes += past->prior && past->prior != outcome;
		past->prior = outcome;
		past->ran++;
	}
}

/* Ends the run for RESULT. IS_FIRST: it is the first run. */
static void
test_results_end_run(struct test_result *result, bool is_first)
{
	if (!is_first || result->past)
		test_results_add_to_past(test_results_keep_past(result), result->outcome);
	result->before = result->outcome;
	result->outcome = TEST_RESULT_ABSENT;
	result->places = 0;
}

static enum subunit2_result
test_results_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct test_results *results = (struct test_results *)self;
	enum subunit2_result result = subunit2_sink_finish(results->tests, error);
	for (size_t i = 0; i < results->table.count; i++)
		test_results_end_run(&results->table.list[i], results->run == 0);
	results->run++;
	return result;
}

struct test_results *
test_results_new(unsigned flags)
{
	struct test_results *results = memory_zeroed(1, sizeof(*results));
	const struct subunit2_collect_options nothing = {.size = sizeof(nothing),
	                                                 .results_only = true};
	results->sink = (struct subunit2_sink){test_results_event, test_results_finish, NULL};
	results->flags = flags;
	result_table_init(&results->table);
	results->tests =
		memory_have(subunit2_collect_new(&nothing, test_results_on_test, NULL, results));
	return results;
}

void
test_results_free(struct test_results *results)
{
	result_table_clear(&results->table);
	buffer_clear(&results->label);
	subunit2_sink_free(results->tests);
	free(results);
}

struct subunit2_sink *
test_results_sink(struct test_results *results)
{
	return &results->sink;
}

const struct test_result *
test_results_find(const struct test_results *results, struct subunit2_view id)
{
	return result_table_find(&results->table, id, NULL);
}

const struct test_result *
test_results_find_at(const struct test_results *results, struct subunit2_view id, const char *label)
{
	const char *known = result_table_find_label(&results->table, subunit2_view_of(label));
	return known ? result_table_find(&results->table, id, known) : NULL;
}

bool
test_results_labels_differ(const struct test_results *results)
{
	return results->table.labels.count > 1;
}

bool
test_results_are_damaged(const struct test_results *results)
{
	return test_results_find(results, SUBUNIT2_LITERAL("subunit.parser")) ||
	       test_results_find(results, SUBUNIT2_LITERAL(LOST_INPUT_ID));
}

static bool
test_results_last_has(const struct test_results *results, const char *id)
{
	const struct test_result *result = test_results_find(results, subunit2_view_of(id));
	return result && test_result_outcome_before(result, 0) != TEST_RESULT_ABSENT;
}

bool
test_results_last_is_damaged(const struct test_results *results)
{
	return test_results_last_has(results, "subunit.parser") ||
	       test_results_last_has(results, LOST_INPUT_ID);
}

unsigned
test_results_runs(const struct test_results *results)
{
	return results->run;
}

enum test_result_outcome
test_result_outcome_before(const struct test_result *result, unsigned runs)
{
	return runs < TEST_RESULT_PAST_MAX ? test_result_past(result).outcomes >> 2 * runs & 3
	                                   : TEST_RESULT_ABSENT;
}

const char *
test_result_label(const struct test_result *result)
{
	return result->split ? NULL : result->label;
}

bool
test_result_was_flaky_before(const struct test_result *result, unsigned runs)
{
	return runs < TEST_RESULT_PAST_MAX && test_result_past(result).flaky >> runs & 1;
}

size_t
test_results_count(const struct test_results *results)
{
	return results->table.count;
}

/* Returns whether RESULT is one that people see: a split test is shown at each place. */
static bool
test_results_is_shown(const struct test_results *results, const struct test_result *result)
{
	if (!result->at_place)
		return !result->split || result->is_unplaced;
	const struct subunit2_view id = {result->id, result->id_len};
	return result_table_find(&results->table, id, NULL)->split;
}

void
test_results_each(const struct test_results *results,
                  void (*each)(void *context, const struct test_result *result), void *context)
{
	for (size_t i = 0; i < results->table.count; i++)
		if (test_results_is_shown(results, &results->table.list[i]))
			each(context, &results->table.list[i]);
}
