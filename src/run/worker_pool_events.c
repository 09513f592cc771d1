/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_pool_state.h"

#include "auto_timeout.h"
#include "duration.h"
#include "memory.h"
#include "message.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define NONE WORKER_DISPATCH_NONE
#define REASONS_MAX 8 /* workers whose failures are named at the end */

int64_t
worker_pool_now_ns(const struct worker_pool *pool)
{
	return event_loop_now_ns(pool->supervisor->loop);
}

void
worker_pool_stop(struct worker_pool *pool, const char *why)
{
	if (!pool->stopped)
		pool->stopped = why;
	worker_dispatch_stop(pool->dispatch);
}

void
worker_pool_set_reason(struct pool_worker *worker, const char *reason)
{
	free(worker->reason);
	worker->reason = reason ? memory_copy(reason) : NULL;
}

/* How tests end */

void
worker_pool_count_end(struct worker_pool *pool, enum subunit2_status status)
{
	unsigned max = pool->run->max_fail;
	pool->end.bad += subunit2_status_is_bad(status);
	if (max && pool->end.bad >= max)
		worker_pool_stop(pool, "not run: enough has failed");
}

/* Says in OUTCOME why a worker failed. */
static void
pool_describe_worker(const struct worker_pool *pool, const struct pool_worker *worker,
                     struct outcome *outcome)
{
	char text[DURATION_SIZE];
	if (worker->reason)
		outcome_fail(outcome, "%s: %s", worker_name(worker->worker), worker->reason);
	else
		outcome_fail(outcome, "%s: silent for %s", worker_name(worker->worker),
		             duration_text(pool->options->silence_ns, text));
}

static void
pool_describe_all(const struct worker_pool *pool, struct outcome *outcome)
{
	outcome_fail(outcome, "no worker is left");
	for (size_t i = 0; i < pool->worker_count && i < REASONS_MAX; i++)
		pool_describe_worker(pool, &pool->workers[i], outcome);
	if (pool->worker_count > REASONS_MAX)
		outcome_fail(outcome, "and %zu more", pool->worker_count - REASONS_MAX);
}

static void
pool_describe_timeout(const struct pool_test *test, struct outcome *outcome)
{
	int64_t longest_ns, timeout_ns = worker_pool_timeout_ns(test, &longest_ns);
	if (timeout_ns)
		outcome_add_timeout(outcome, timeout_ns, longest_ns);
	else
		outcome_add_timeout(outcome, test->pool->run->attempts.job.process.timeout_ns, 0);
}

/* Decides how a test ended if its worker sent no final status. */
static void
pool_decide(const struct worker_pool *pool, const struct pool_test *test, struct outcome *outcome,
            size_t worker, enum worker_dispatch_end end)
{
	char text[SIGNALS_NAME_SIZE];
	switch (end) {
	case WORKER_DISPATCH_LOST:
		if (pool->over_time) {
			outcome_fail(outcome, OUTCOME_OVER_TIME);
			break;
		}
		if (pool->interrupted) {
			outcome_fail(
				outcome, "interrupted by %s",
				signals_name(pool->end.signo ? pool->end.signo : SIGTERM, text));
			break;
		}
		outcome_fail(outcome, "its worker was lost while it ran");
		pool_describe_worker(pool, &pool->workers[worker], outcome);
		outcome->infrastructure = true;
		break;
	case WORKER_DISPATCH_TIMED_OUT:
		outcome->status = SUBUNIT2_STATUS_FAIL;
		pool_describe_timeout(test, outcome);
		break;
	case WORKER_DISPATCH_NO_WORKER:
		pool_describe_all(pool, outcome);
		outcome->infrastructure = true;
		break;
	default:
		outcome->status = SUBUNIT2_STATUS_SKIP;
		outcome_add_reason(outcome, "%s", pool->stopped);
		break;
	}
}

