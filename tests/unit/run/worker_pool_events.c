/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* To which test an event of a worker belongs, and what is ignored. */
#include "check.h"
#include "clock.h"
#include "messages.h"
#include "still_clock.h"
#include "stub_pool.h"

#include <string.h>

/* WORKER sends an event: the test ID has STATUS. */
static void
send(size_t worker, const char *id, enum subunit2_status status, const char *code)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.route_code = subunit2_view_of(code),
	};
	worker_pool_handler.event(&pool, &workers[worker], &event);
}

/* WORKER sends the file NAME of the test ID. */
static void
attach(size_t worker, const char *id, const char *code, const char *name, const char *bytes)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(code),
		.file_name = subunit2_view_of(name),
		.file_bytes = subunit2_view_of(bytes),
	};
	worker_pool_handler.event(&pool, &workers[worker], &event);
}

static void
check_own(void)
{
	stub_pool_begin(2, 0);
	send(0, "t/a", SUBUNIT2_STATUS_EXISTS, "w0");
	CHECK(event_lines_are(&lines, "") && !worker_dispatch_is_running(pool.dispatch, 0));
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	CHECK(event_lines_are(&lines, "t/a inprogress @w0/0\n"));
	CHECK(worker_dispatch_is_running(pool.dispatch, 0) && pool.tests[0]->start_ns > 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	CHECK_NAMED("a test starts once", event_lines_are(&lines, ""));
	attach(0, "t/a", "w0/0", "stdout", "text");
	send(0, "t/a::1", SUBUNIT2_STATUS_FAIL, "w0/0");
	CHECK(event_lines_are(&lines, "t/a @w0/0 stdout=text\nt/a::1 fail @w0/0\n"));
	send(0, "t/a", SUBUNIT2_STATUS_FAIL, "w0/0");
	CHECK(event_lines_are(&lines, "t/a fail @w0/0\n") && pool.end.bad == 1);
	send(1, "t/b", SUBUNIT2_STATUS_SUCCESS, "w1/0");
	CHECK(event_lines_are(&lines, "t/b success @w1/0\n") && pool.end.bad == 1);
	CHECK(messages_are("") && worker_dispatch_is_idle(pool.dispatch));
	stub_pool_end();
}

/* WORKER sends the failure of the test ID with a REASON. */
static void
fail_with(size_t worker, const char *id, const char *code, const char *reason)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_FAIL,
		.route_code = subunit2_view_of(code),
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = subunit2_view_of(reason),
	};
	worker_pool_handler.event(&pool, &workers[worker], &event);
}

/* WORKER, which is ending, says that it has not started the test ID. */
static void
leave(size_t worker, const char *id)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_SKIP,
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = SUBUNIT2_LITERAL(OUTCOME_NOT_RUN),
	};
	worker_pool_handler.event(&pool, &workers[worker], &event);
}

/* A test that a worker has not started is sent again, if the run goes on. */
static void
check_unstarted(void)
{
	stub_pool_begin(1, 0);
	leave(0, "t/a");
	CHECK(messages_are("w0: it was interrupted\n") && event_lines_are(&lines, ""));
	CHECK(worker_dispatch_queued(pool.dispatch) == 2 &&
	      worker_dispatch_attempts(pool.dispatch, 0) == 0);
	stub_pool_end();
	stub_pool_begin(1, 0);
	pool.over_time = pool.interrupted = true;
	worker_pool_stop(&pool, "not run: over");
	leave(0, "t/a");
	CHECK(event_lines_are(&lines, "") && pool.tests[0]->held);
	stub_pool_end();
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	leave(0, "t/a");
	CHECK_NAMED("one that it has started has its answer",
	            event_lines_are(&lines, "t/a inprogress @w0/0\n"
	                                    "t/a skip @w0/0 reason=" OUTCOME_NOT_RUN "\n"));
	stub_pool_end();
}

