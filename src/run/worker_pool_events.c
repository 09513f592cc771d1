/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_pool_state.h"

#include "auto_timeout.h"
#include "clock.h"
#include "duration.h"
#include "memory.h"
#include "message.h"

#include <stdlib.h>
#include <string.h>

#define NONE WORKER_DISPATCH_NONE
#define LATE_MAX (16 << 20) /* more bytes than pipes and connections hold */
#define UNSTARTED_NS (5 * EVENT_LOOP_S)

int64_t
worker_pool_now_ns(const struct worker_pool *pool)
{
	return event_loop_now_ns(pool->supervisor->loop);
}

int64_t
worker_pool_dispatch_ns(const struct worker_pool *pool)
{
	return write_wait_clock_ns(&pool->wait);
}

void
worker_pool_set_reason(struct pool_worker *worker, const char *reason)
{
	free(worker->reason);
	worker->reason = reason ? memory_copy(reason) : NULL;
}

/* Events of workers */

static void
worker_pool_on_slow(void *context)
{
	struct pool_test *test = context;
	struct worker_pool *pool = test->pool;
	char text[DURATION_SIZE];
	message("%s: still running after %s", worker_results_id(pool->results, test->index),
	        duration_text(worker_pool_now_ns(pool) - test->start_ns, text));
	event_loop_timer_start(pool->supervisor->loop, &test->slow,
	                       worker_pool_now_ns(pool) + pool->run->slow_ns, worker_pool_on_slow,
	                       test);
}

/* Sends what the user types to a test. */
static void
worker_pool_type(void *context, struct subunit2_view bytes, bool end)
{
	const struct pool_attach *attach = context;
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = bytes,
		.eof = end,
		.route_code = attach->rest ? subunit2_view_of(attach->rest) : SUBUNIT2_ABSENT,
	};
	worker_send(attach->pool->workers[attach->worker].worker, &event);
}

/* Lets the user's terminal be attached to TEST, which EVENT started. */
static void
worker_pool_begin_attach(struct worker_pool *pool, size_t worker, struct pool_test *test,
                         const struct subunit2_event *event)
{
	struct subunit2_view name = subunit2_view_of(worker_name(pool->workers[worker].worker));
	struct subunit2_view rest;
	struct pool_attach *attach = memory_zeroed(1, sizeof(*attach));
	struct attach_test_options options = {
		.id = worker_results_id(pool->results, test->index),
		.code = event->route_code,
		.type = worker_pool_type,
		.context = attach,
	};
	attach->pool = pool;
	attach->worker = worker;
	if (subunit2_route_is_under(event->route_code, name, &rest) && rest.len)
		attach->rest = memory_copy_len(rest.data, rest.len);
	attach->test = attach_start_test(pool->run->attach, &options);
	test->attach = attach;
}

/* Attaches the limit that follows from earlier runs to the attempt of TEST that has begun. */
static void
worker_pool_emit_timeout(struct worker_pool *pool, const struct pool_test *test)
{
	int64_t longest_ns;
	if (!worker_pool_timeout_ns(test, &longest_ns))
		return;
	char *text = auto_timeout_text(longest_ns);
	struct subunit2_event event =
		auto_timeout_event(text, worker_results_id(pool->results, test->index));
	worker_results_event(pool->results, test->index, &event);
	free(text);
}

static void
worker_pool_start_test(struct worker_pool *pool, size_t worker, size_t index,
                       const struct subunit2_event *event)
{
	struct pool_test *test = pool->tests[index];
	if (worker_dispatch_is_running(pool->dispatch, index))
		return;
	worker_dispatch_began(pool->dispatch, worker, index, worker_pool_dispatch_ns(pool));
	worker_results_start(pool->results, index, event);
	test->start_ns = worker_pool_now_ns(pool);
	test->late_len = 0;
	worker_pool_emit_timeout(pool, test);
	if (pool->run->attach)
		worker_pool_begin_attach(pool, worker, test, event);
	if (pool->run->slow_ns)
		event_loop_timer_start(pool->supervisor->loop, &test->slow,
		                       test->start_ns + pool->run->slow_ns, worker_pool_on_slow,
		                       test);
}

