/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The reasons of tests for which no worker sent a final status, or sent one only because the run
 * was interrupted. */
#include "check.h"
#include "stub_pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SILENT(name) "|" name ": silent for 7.00s"
#define EIGHT                                                                                      \
	SILENT("w0")                                                                               \
	SILENT("w1")                                                                               \
	SILENT("w2")                                                                               \
	SILENT("w3") SILENT("w4") SILENT("w5") SILENT("w6") SILENT("w7")

/* Ends the test as END says. Returns whether the stream has WANTED. */
static bool
ends(enum worker_dispatch_end how, const char *wanted)
{
	worker_pool_on_ended(&pool, 0, 0, how, false);
	return event_lines_are(&lines, wanted);
}

static void
check_lost(void)
{
	stub_pool_begin(2, 0);
	worker_pool_set_reason(&pool.workers[0], "exit status 3");
	worker_pool_set_reason(&pool.workers[1], "died of SIGKILL");
	CHECK(ends(WORKER_DISPATCH_LOST,
	           "t/a fail #infrastructure reason=its worker was lost while "
	           "it ran|w0: exit status 3.; runnable\n"));
	CHECK(pool.end.bad == 1 && !pool.stopped);
	stub_pool_end();
	stub_pool_begin(1, 0);
	CHECK(ends(WORKER_DISPATCH_LOST,
	           "t/a fail #infrastructure reason=its worker was lost while "
	           "it ran|w0: silent for 7.00s.; runnable\n"));
	stub_pool_end();
}

static void
check_no_worker(void)
{
	stub_pool_begin(2, 0);
	worker_pool_set_reason(&pool.workers[0], "exit status 3");
	CHECK(ends(WORKER_DISPATCH_NO_WORKER,
	           "t/a fail #infrastructure reason=no worker is left|w0: exit status 3|w1: silent "
	           "for 7.00s.; runnable\n"));
	stub_pool_end();
	stub_pool_begin(8, 0);
	CHECK(ends(WORKER_DISPATCH_NO_WORKER,
	           "t/a fail #infrastructure reason=no worker is left" EIGHT ".; runnable\n"));
	stub_pool_end();
	stub_pool_begin(10, 0);
	CHECK_NAMED("eight workers are named",
	            ends(WORKER_DISPATCH_NO_WORKER,
	                 "t/a fail #infrastructure reason=no worker is left" EIGHT
	                 "|and 2 more.; runnable\n"));
	stub_pool_end();
}

static void
check_timeouts(void)
{
	stub_pool_begin(1, 0);
	run.attempts.job.process.timeout_ns = 3 * SECOND;
	CHECK(ends(WORKER_DISPATCH_TIMED_OUT,
	           "t/a fail reason=timed out after 3.00s.; runnable\n"));
	stub_pool_end();
	stub_pool_begin(1, 0);
	run.attempts.job.timeout_auto = true;
	selection.choices[0].longest_ns = 100 * SECOND;
	CHECK(ends(WORKER_DISPATCH_TIMED_OUT, "t/a fail reason=timed out after 16m40s; the longest "
	                                      "known time is 1m40s.; runnable\n"));
	stub_pool_end();
}

static void
check_not_run(void)
{
	stub_pool_begin(1, 0);
	worker_pool_stop(&pool, "not run: enough has failed");
	worker_pool_stop(&pool, "not run: another reason");
	CHECK_NAMED("the first reason counts",
	            ends(WORKER_DISPATCH_NOT_RUN,
	                 "t/a skip reason=not run: enough has failed.; runnable\n"));
	CHECK(pool.end.bad == 0);
	stub_pool_end();
	stub_pool_begin(1, 0);
	worker_dispatch_began(pool.dispatch, 0, 0, 0);
	worker_pool_stop(&pool, "not run: enough has failed");
	CHECK_NAMED("a test that failed before is not skipped",
	            ends(WORKER_DISPATCH_NOT_RUN,
	                 "t/a fail reason=not run: enough has failed.; runnable\n"));
	CHECK(pool.end.bad == 1);
	stub_pool_end();
}

/* --max-time: the tests that had not begun end last, the first as a failure if no other test is
 * bad. */
static void
check_held(void)
{
	const char *over = "not run: over";
	stub_pool_begin(2, 0);
	pool.over_time = true;
	worker_pool_stop(&pool, over);
	worker_pool_on_ended(&pool, 1, 1, WORKER_DISPATCH_NOT_RUN, false);
	CHECK(ends(WORKER_DISPATCH_NOT_RUN, "") && pool.end.bad == 0);
	worker_pool_end_held(&pool);
	CHECK(event_lines_are(&lines, "t/a fail reason=not run: over.; runnable\n"
	                              "t/b skip reason=not run: over.; runnable\n"));
	CHECK(pool.end.bad == 1);
	stub_pool_end();
	stub_pool_begin(2, 0);
	pool.over_time = pool.interrupted = true;
	worker_dispatch_began(pool.dispatch, 1, 1, 0);
	worker_pool_stop(&pool, over);
	CHECK(ends(WORKER_DISPATCH_NOT_RUN, ""));
	worker_pool_on_ended(&pool, 1, 1, WORKER_DISPATCH_LOST, false);
	worker_pool_end_held(&pool);
	CHECK_NAMED("a test that was ended has failed",
	            event_lines_are(&lines, "t/b fail reason=" OUTCOME_OVER_TIME ".; runnable\n"
	                                    "t/a skip reason=not run: over.; runnable\n"));
	stub_pool_end();
}

