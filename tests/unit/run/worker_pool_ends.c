/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The reasons of tests for which no worker sent a final status, or sent one only because the run
 * was interrupted. */
#include "check.h"
#include "event_lines.h"
#include "worker_pool_state.h"

#include "timestamp.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS_MAX 10
#define SECOND 1000000000LL

#define SILENT(name) "|" name ": silent for 7.00s"
#define EIGHT                                                                                      \
	SILENT("w0")                                                                               \
	SILENT("w1")                                                                               \
	SILENT("w2")                                                                               \
	SILENT("w3") SILENT("w4") SILENT("w5") SILENT("w6") SILENT("w7")

/* In place of worker.c: a worker without a process. */
struct worker {
	char name[8];
	size_t index;
};

const char *
worker_name(const struct worker *worker)
{
	return worker->name;
}

size_t
worker_index(const struct worker *worker)
{
	return worker->index;
}

bool
worker_send(struct worker *worker, const struct subunit2_event *event)
{
	(void)worker, (void)event;
	return true;
}

static struct event_lines lines;
static struct scheduler_options run;
static struct worker_pool pool;
static struct worker workers[WORKERS_MAX];
static struct suite suite;
static struct selection selection;
static struct supervisor supervisor;

static void
on_start(void *context, size_t worker)
{
	(void)context, (void)worker;
}

static void
on_send(void *context, size_t worker, size_t test)
{
	(void)context, (void)worker, (void)test;
}

/* Begins a pool of WORKER_COUNT workers, of which each has one slot, with the test "t/a". */
static void
begin(size_t worker_count)
{
	static const struct worker_dispatch_actions actions = {on_start, on_send, on_start,
	                                                       worker_pool_on_ended};
	static const struct worker_pool_options pool_options = {.silence_ns = 7 * SECOND};
	static const struct worker_dispatch_options options = {.one_waits = false};
	static const struct script_options scripts;
	static const struct string_list no_ids;
	supervisor.loop = event_loop_new();
	run = (struct scheduler_options){.slots = 1};
	pool = (struct worker_pool){
		.options = &pool_options,
		.run = &run,
		.suite = &suite,
		.selection = &selection,
		.supervisor = &supervisor,
		.worker_count = worker_count,
	};
	pool.dispatch = worker_dispatch_new(&options, &actions, &pool);
	pool.stamp = subunit2_stamp_new(&lines.sink, timestamp_clock, NULL);
	pool.results = worker_results_new(pool.stamp, false, &no_ids);
	pool.workers = calloc(worker_count, sizeof(*pool.workers));
	for (size_t w = 0; w < worker_count; w++) {
		snprintf(workers[w].name, sizeof(workers[w].name), "w%zu", w);
		workers[w].index = w;
		pool.workers[w].worker = &workers[w];
		worker_dispatch_add_worker(pool.dispatch, 1);
	}
	worker_pool_add_test(&pool, selection_add_id(&selection, &suite, &scripts, "t/a"));
	worker_dispatch_turn(pool.dispatch, 0);
}

static void
end(void)
{
	worker_pool_clear_tests(&pool);
	for (size_t w = 0; w < pool.worker_count; w++)
		worker_pool_set_reason(&pool.workers[w], NULL);
	free(pool.tests);
	free(pool.workers);
	worker_results_free(pool.results);
	worker_dispatch_free(pool.dispatch);
	subunit2_sink_free(pool.stamp);
	event_loop_free(supervisor.loop);
	selection_clear(&selection);
	suite_clear(&suite);
	selection = (struct selection){0};
	suite = (struct suite){0};
}

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
	begin(2);
	worker_pool_set_reason(&pool.workers[0], "exit status 3");
	worker_pool_set_reason(&pool.workers[1], "died of SIGKILL");
	CHECK(ends(WORKER_DISPATCH_LOST,
	           "t/a fail #infrastructure reason=its worker was lost while "
	           "it ran|w0: exit status 3.; runnable\n"));
	CHECK(pool.end.bad == 1 && !pool.stopped);
	end();
	begin(1);
	CHECK(ends(WORKER_DISPATCH_LOST,
	           "t/a fail #infrastructure reason=its worker was lost while "
	           "it ran|w0: silent for 7.00s.; runnable\n"));
	end();
}