/* Returns whether EVENT is a failure whose reason is a bail-out; see tap/events.c. */
static bool
worker_pool_is_bail_out(const struct subunit2_event *event)
{
	static const char bailed_out[] = "bailed out";
	size_t len = sizeof(bailed_out) - 1;
	return event->status == SUBUNIT2_STATUS_FAIL &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")) &&
	       event->file_bytes.len >= len && memcmp(event->file_bytes.data, bailed_out, len) == 0;
}

/* Handles EVENT, the final status of the test INDEX, which is open at WORKER. */
static void
worker_pool_on_final_status(struct worker_pool *pool, size_t worker, size_t index,
                            const struct subunit2_event *event)
{
	struct buffer reason = {0};
	struct subunit2_event final = worker_pool_name_interruption(pool, event, &reason);
	if (!pool->run->no_bail && worker_pool_is_bail_out(event))
		worker_pool_stop(pool, "not run: a test bailed out");
	pool->final = &final;
	worker_dispatch_answered(
		pool->dispatch, worker, index,
		subunit2_status_is_bad(worker_results_judge(pool->results, index, event)));
	pool->final = NULL;
	buffer_clear(&reason);
}

static void
worker_pool_on_failed(void *context, struct worker *worker, const char *reason)
{
	struct worker_pool *pool = context;
	size_t index = worker_index(worker);
	message("%s: %s", worker_name(worker), reason);
	worker_pool_set_reason(&pool->workers[index], reason);
	event_loop_timer_stop(pool->supervisor->loop, &pool->workers[index].unstarted);
	worker_dispatch_failed(pool->dispatch, index, worker_pool_dispatch_ns(pool));
}

/* Returns whether EVENT says that a worker, which ends, has not started a test. */
static bool
worker_pool_is_unstarted(const struct subunit2_event *event)
{
	return event->status == SUBUNIT2_STATUS_SKIP &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")) &&
	       subunit2_view_equal(event->file_bytes, SUBUNIT2_LITERAL(OUTCOME_NOT_RUN));
}

/* Ends the test INDEX, which WORKER has not started; or sends it again, if the run goes on. */
static void
worker_pool_on_unstarted(struct worker_pool *pool, size_t worker, size_t index)
{
	if (pool->stopped)
		worker_dispatch_unstarted(pool->dispatch, worker, index);
	else
		worker_pool_on_failed(pool, pool->workers[worker].worker, "it was interrupted");
}

/* Handles EVENT, which has the id of the open test INDEX. */
static void
worker_pool_on_test_event(struct worker_pool *pool, size_t worker, size_t index,
                          const struct subunit2_event *event)
{
	if (event->status == SUBUNIT2_STATUS_EXISTS)
		return;
	if (worker_pool_is_unstarted(event) && !worker_dispatch_is_running(pool->dispatch, index)) {
		worker_pool_on_unstarted(pool, worker, index);
		return;
	}
	worker_pool_start_test(pool, worker, index, event);
	if (subunit2_status_is_final(event->status))
		worker_pool_on_final_status(pool, worker, index, event);
	else if (event->status == SUBUNIT2_STATUS_NONE)
		worker_results_event(pool->results, index, event);
}

/* Returns the open test at WORKER to which EVENT belongs, or NONE. Sets *OWN to true if EVENT is
 * about the test itself, not about one below it, by its id or its routing code. */
static size_t
worker_pool_find_test(const struct worker_pool *pool, size_t worker,
                      const struct subunit2_event *event, bool *own)
{
	size_t count, below = NONE, at = NONE;
	const size_t *open = worker_dispatch_open(pool->dispatch, worker, &count);
	bool starts = event->status == SUBUNIT2_STATUS_INPROGRESS;
	bool in_slot = worker_pool_find_slot(pool, worker, event->route_code) != NONE;
	*own = false;
	for (size_t i = 0; i < count; i++) {
		bool same = false;
		bool running = worker_dispatch_is_running(pool->dispatch, open[i]);
		/* No other test starts in the slot of a running one. */
		if (in_slot && !running)
			continue;
		bool named = worker_results_owns(pool->results, open[i], event, &same);
		/* The same test may be requested twice. */
		if (same && (!*own || running != starts)) {
			at = *own && running == starts ? at : open[i];
			*own = true;
		} else if (named && !*own) {
			at = open[i];
		} else if (running && below == NONE &&
		           worker_results_is_under(pool->results, open[i], event->route_code)) {
			below = open[i];
		}
	}
	return at == NONE ? below : at;
}