/* A script that cannot be run fails without a worker. */
static void
check_refused_script(void)
{
	stub_pool_begin(1, 0);
	suite.scripts[selection.choices[1].script].problem = strdup("has no #! line");
	worker_pool_add_test(&pool, 1);
	CHECK(event_lines_are(&lines, "t/b fail reason=has no #! line.; runnable\n"));
	CHECK(pool.end.bad == 1 && pool.test_count == 2);
	stub_pool_end();
}

static void
on_expect(void *context, size_t scripts)
{
	*(size_t *)context = scripts;
}

/* --until-failure: once all tests have passed, the same ones are added again. */
static void
check_again(void)
{
	size_t expected = 0;
	stub_pool_begin(2, 0);
	run.until_failure = true;
	run.expect = on_expect;
	run.context = &expected;
	worker_pool_start_again(&pool);
	CHECK_NAMED("not while a test runs", pool.rounds == 0);
	for (size_t i = 0; i < 2; i++)
		worker_dispatch_answered(pool.dispatch, i, i, true);
	event_lines_close(&lines);
	event_lines_open(&lines);
	worker_pool_start_again(&pool);
	CHECK(pool.rounds == 1 && pool.test_count == 2 && expected == 4);
	CHECK(worker_dispatch_queued(pool.dispatch) == 2);
	worker_dispatch_turn(pool.dispatch, 0);
	for (size_t i = 0; i < 2; i++)
		worker_dispatch_answered(pool.dispatch, i, i, true);
	worker_pool_stop(&pool, "not run: enough has failed");
	worker_pool_start_again(&pool);
	CHECK_NAMED("nor after a stop", pool.rounds == 1);
	worker_dispatch_turn(pool.dispatch, 0);
	stub_pool_end();
	event_lines_close(&lines);
	event_lines_open(&lines);
}

static void
check_max_fail(void)
{
	stub_pool_begin(1, 0);
	run.max_fail = 2;
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_FAIL);
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_SUCCESS);
	CHECK(!pool.stopped && pool.end.bad == 1);
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_UXSUCCESS);
	CHECK(pool.stopped && strcmp(pool.stopped, "not run: enough has failed") == 0);
	stub_pool_end();
}

static void
check_interrupted(void)
{
	stub_pool_begin(1, 0);
	pool.interrupted = true;
	pool.end.signo = SIGINT;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=interrupted by SIGINT.; runnable\n"));
	stub_pool_end();
	stub_pool_begin(1, 0);
	pool.interrupted = true;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=interrupted by SIGTERM.; runnable\n"));
	stub_pool_end();
	stub_pool_begin(1, 0);
	pool.interrupted = pool.over_time = true;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=" OUTCOME_OVER_TIME ".; runnable\n"));
	stub_pool_end();
}

/* Returns whether the file NAME with TEXT becomes WANTED. */
static bool
becomes(const char *name, const char *text, const char *wanted)
{
	struct buffer reason = {0};
	struct subunit2_event event = {
		.file_name = subunit2_view_of(name),
		.file_bytes = subunit2_view_of(text),
	};
	struct subunit2_event changed = worker_pool_name_interruption(&pool, &event, &reason);
	bool same = subunit2_view_equal(changed.file_bytes, subunit2_view_of(wanted));
	if (!same)
		printf("# %.*s\n", (int)changed.file_bytes.len, changed.file_bytes.data);
	buffer_clear(&reason);
	return same;
}

/* A worker knows only that its input has ended. */
static void
check_names_of_interruptions(void)
{
	stub_pool_begin(1, 0);
	CHECK(becomes("reason", "interrupted by SIGTERM\nmore", "interrupted by SIGTERM\nmore"));
	pool.interrupted = true;
	pool.end.signo = SIGINT;
	worker_pool_stop(&pool, "not run: the stream cannot be written");
	CHECK(becomes("reason", "interrupted by SIGTERM", "interrupted by SIGINT"));
	CHECK(becomes("reason", "first\ninterrupted by SIGTERM\nlast\n",
	              "first\ninterrupted by SIGINT\nlast\n"));
	CHECK(becomes("reason", OUTCOME_NOT_RUN "\n", "not run: the stream cannot be written\n"));
	CHECK(becomes("reason", OUTCOME_NOT_RUN " x\n\n", OUTCOME_NOT_RUN " x\n\n"));
	CHECK(becomes("reason", "", "") &&
	      becomes("reason", "not interrupted by x", "not interrupted by x"));
	CHECK(becomes("stdout", "interrupted by SIGTERM", "interrupted by SIGTERM"));
	pool.over_time = true;
	CHECK(becomes("reason", "interrupted by SIGTERM\n", OUTCOME_OVER_TIME "\n"));
	stub_pool_end();
}

int
main(void)
{
	event_lines_open(&lines);
	check_lost();
	check_no_worker();
	check_timeouts();
	check_not_run();
	check_held();
	check_refused_script();
	check_again();
	check_max_fail();
	check_interrupted();
	check_names_of_interruptions();
	event_lines_close(&lines);
	return check_done();
}