static void
check_no_worker(void)
{
	begin(2);
	worker_pool_set_reason(&pool.workers[0], "exit status 3");
	CHECK(ends(WORKER_DISPATCH_NO_WORKER,
	           "t/a fail #infrastructure reason=no worker is left|w0: exit status 3|w1: silent "
	           "for 7.00s.; runnable\n"));
	end();
	begin(8);
	CHECK(ends(WORKER_DISPATCH_NO_WORKER,
	           "t/a fail #infrastructure reason=no worker is left" EIGHT ".; runnable\n"));
	end();
	begin(10);
	CHECK_NAMED("eight workers are named",
	            ends(WORKER_DISPATCH_NO_WORKER,
	                 "t/a fail #infrastructure reason=no worker is left" EIGHT
	                 "|and 2 more.; runnable\n"));
	end();
}

static void
check_timeouts(void)
{
	begin(1);
	run.attempts.job.process.timeout_ns = 3 * SECOND;
	CHECK(ends(WORKER_DISPATCH_TIMED_OUT,
	           "t/a fail reason=timed out after 3.00s.; runnable\n"));
	end();
	begin(1);
	run.attempts.job.timeout_auto = true;
	selection.choices[0].longest_ns = 100 * SECOND;
	CHECK(ends(WORKER_DISPATCH_TIMED_OUT, "t/a fail reason=timed out after 16m40s; the longest "
	                                      "known time is 1m40s.; runnable\n"));
	end();
}

static void
check_not_run(void)
{
	begin(1);
	worker_pool_stop(&pool, "not run: enough has failed");
	worker_pool_stop(&pool, "not run: another reason");
	CHECK_NAMED("the first reason counts",
	            ends(WORKER_DISPATCH_NOT_RUN,
	                 "t/a skip reason=not run: enough has failed.; runnable\n"));
	CHECK(pool.end.bad == 0);
	end();
	begin(1);
	worker_dispatch_began(pool.dispatch, 0, 0, 0);
	worker_pool_stop(&pool, "not run: enough has failed");
	CHECK_NAMED("a test that failed before is not skipped",
	            ends(WORKER_DISPATCH_NOT_RUN,
	                 "t/a fail reason=not run: enough has failed.; runnable\n"));
	CHECK(pool.end.bad == 1);
	end();
}

static void
check_max_fail(void)
{
	begin(1);
	run.max_fail = 2;
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_FAIL);
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_SUCCESS);
	CHECK(!pool.stopped && pool.end.bad == 1);
	worker_pool_count_end(&pool, SUBUNIT2_STATUS_UXSUCCESS);
	CHECK(pool.stopped && strcmp(pool.stopped, "not run: enough has failed") == 0);
	end();
}

static void
check_interrupted(void)
{
	begin(1);
	pool.interrupted = true;
	pool.end.signo = SIGINT;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=interrupted by SIGINT.; runnable\n"));
	end();
	begin(1);
	pool.interrupted = true;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=interrupted by SIGTERM.; runnable\n"));
	end();
	begin(1);
	pool.interrupted = pool.over_time = true;
	CHECK(ends(WORKER_DISPATCH_LOST, "t/a fail reason=" OUTCOME_OVER_TIME ".; runnable\n"));
	end();
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
	begin(1);
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
	end();
}

int
main(void)
{
	event_lines_open(&lines);
	check_lost();
	check_no_worker();
	check_timeouts();
	check_not_run();
	check_max_fail();
	check_interrupted();
	check_names_of_interruptions();
	event_lines_close(&lines);
	return check_done();
}