/* Ends the test INDEX, which sent EVENT, if it ran longer than its limit by the clock, and sent so
 * much since that it cannot have ended in time. Otherwise a test that sends more than the reader of
 * the stream takes would have no limit. */
static void
worker_pool_check_limit(struct worker_pool *pool, size_t index, const struct subunit2_event *event)
{
	struct pool_test *test = pool->tests[index];
	int64_t longest_ns, limit_ns = worker_pool_timeout_ns(test, &longest_ns);
	if (!limit_ns)
		limit_ns = pool->run->attempts.job.process.timeout_ns;
	if (!limit_ns || worker_pool_now_ns(pool) - test->start_ns < limit_ns)
		return;
	test->late_len += SUBUNIT2_PACKET_MIN + event->test_id.len + event->file_bytes.len;
	if (test->late_len > LATE_MAX)
		worker_dispatch_expire(pool->dispatch, index);
}

/* Ends a worker at which a test waits, though it sent results of that test, which were ignored. */
static void
worker_pool_on_contested(void *context)
{
	struct pool_worker *worker = context;
	worker_pool_on_failed(worker->pool, worker->worker, "two tests under one routing code");
}

/* Waits for the worker INDEX to start a test, if results of one that waits there were ignored. They
 * may be those of a script, and the test starts; if they were its own, it never does. */
static void
worker_pool_check_contested(struct worker_pool *pool, size_t index)
{
	struct pool_worker *worker = &pool->workers[index];
	struct event_loop *loop = pool->supervisor->loop;
	if (!worker->contested)
		return;
	if (!worker_dispatch_listens(pool->dispatch, index) || !worker_pool_only_waits(pool, index))
		event_loop_timer_stop(loop, &worker->unstarted);
	else if (!worker->unstarted.running)
		event_loop_timer_start(loop, &worker->unstarted, clock_ns() + UNSTARTED_NS,
		                       worker_pool_on_contested, worker);
}

/* Returns whether EVENT, which names a test of this run, is a part of TEST, which may be NONE. So
 * is the failure of another test that TEST reports under its routing code. */
static bool
worker_pool_belongs(const struct worker_pool *pool, size_t test, const struct subunit2_event *event)
{
	bool own;
	return test != NONE && (worker_results_owns(pool->results, test, event, &own) ||
	                        subunit2_status_is_bad(event->status));
}

static void
worker_pool_on_event(void *context, struct worker *worker, const struct subunit2_event *event)
{
	struct worker_pool *pool = context;
	size_t index = worker_index(worker);
	bool own;
	if (!worker_dispatch_listens(pool->dispatch, index))
		return;
	worker_dispatch_on_output(pool->dispatch, index, worker_pool_dispatch_ns(pool));
	size_t test = worker_pool_find_test(pool, index, event, &own);
	if (test != NONE && pool->tests[test]->attach)
		attach_event(pool->tests[test]->attach->test, event);
	if (test != NONE)
		worker_pool_check_limit(pool, test, event);
	if (!own)
		worker_pool_note_contested(pool, index, event);
	if (own)
		worker_pool_on_test_event(pool, index, test, event);
	else if (worker_pool_has_test(pool, event->test_id) &&
	         !worker_pool_belongs(pool, test, event))
		worker_pool_on_foreign(pool, index, event);
	else if (test != NONE)
		worker_results_event(pool->results, test, event);
	else
		subunit2_sink_event(pool->stamp, event, NULL);
	worker_pool_check_contested(pool, index);
}

static void
worker_pool_on_over(void *context, struct worker *worker, const char *reason)
{
	struct worker_pool *pool = context;
	struct pool_worker *w = &pool->workers[worker_index(worker)];
	event_loop_timer_stop(pool->supervisor->loop, &w->unstarted);
	if (!w->stopping) {
		worker_pool_set_reason(w, reason);
		message("%s: %s", worker_name(worker), reason);
	}
	worker_dispatch_over(pool->dispatch, worker_index(worker), worker_pool_dispatch_ns(pool));
}

const struct worker_handler worker_pool_handler = {worker_pool_on_event, worker_pool_on_failed,
                                                   worker_pool_on_over};
