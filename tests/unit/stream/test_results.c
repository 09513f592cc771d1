/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The results of runs: the last word on each test, and how it fared in all. */
#include "test_results.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static void
say(struct test_results *results, const char *id, enum subunit2_status status, bool runnable,
    int64_t sec)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.runnable = runnable,
		.has_timestamp = true,
		.timestamp = {sec, 0},
	};
	subunit2_sink_event(test_results_sink(results), &event, NULL);
}

static void
say_run(struct test_results *results)
{
	say(results, "listed.t", SUBUNIT2_STATUS_EXISTS, true, 0);
	say(results, "good.t", SUBUNIT2_STATUS_INPROGRESS, true, 1);
	say(results, "good.t::ok", SUBUNIT2_STATUS_SUCCESS, false, 2);
	say(results, "good.t", SUBUNIT2_STATUS_SUCCESS, true, 4);
	say(results, "bad.t", SUBUNIT2_STATUS_INPROGRESS, true, 4);
	say(results, "bad.t::one", SUBUNIT2_STATUS_FAIL, false, 4);
	say(results, "bad.t", SUBUNIT2_STATUS_FAIL, true, 5);
	say(results, "hung.t", SUBUNIT2_STATUS_INPROGRESS, true, 6);
	subunit2_sink_finish(test_results_sink(results), NULL);
}

static const struct test_result *
of(const struct test_results *results, const char *id)
{
	return test_results_find(results, subunit2_view_of(id));
}

static bool
has_counts(const struct test_results *results, const char *id, unsigned passes, unsigned fails)
{
	struct test_past past = test_result_past(of(results, id));
	if (past.passes != passes || past.fails != fails)
		printf("# %s: %u passed, %u failed\n", id, past.passes, past.fails);
	return past.passes == passes && past.fails == fails;
}

static void
append_bad(void *context, const struct test_result *result)
{
	if (test_result_is_bad(result))
		strcat(strcat(context, result->id), " ");
}

static void
say_on(struct test_results *results, const char *route, unsigned stream,
       enum subunit2_status status)
{
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("x"),
		.route_code = subunit2_view_of(route),
		.status = status,
		.stream = stream,
	};
	subunit2_sink_event(test_results_sink(results), &event, NULL);
}

static bool
is_now(const struct test_results *results, enum subunit2_status status)
{
	return of(results, "x")->status == status;
}