void
worker_pool_on_ended(void *context, size_t index, size_t worker, enum worker_dispatch_end end,
                     bool again)
{
	struct worker_pool *pool = context;
	struct pool_test *test = pool->tests[index];
	struct outcome outcome = {0};
	const struct subunit2_event *final = end == WORKER_DISPATCH_ANSWERED ? pool->final : NULL;
	event_loop_timer_stop(pool->supervisor->loop, &test->slow);
	test->start_ns = 0;
	worker_pool_end_attach(test);
	if (!final)
		pool_decide(pool, test, &outcome, worker, end);
	/* If a further attempt was not run, the failed one counts. */
	if (end == WORKER_DISPATCH_NOT_RUN && worker_dispatch_attempts(pool->dispatch, index))
		outcome.status = SUBUNIT2_STATUS_FAIL;
	if (again)
		worker_results_retry(pool->results, index, final, final ? NULL : &outcome);
	else
		worker_pool_count_end(pool, worker_results_finish(pool->results, index, final,
		                                                  final ? NULL : &outcome));
	outcome_clear(&outcome);
}

/* Events of workers */

static void
pool_on_slow(void *context)
{
	struct pool_test *test = context;
	struct worker_pool *pool = test->pool;
	char text[DURATION_SIZE];
	message("%s: still running after %s", worker_results_id(pool->results, test->index),
	        duration_text(worker_pool_now_ns(pool) - test->start_ns, text));
	event_loop_timer_start(pool->supervisor->loop, &test->slow,
	                       worker_pool_now_ns(pool) + pool->run->slow_ns, pool_on_slow, test);
}

