/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_results.h"

#include "lost_input.h"
#include "memory.h"
#include "result_table.h"
#include "route_label.h"

#include <stdlib.h>
#include <uthash.h>

/* A test and one of its routes on which it ended badly in the current run. */
struct bad {
	uint64_t mark; /* of id, route and stream */
	UT_hash_handle hh;
};

struct test_results {
	struct subunit2_sink sink; /* passes the events to TESTS */
	unsigned flags;
	struct result_table table;
	struct buffer label; /* of the last test */
	struct subunit2_sink *tests;
	unsigned run;    /* number of the current run */
	struct bad *bad; /* of the current run */
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

/* Returns the mark of TEST on its route, for RESULT. */
static uint64_t
test_results_mark_of(const struct test_results *results, const struct test_result *result,
                     const struct subunit2_test *test)
{
	uint64_t mark = keyed_hash_test(&results->table.key, test->id, test->route_code);
	return (result->at_place ? ~mark : mark) + test->stream;
}

/* Counts the routes on which TEST ended badly. On each route its worst result counts: another
 * status for a test that failed, which any script may send, does not excuse it. */
static void
test_results_count_route(struct test_results *results, struct test_result *result,
                         const struct subunit2_test *test)
{
	struct bad *bad;
	if (result->run != results->run)
		result->bad_routes = 0;
	result->run = results->run;
	if (!test_results_is_bad(test->status))
		return;
	uint64_t mark = test_results_mark_of(results, result, test);
	HASH_FIND(hh, results->bad, &mark, sizeof(mark), bad);
	if (bad)
		return;
	result->bad_routes++;
	bad = memory_zeroed(1, sizeof(*bad));
	bad->mark = mark;
	HASH_ADD(hh, results->bad, mark, sizeof(mark), bad);
}

static void
test_results_drop_bad(struct test_results *results)
{
	struct bad *bad, *next;
	HASH_ITER(hh, results->bad, bad, next)
	{
		HASH_DEL(results->bad, bad);
		free(bad);
	}
}

/* Adds TEST to RESULT, its result at all places or at one. */
static void
test_results_add(struct test_results *results, struct test_result *result,
                 const struct subunit2_test *test)
{
	/* A list of tests has no results. */
	if (test->status == SUBUNIT2_STATUS_EXISTS && result->status)
		return;
	test_results_count_route(results, result, test);
	bool bad = test_results_is_bad(test->status),
	     ended = subunit2_status_is_final(test->status);
	/* A flaky test both failed and passed in one run. */
	bool flaky = subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky"));
	result->passes += (ended && !bad && test->status != SUBUNIT2_STATUS_SKIP) || flaky;
	result->fails += bad || flaky;
	result->changes += flaky;
	result->was_flaky |= flaky;
	result->outcome = result->bad_routes > 0                          ? TEST_RESULT_FAILED
	                  : ended && test->status != SUBUNIT2_STATUS_SKIP ? TEST_RESULT_PASSED
	                  : result->outcome                               ? result->outcome
	                                                                  : TEST_RESULT_OTHER;
	/* Keep the status of another route, on which the test failed. */
	if (!bad && result->bad_routes > 0)
		return;
	result->status = test->status;
	result->runnable = test->runnable;
	result->ns = ended && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	if (result->ns > result->longest_ns)
		result->longest_ns = result->ns;
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
		test_results_add(results, place, test);
		struct test_result *whole = result_table_find(&results->table, test->id, NULL);
		if (whole->places_run != results->run + 1)
			whole->places = 0;
		whole->places_run = results->run + 1;
		whole->places += is_first && place->outcome;
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
	test_results_add(results, result_table_add(&results->table, test->id, NULL), test);
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

/* Adds the outcome of RESULT in the run that ends to its past. */
static void
test_results_end_run(struct test_result *result)
{
	result->past = result->past << 2 | result->outcome;
	result->past_flaky = result->past_flaky << 1 | result->was_flaky;
	result->was_flaky = false;
	if (result->outcome == TEST_RESULT_PASSED || result->outcome == TEST_RESULT_FAILED) {
		result->changes += result->prior && result->prior != result->outcome;
		result->prior = result->outcome;
		result->ran++;
	}
	result->outcome = TEST_RESULT_ABSENT;
}

static enum subunit2_result
test_results_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct test_results *results = (struct test_results *)self;
	enum subunit2_result result = subunit2_sink_finish(results->tests, error);
	test_results_drop_bad(results);
	results->run++;
	for (size_t i = 0; i < results->table.count; i++)
		test_results_end_run(&results->table.list[i]);
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
	test_results_drop_bad(results);
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
	return runs < TEST_RESULT_PAST_MAX ? result->past >> 2 * runs & 3 : TEST_RESULT_ABSENT;
}

const char *
test_result_label(const struct test_result *result)
{
	return result->split ? NULL : result->label;
}

bool
test_result_was_flaky_before(const struct test_result *result, unsigned runs)
{
	return runs < TEST_RESULT_PAST_MAX && result->past_flaky >> runs & 1;
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