/* Results of tests that run elsewhere are ignored, with one message for each worker. */
static void
check_foreign(void)
{
	stub_pool_begin(2, 0);
	send(0, "t/b", SUBUNIT2_STATUS_EXISTS, "w0/0");
	attach(0, "t/b", "w0/0", "stdout", "text");
	CHECK(messages_are("") && event_lines_are(&lines, ""));
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(messages_are("w0: ignored a result of t/b, which does not run there\n"));
	send(0, "t/b::1", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK_NAMED("one message", messages_are("") && event_lines_are(&lines, ""));
	send(1, "t/a::1", SUBUNIT2_STATUS_SUCCESS, "w1/0");
	CHECK(messages_are("w1: ignored a result of t/a::1, which does not run there\n"));
	CHECK(event_lines_are(&lines, ""));
	send(1, "t/a", SUBUNIT2_STATUS_FAIL, "w1/0");
	CHECK_NAMED("a failure counts, with a reason and a message of its own",
	            event_lines_are(&lines, "t/a fail @w1/0 reason=" WORKER_POOL_FOREIGN ".\n") &&
	                    messages_are("w1: sent a result of t/a, which does not run there\n"));
	CHECK(pool.end.bad == 1);
	fail_with(1, "t/a", "w1/0", "broken");
	CHECK_NAMED("or the one that it has",
	            event_lines_are(&lines, "t/a fail @w1/0 reason=broken\n"));
	CHECK(messages_are("") && pool.end.bad == 2);
	send(1, "t/a", SUBUNIT2_STATUS_FAIL, "w1/0");
	CHECK(messages_are("") && pool.end.bad == 3);
	event_lines_are(&lines, "t/a fail @w1/0 reason=" WORKER_POOL_FOREIGN ".\n");
	stub_pool_end();
}

/* Results that a running test reports, under its code or one below it, are not those of the tests
 * with these ids that the run has. */
static void
check_reported(void)
{
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0/7");
	CHECK(worker_dispatch_is_running(pool.dispatch, 0));
	CHECK(event_lines_are(&lines, "t/a inprogress @w0/0\nt/a success @w0/0/7\n"));
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(!worker_dispatch_is_running(pool.dispatch, 1) && event_lines_are(&lines, ""));
	CHECK(messages_are("w0: ignored a result of t/b, which does not run there\n"));
	send(0, "t/b", SUBUNIT2_STATUS_FAIL, "w0/0/7");
	CHECK(event_lines_are(&lines, "t/b fail @w0/0/7\n") && messages_are(""));
	send(0, "t/a", SUBUNIT2_STATUS_FAIL, "w0/0");
	worker_dispatch_turn(pool.dispatch, 0);
	send(0, "t/b", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(event_lines_are(&lines, "t/a fail @w0/0\nt/b inprogress @w0/0\nt/b success @w0/0\n"));
	CHECK(pool.end.bad == 1 && worker_dispatch_is_idle(pool.dispatch));
	stub_pool_end();
}

/* A worker that gives two tests one routing code: its results of the second are ignored, and it
 * never sends others. */
static void
check_one_code(void)
{
	stub_pool_slots = 2;
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	send(0, "t/b", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	CHECK(messages_are("w0: ignored a result of t/b under the routing code of t/a, which runs "
	                   "there\n"));
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(event_lines_are(&lines, "t/a inprogress @w0/0\nt/a success @w0/0\n"));
	now_ns += 5 * SECOND;
	event_loop_turn(supervisor.loop);
	CHECK(messages_are("") && worker_dispatch_listens(pool.dispatch, 0));
	now_ns += 1;
	event_loop_turn(supervisor.loop);
	CHECK_NAMED("it ends", messages_are("w0: two tests under one routing code\n"));
	CHECK(!worker_dispatch_listens(pool.dispatch, 0) &&
	      worker_dispatch_queued(pool.dispatch) == 1);
	stub_pool_end();
	stub_pool_slots = 1;
}

/* A test whose id a script of another one used waits, and begins then. */
static void
check_used_id(void)
{
	stub_pool_slots = 2;
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	send(0, "t/b", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	now_ns += 10 * SECOND;
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	now_ns += 4 * SECOND;
	send(0, "t/b", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	CHECK(!pool.workers[0].unstarted.running);
	send(0, "t/b", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(!pool.workers[0].unstarted.running && worker_dispatch_is_idle(pool.dispatch));
	event_lines_close(&lines);
	event_lines_open(&lines);
	messages_take();
	stub_pool_end();
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK_NAMED("without such a result, no test has to begin in time",
	            !pool.workers[0].unstarted.running);
	event_lines_are(&lines, "t/a inprogress @w0/0\nt/a success @w0/0\n");
	stub_pool_end();
	stub_pool_slots = 1;
}

/* Events that name no test of the run belong to a test only by their routing code. */
static void
check_unknown(void)
{
	stub_pool_begin(2, 1);
	attach(0, NULL, "w0/0", "stdout", "early");
	CHECK(event_lines_are(&lines, " @w0/0 stdout=early\n"));
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	event_lines_are(&lines, "t/a inprogress @w0/0\n");
	send(0, "other", SUBUNIT2_STATUS_SUCCESS, "w0/1");
	send(0, "t/ax", SUBUNIT2_STATUS_SUCCESS, "w0/1");
	send(0, "::", SUBUNIT2_STATUS_SUCCESS, "w0/1");
	attach(0, NULL, "w0", "stdout", "text");
	CHECK_NAMED("beside the code of a test that runs, they pass at once",
	            event_lines_are(&lines, "other success @w0/1\nt/ax success @w0/1\n"
	                                    ":: success @w0/1\n @w0 stdout=text\n"));
	send(0, "other", SUBUNIT2_STATUS_SUCCESS, "w0/0/1");
	attach(0, NULL, "w0/0", "stdout", "held");
	CHECK_NAMED("below it, they wait for its end", event_lines_are(&lines, ""));
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK(event_lines_are(&lines, "other success @w0/0/1\n @w0/0 stdout=held\n"
	                              "t/a success @w0/0\n"));
	CHECK(messages_are(""));
	stub_pool_end();
}

static void
check_bail_out(void)
{
	static const struct {
		const char *name, *reason;
		enum subunit2_status status;
		bool no_bail, stops;
	} cases[] = {
		{"reason", "bailed out: no disk", SUBUNIT2_STATUS_FAIL, false, true},
		{"reason", "bailed out", SUBUNIT2_STATUS_FAIL, false, true},
		{"reason", "bailed ou", SUBUNIT2_STATUS_FAIL, false, false},
		{"reason", "has bailed out", SUBUNIT2_STATUS_FAIL, false, false},
		{"stdout", "bailed out", SUBUNIT2_STATUS_FAIL, false, false},
		{"reason", "bailed out", SUBUNIT2_STATUS_SKIP, false, false},
		{"reason", "bailed out", SUBUNIT2_STATUS_FAIL, true, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		stub_pool_begin(1, 0);
		run.no_bail = cases[i].no_bail;
		struct subunit2_event event = {
			.test_id = SUBUNIT2_LITERAL("t/a"),
			.status = cases[i].status,
			.route_code = SUBUNIT2_LITERAL("w0/0"),
			.file_name = subunit2_view_of(cases[i].name),
			.file_bytes = subunit2_view_of(cases[i].reason),
		};
		worker_pool_handler.event(&pool, &workers[0], &event);
		CHECK_NAMED(cases[i].reason, !pool.stopped == !cases[i].stops);
		if (pool.stopped)
			CHECK(strcmp(pool.stopped, "not run: a test bailed out") == 0);
		stub_pool_end();
	}
	event_lines_close(&lines);
	event_lines_open(&lines);
}

/* A test that runs for long is named again and again. */
static void
check_slow(void)
{
	stub_pool_begin(1, 0);
	run.slow_ns = 1;
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	now_ns += 3;
	event_loop_turn(supervisor.loop);
	const char *messages = messages_take();
	CHECK(strncmp(messages, "t/a: still running after ", 25) == 0);
	now_ns += 3;
	event_loop_turn(supervisor.loop);
	messages = messages_take();
	CHECK(strncmp(messages, "t/a: still running after ", 25) == 0);
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK_NAMED("until it ends", !pool.tests[0]->slow.running);
	event_lines_are(&lines, "t/a inprogress @w0/0\nt/a success @w0/0\n");
	stub_pool_end();
}

/* The file that says from which time the limit of a test follows. */
static void
check_timeout(void)
{
	stub_pool_begin(1, 0);
	run.attempts.job.timeout_auto = true;
	selection.choices[0].longest_ns = 100 * SECOND;
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	fflush(lines.file);
	CHECK(strstr(lines.text, "t/a inprogress @w0/0\nt/a @w0/0 timeout="));
	event_lines_close(&lines);
	event_lines_open(&lines);
	stub_pool_end();
}

static int64_t write_ns; /* that each write of an event takes */

/* A sink whose reader is slow. */
static enum subunit2_result
write_slowly(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	(void)sink;
	now_ns += write_ns;
	return subunit2_sink_event(&lines.sink, event, error);
}

static void
drop_lines(void)
{
	event_lines_close(&lines);
	event_lines_open(&lines);
}

/* The clock of the dispatch stands still while a slow reader of the stream keeps this program
 * waiting, or while it is stopped. */
static void
check_slow_reader(void)
{
	static struct subunit2_sink slow = {write_slowly, NULL, NULL};
	stub_pool_timeout_ns = 2 * SECOND;
	stub_pool_begin(1, 0);
	pool.wait.to = &slow;
	write_ns = 9 * SECOND;
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	attach(0, "t/a", "w0/0", "stdout", "text");
	attach(0, "t/a", "w0/0", "stdout", "text");
	now_ns += 100 * SECOND;
	supervisor.stopped_ns += 100 * SECOND;
	now_ns += 2 * SECOND - 1;
	worker_dispatch_turn(pool.dispatch, worker_pool_dispatch_ns(&pool));
	CHECK_NAMED("the time of a slow reader, and of a stop, does not count",
	            worker_dispatch_is_running(pool.dispatch, 0) && pool.end.bad == 0);
	now_ns += 1;
	worker_dispatch_turn(pool.dispatch, worker_pool_dispatch_ns(&pool));
	CHECK_NAMED("all other time does", !worker_dispatch_is_running(pool.dispatch, 0));
	CHECK(pool.end.bad == 1);
	drop_lines();
	stub_pool_end();
	supervisor.stopped_ns = 0;
}

/* A test that sends packets all the time, which are written at once, has its limit. */
static void
check_busy(void)
{
	static struct subunit2_sink slow = {write_slowly, NULL, NULL};
	stub_pool_timeout_ns = SECOND;
	stub_pool_begin(1, 0);
	pool.wait.to = &slow;
	write_ns = CLOCK_MS - 1;
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	for (int i = 0; i < 999; i++)
		send(0, "t/a::x", SUBUNIT2_STATUS_EXISTS, "w0/0");
	worker_dispatch_turn(pool.dispatch, worker_pool_dispatch_ns(&pool));
	CHECK(worker_dispatch_is_running(pool.dispatch, 0));
	send(0, "t/a::x", SUBUNIT2_STATUS_EXISTS, "w0/0");
	worker_dispatch_turn(pool.dispatch, worker_pool_dispatch_ns(&pool));
	CHECK_NAMED("a busy test times out", !worker_dispatch_is_running(pool.dispatch, 0));
	drop_lines();
	stub_pool_timeout_ns = 0;
	stub_pool_end();
}

/* A test that is over its limit by the clock also ends when it has sent more than can have been on
 * its way, in bytes of files or in packets without one. */
static void
check_late_output(void)
{
	static char bytes[(4 << 20) - 8 - 3 + 1];
	memset(bytes, 'x', sizeof(bytes) - 1);
	stub_pool_timeout_ns = 1;
	stub_pool_begin(1, 0);
	send(0, "t/a", SUBUNIT2_STATUS_INPROGRESS, "w0/0");
	attach(0, "t/a", "w0/0", "stdout", bytes);
	now_ns += 1;
	event_loop_fire_urgent(supervisor.loop);
	for (int i = 0; i < 4; i++)
		attach(0, "t/a", "w0/0", "stdout", bytes);
	worker_dispatch_turn(pool.dispatch, 0);
	CHECK(worker_dispatch_is_running(pool.dispatch, 0) && pool.end.bad == 0);
	send(0, "t/a::b", SUBUNIT2_STATUS_EXISTS, "w0/0");
	event_lines_close(&lines);
	event_lines_open(&lines);
	worker_dispatch_turn(pool.dispatch, 0);
	CHECK(event_lines_are(&lines, "t/a fail @w0/0 reason=timed out after 0.000s.; runnable\n"));
	CHECK(!worker_dispatch_is_running(pool.dispatch, 0) && pool.end.bad == 1);
	stub_pool_timeout_ns = 0;
	stub_pool_end();
}

static void
check_ends(void)
{
	stub_pool_begin(2, 0);
	worker_pool_handler.failed(&pool, &workers[0], "it sent damage: x");
	CHECK(messages_are("w0: it sent damage: x\n"));
	CHECK(strcmp(pool.workers[0].reason, "it sent damage: x") == 0);
	CHECK(!worker_dispatch_listens(pool.dispatch, 0));
	send(0, "t/a", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	CHECK_NAMED("a worker that sent damage is not heard any more",
	            event_lines_are(&lines, "") && pool.end.bad == 0);
	pool.workers[0].stopping = true;
	worker_pool_handler.over(&pool, &workers[0], "exit status 1");
	CHECK_NAMED("the end of a worker that was stopped is not reported",
	            messages_are("") && strcmp(pool.workers[0].reason, "it sent damage: x") == 0);
	worker_pool_handler.over(&pool, &workers[1], "exit status 2");
	CHECK(messages_are("w1: exit status 2\n"));
	CHECK(strcmp(pool.workers[1].reason, "exit status 2") == 0);
	stub_pool_end();
}

int
main(void)
{
	messages_begin();
	event_lines_open(&lines);
	check_own();
	check_unstarted();
	check_foreign();
	check_reported();
	check_one_code();
	check_used_id();
	check_unknown();
	check_bail_out();
	check_slow();
	check_timeout();
	check_slow_reader();
	check_busy();
	check_late_output();
	check_ends();
	event_lines_close(&lines);
	return check_done();
}