static void
test_routes(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL);
	say_on(results, "a", 0, SUBUNIT2_STATUS_FAIL);
	say_on(results, "b", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("a route's failure stays", is_now(results, SUBUNIT2_STATUS_FAIL));
	say_on(results, "b", 0, SUBUNIT2_STATUS_UXSUCCESS);
	say_on(results, "b", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK(test_result_is_bad(of(results, "x")));
	say_on(results, "a", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("also if it passes there later", test_result_is_bad(of(results, "x")));
	say_on(results, "a", 0, SUBUNIT2_STATUS_FAIL);
	say_on(results, "a", 1, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("a stream is like a route", is_now(results, SUBUNIT2_STATUS_FAIL));
	subunit2_sink_finish(test_results_sink(results), NULL);
	say_on(results, "b", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("the next run begins anew", is_now(results, SUBUNIT2_STATUS_SUCCESS));
	say_on(results, "c", 0, SUBUNIT2_STATUS_FAIL);
	subunit2_sink_finish(test_results_sink(results), NULL);
	CHECK(is_now(results, SUBUNIT2_STATUS_FAIL));
	test_results_free(results);
}

static void
append_place(void *context, const struct test_result *result)
{
	const char *label = test_result_label(result);
	strcat(strcat(context, label ? label : "-"), test_result_is_bad(result) ? "! " : " ");
}

static bool
are_places(const struct test_results *results, const char *expected)
{
	char places[256] = "";
	test_results_each(results, append_place, places);
	if (strcmp(places, expected) != 0)
		printf("# %s\n", places);
	return strcmp(places, expected) == 0;
}

static void
test_places(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_PLACES);
	say_on(results, "mac/0", 0, SUBUNIT2_STATUS_SUCCESS);
	subunit2_sink_finish(test_results_sink(results), NULL);
	say_on(results, "linux/3", 0, SUBUNIT2_STATUS_FAIL);
	subunit2_sink_finish(test_results_sink(results), NULL);
	CHECK(test_results_labels_differ(results));
	CHECK_NAMED("a test that moves has one result", are_places(results, "linux! "));
	CHECK(test_results_find_at(results, SUBUNIT2_LITERAL("x"), "mac")->status ==
	      SUBUNIT2_STATUS_SUCCESS);
	CHECK(test_results_find_at(results, SUBUNIT2_LITERAL("x"), "bsd") == NULL);
	CHECK(test_results_find_at(results, SUBUNIT2_LITERAL("y"), "mac") == NULL);
	CHECK(test_results_find_at(results, SUBUNIT2_LITERAL("x"), NULL) == NULL);

	say_on(results, "mac/0", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("not yet at two places of a run", !of(results, "x")->split);
	say_on(results, "mac/1", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("slots are no places", !of(results, "x")->split);
	say_on(results, "linux/0", 0, SUBUNIT2_STATUS_FAIL);
	CHECK_NAMED("the whole is the worst", test_result_is_bad(of(results, "x")));
	CHECK_NAMED("a test at two places of a run has two", are_places(results, "mac linux! "));
	say_on(results, "7", 0, SUBUNIT2_STATUS_FAIL);
	CHECK_NAMED("a result without a label is kept", are_places(results, "-! mac linux! "));
	test_results_free(results);

	results = test_results_new(TEST_RESULTS_ALL);
	say_on(results, "mac/0", 0, SUBUNIT2_STATUS_FAIL);
	say_on(results, "linux/0", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("unless asked, places are not kept apart", are_places(results, "-! "));
	test_results_free(results);
}

static void
test_flaky(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL);
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("x"),
		.status = SUBUNIT2_STATUS_SUCCESS,
	};
	struct subunit2_tagset tags = {0};
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("flaky"), NULL);
	event.tags = subunit2_tagset_view(&tags);
	subunit2_sink_event(test_results_sink(results), &event, NULL);
	subunit2_sink_finish(test_results_sink(results), NULL);
	event.tags = SUBUNIT2_NO_TAGS;
	subunit2_sink_event(test_results_sink(results), &event, NULL);
	subunit2_sink_finish(test_results_sink(results), NULL);
	CHECK(!test_result_was_flaky_before(of(results, "x"), 0));
	CHECK(test_result_was_flaky_before(of(results, "x"), 1));
	CHECK(!test_result_was_flaky_before(of(results, "x"), 2));
	CHECK(!test_result_was_flaky_before(of(results, "x"), TEST_RESULT_PAST_MAX + 1));
	subunit2_tagset_clear(&tags);
	test_results_free(results);
}

/* One that lasts so many seconds, on its own in a run. */
static void
say_alone(struct test_results *results, enum subunit2_status status, int64_t sec)
{
	say(results, "x", SUBUNIT2_STATUS_INPROGRESS, true, 1000);
	say(results, "x", status, true, 1000 + sec);
	subunit2_sink_finish(test_results_sink(results), NULL);
}

static bool
has_past(const struct test_results *results, const char *id, unsigned ran, unsigned changes,
         unsigned longest_sec)
{
	struct test_past past = test_result_past(of(results, id));
	if (past.ran == ran && past.changes == changes &&
	    past.longest_ns == longest_sec * INT64_C(1000000000))
		return true;
	printf("# %s: ran %u, changed %u, at most %lld ns\n", id, past.ran, past.changes,
	       (long long)past.longest_ns);
	return false;
}

/* The last run is the first letter: passed, failed, other or absent. */
static bool
has_outcomes(const struct test_results *results, const char *id, const char *letters)
{
	static const char all[] = {[TEST_RESULT_ABSENT] = '-',
	                           [TEST_RESULT_PASSED] = 'p',
	                           [TEST_RESULT_FAILED] = 'f',
	                           [TEST_RESULT_OTHER] = 'o'};
	for (unsigned i = 0; letters[i]; i++)
		if (all[test_result_outcome_before(of(results, id), i)] != letters[i])
			return false;
	return true;
}

/* The past of tests that were in all runs, in the first and in the last. */
static void
test_past(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL);
	say(results, "early", SUBUNIT2_STATUS_FAIL, true, 1);
	CHECK_NAMED("a run counts when it ends", has_outcomes(results, "early", "----"));
	CHECK(has_counts(results, "early", 0, 1));
	say_alone(results, SUBUNIT2_STATUS_SUCCESS, 3);
	CHECK(has_outcomes(results, "x", "p---"));
	CHECK(has_past(results, "x", 1, 0, 3));
	say_alone(results, SUBUNIT2_STATUS_FAIL, 5);
	CHECK(has_past(results, "x", 2, 1, 5));
	say_alone(results, SUBUNIT2_STATUS_SKIP, 2);
	CHECK_NAMED("a skipped test did not run", has_past(results, "x", 2, 1, 5));
	say(results, "late", SUBUNIT2_STATUS_SUCCESS, true, 1);
	say_alone(results, SUBUNIT2_STATUS_SUCCESS, 4);
	CHECK(has_past(results, "x", 3, 2, 5));
	CHECK(has_outcomes(results, "x", "pofp"));
	CHECK(has_outcomes(results, "early", "---f"));
	CHECK(has_outcomes(results, "late", "p---"));
	CHECK(has_counts(results, "x", 2, 1));
	CHECK(has_counts(results, "early", 0, 1));
	CHECK(has_past(results, "late", 1, 0, 0));
	test_results_free(results);

	results = test_results_new(TEST_RESULTS_ALL);
	say_on(results, "a", 0, SUBUNIT2_STATUS_SUCCESS);
	say_on(results, "b", 0, SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("each result of a run counts", has_counts(results, "x", 2, 0));
	test_results_free(results);
}

int
main(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL);
	char bad[256] = "";
	say_run(results);
	CHECK(test_results_count(results) == 6);
	CHECK(of(results, "good.t")->ns == 3000000000);
	CHECK(has_counts(results, "good.t", 1, 0));
	CHECK(has_counts(results, "bad.t", 0, 1));
	CHECK(of(results, "listed.t")->status == SUBUNIT2_STATUS_EXISTS);
	CHECK(of(results, "hung.t")->status == SUBUNIT2_STATUS_INPROGRESS);
	CHECK(of(results, "never.t") == NULL);
	test_results_each(results, append_bad, bad);
	CHECK(strcmp(bad, "bad.t::one bad.t hung.t ") == 0);

	say(results, "good.t", SUBUNIT2_STATUS_FAIL, true, 9);
	say(results, "bad.t", SUBUNIT2_STATUS_EXISTS, true, 9);
	subunit2_sink_finish(test_results_sink(results), NULL);
	CHECK_NAMED("the last run decides", of(results, "good.t")->status == SUBUNIT2_STATUS_FAIL);
	CHECK_NAMED("all runs count", has_counts(results, "good.t", 1, 1));
	CHECK_NAMED("a list takes no result away",
	            of(results, "bad.t")->status == SUBUNIT2_STATUS_FAIL);
	test_results_free(results);

	test_routes();
	test_places();
	test_flaky();
	test_past();
	results = test_results_new(TEST_RESULTS_NOTABLE);
	say_run(results);
	CHECK(of(results, "good.t::ok") == NULL && of(results, "bad.t::one") != NULL);
	test_results_free(results);
	return check_done();
}
