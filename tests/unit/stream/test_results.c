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
	CHECK_NAMED("until it passes there", is_now(results, SUBUNIT2_STATUS_SUCCESS));
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

int
main(void)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL);
	char bad[256] = "";
	say_run(results);
	CHECK(test_results_count(results) == 6);
	CHECK(of(results, "good.t")->ns == 3000000000);
	CHECK(of(results, "good.t")->passes == 1 && of(results, "good.t")->fails == 0);
	CHECK(of(results, "listed.t")->status == SUBUNIT2_STATUS_EXISTS);
	CHECK(of(results, "hung.t")->status == SUBUNIT2_STATUS_INPROGRESS);
	CHECK(of(results, "never.t") == NULL);
	test_results_each(results, append_bad, bad);
	CHECK(strcmp(bad, "bad.t::one bad.t hung.t ") == 0);

	say(results, "good.t", SUBUNIT2_STATUS_FAIL, true, 9);
	say(results, "bad.t", SUBUNIT2_STATUS_EXISTS, true, 9);
	subunit2_sink_finish(test_results_sink(results), NULL);
	CHECK_NAMED("the last run decides", of(results, "good.t")->status == SUBUNIT2_STATUS_FAIL);
	CHECK_NAMED("all runs count",
	            of(results, "good.t")->passes == 1 && of(results, "good.t")->fails == 1);
	CHECK_NAMED("a list takes no result away",
	            of(results, "bad.t")->status == SUBUNIT2_STATUS_FAIL);
	test_results_free(results);

	test_routes();
	results = test_results_new(TEST_RESULTS_NOTABLE);
	say_run(results);
	CHECK(of(results, "good.t::ok") == NULL && of(results, "bad.t::one") != NULL);
	test_results_free(results);
	return check_done();
}