/* Sends what the user types to a test. */
static void
pool_type(void *context, struct subunit2_view bytes, bool end)
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
pool_begin_attach(struct worker_pool *pool, size_t worker, struct pool_test *test,
                  const struct subunit2_event *event)
{
	struct subunit2_view name = subunit2_view_of(worker_name(pool->workers[worker].worker));
	struct subunit2_view rest;
	struct pool_attach *attach = memory_zeroed(1, sizeof(*attach));
	struct attach_test_options options = {
		.id = worker_results_id(pool->results, test->index),
		.code = event->route_code,
		.type = pool_type,
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
pool_emit_timeout(struct worker_pool *pool, const struct pool_test *test)
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
pool_start_test(struct worker_pool *pool, size_t worker, size_t index,
                const struct subunit2_event *event)
{
	struct pool_test *test = pool->tests[index];
	if (worker_dispatch_is_running(pool->dispatch, index))
		return;
	worker_dispatch_began(pool->dispatch, worker, index, worker_pool_now_ns(pool));
	worker_results_start(pool->results, index, event);
	test->start_ns = worker_pool_now_ns(pool);
	pool_emit_timeout(pool, test);
	if (pool->run->attach)
		pool_begin_attach(pool, worker, test, event);
	if (pool->run->slow_ns)
		event_loop_timer_start(pool->supervisor->loop, &test->slow,
		                       test->start_ns + pool->run->slow_ns, pool_on_slow, test);
}

/* Returns whether EVENT is a failure whose reason is a bail-out; see tap/events.c. */
static bool
pool_is_bail_out(const struct subunit2_event *event)
{
	static const char bailed_out[] = "bailed out";
	size_t len = sizeof(bailed_out) - 1;
	return event->status == SUBUNIT2_STATUS_FAIL &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")) &&
	       event->file_bytes.len >= len && memcmp(event->file_bytes.data, bailed_out, len) == 0;
}

/* Handles EVENT, which has the id of the open test INDEX. */
static void
pool_on_test_event(struct worker_pool *pool, size_t worker, size_t index,
                   const struct subunit2_event *event)
{
	if (event->status == SUBUNIT2_STATUS_EXISTS)
		return;
	pool_start_test(pool, worker, index, event);
	if (subunit2_status_is_final(event->status)) {
		if (!pool->run->no_bail && pool_is_bail_out(event))
			worker_pool_stop(pool, "not run: a test bailed out");
		pool->final = event;
		worker_dispatch_answered(pool->dispatch, worker, index,
		                         subunit2_status_is_bad(worker_results_judge(
						 pool->results, index, event->status)));
		pool->final = NULL;
	} else if (event->status == SUBUNIT2_STATUS_NONE) {
		worker_results_event(pool->results, index, event);
	}
}

/* Returns the open test at WORKER to which EVENT belongs, or NONE. Sets *OWN to true if EVENT has
 * the id of the test itself, not one below it, nor only a routing code below that of the test. */
static size_t
pool_find_test(const struct worker_pool *pool, size_t worker, const struct subunit2_event *event,
               bool *own)
{
	size_t count, below = NONE, at = NONE;
	const size_t *open = worker_dispatch_open(pool->dispatch, worker, &count);
	bool starts = event->status == SUBUNIT2_STATUS_INPROGRESS;
	*own = false;
	for (size_t i = 0; i < count; i++) {
		bool same = false;
		bool running = worker_dispatch_is_running(pool->dispatch, open[i]);
		bool named = worker_results_owns(pool->results, open[i], event->test_id, &same);
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

/* Returns whether ID is that of a script of this run, or of a subtest of one. */
static bool
pool_knows(const struct worker_pool *pool, struct subunit2_view id)
{
	if (!id.len)
		return false;
	if (suite_find(pool->suite, id.data, id.len) >= 0)
		return true;
	for (size_t end = id.len - 1; end > 1; end--)
		if (id.data[end] == ':' && id.data[end - 1] == ':' &&
		    suite_find(pool->suite, id.data, end - 1) >= 0)
			return true;
	return false;
}

static void
pool_warn_ignored(struct worker_pool *pool, size_t index, const struct subunit2_event *event)
{
	struct pool_worker *worker = &pool->workers[index];
	if (worker->warned || !event->status || event->status == SUBUNIT2_STATUS_EXISTS)
		return;
	worker->warned = true;
	message("%s: ignored a result of %.*s, which does not run there",
	        worker_name(worker->worker), (int)event->test_id.len, event->test_id.data);
}

static void
pool_on_event(void *context, struct worker *worker, const struct subunit2_event *event)
{
	struct worker_pool *pool = context;
	size_t index = worker_index(worker);
	bool own;
	if (!worker_dispatch_listens(pool->dispatch, index))
		return;
	worker_dispatch_heard(pool->dispatch, index, worker_pool_now_ns(pool));
	size_t test = pool_find_test(pool, index, event, &own);
	if (test != NONE && pool->tests[test]->attach)
		attach_event(pool->tests[test]->attach->test, event);
	if (own)
		pool_on_test_event(pool, index, test, event);
	else if (pool_knows(pool, event->test_id) &&
	         (test == NONE || !worker_results_owns(pool->results, test, event->test_id, &own)))
		pool_warn_ignored(pool, index, event);
	else if (test != NONE)
		worker_results_event(pool->results, test, event);
	else
		subunit2_sink_event(pool->stamp, event, NULL);
}

static void
pool_on_failed(void *context, struct worker *worker, const char *reason)
{
	struct worker_pool *pool = context;
	size_t index = worker_index(worker);
	message("%s: %s", worker_name(worker), reason);
	worker_pool_set_reason(&pool->workers[index], reason);
	worker_dispatch_failed(pool->dispatch, index, worker_pool_now_ns(pool));
}

static void
pool_on_over(void *context, struct worker *worker, const char *reason)
{
	struct worker_pool *pool = context;
	struct pool_worker *w = &pool->workers[worker_index(worker)];
	if (!w->stopping) {
		worker_pool_set_reason(w, reason);
		message("%s: %s", worker_name(worker), reason);
	}
	worker_dispatch_over(pool->dispatch, worker_index(worker), worker_pool_now_ns(pool));
}

const struct worker_handler worker_pool_handler = {pool_on_event, pool_on_failed, pool_on_over};
