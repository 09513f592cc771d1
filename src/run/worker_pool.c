/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_pool.h"

#include "clock.h"
#include "duration.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "regex.h"
#include "stdin_router.h"
#include "timestamp.h"
#include "worker.h"
#include "worker_dispatch.h"
#include "worker_results.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define NONE WORKER_DISPATCH_NONE
#define PAUSE_NS EVENT_LOOP_S /* before a worker's first restart */
#define REASONS_MAX 8         /* workers whose failures are named at the end */

/* A test that was sent to a worker. */
struct pool_test {
	struct worker_pool *pool;
	size_t index;
	int64_t start_ns; /* 0: it does not run */
	struct event_loop_timer slow;
};

struct pool_worker {
	struct worker *worker;
	char *reason;  /* why its last process failed; NULL: it has not */
	bool warned;   /* of a result that is ignored */
	bool stopping; /* it was asked to end */
};

struct worker_pool {
	const struct worker_pool_options *options;
	const struct scheduler_options *run;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct subunit2_sink *stamp; /* gives a time to events without one */
	struct worker_dispatch *dispatch;
	struct worker_results *results;
	struct pool_worker *workers;
	struct stdin_buffer **inputs; /* of the workers */
	size_t worker_count;
	struct pool_test **tests;
	size_t test_count, test_room;
	struct stdin_router *router;        /* NULL: no requests come on standard input */
	const struct subunit2_event *final; /* that a worker just sent; NULL: none */
	const char *stopped;                /* why no further test is started; NULL: they are */
	struct event_loop_timer turn, tick;
	struct scheduler_end end;
};

static int64_t
pool_now_ns(const struct worker_pool *pool)
{
	return event_loop_now_ns(pool->supervisor->loop);
}

static void
pool_stop(struct worker_pool *pool, const char *why)
{
	if (!pool->stopped)
		pool->stopped = why;
	worker_dispatch_stop(pool->dispatch);
}

static void
pool_interrupt(struct worker_pool *pool, const char *why)
{
	pool_stop(pool, why);
	worker_dispatch_interrupt(pool->dispatch);
}

static void
pool_set_reason(struct pool_worker *worker, const char *reason)
{
	free(worker->reason);
	worker->reason = reason ? memory_copy(reason) : NULL;
}

/* How tests end */

static void
pool_count_end(struct worker_pool *pool, enum subunit2_status status)
{
	unsigned max = pool->run->max_fail;
	pool->end.bad += subunit2_status_is_bad(status);
	if (max && pool->end.bad >= max)
		pool_stop(pool, "not run: enough has failed");
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

/* Decides how a test ended whose worker did not say it. */
static void
pool_decide(const struct worker_pool *pool, struct outcome *outcome, size_t worker,
            enum worker_dispatch_end end)
{
	char text[SIGNALS_NAME_SIZE > DURATION_SIZE ? SIGNALS_NAME_SIZE : DURATION_SIZE];
	switch (end) {
	case WORKER_DISPATCH_LOST:
		if (pool->end.signo) {
			outcome_fail(outcome, "interrupted by %s",
			             signals_name(pool->end.signo, text));
			break;
		}
		outcome_fail(outcome, "its worker was lost while it ran");
		pool_describe_worker(pool, &pool->workers[worker], outcome);
		outcome->infrastructure = true;
		break;
	case WORKER_DISPATCH_TIMED_OUT:
		outcome_fail(outcome, "timed out after %s",
		             duration_text(pool->run->attempts.job.process.timeout_ns, text));
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

static void
pool_on_ended(void *context, size_t index, size_t worker, enum worker_dispatch_end end, bool again)
{
	struct worker_pool *pool = context;
	struct pool_test *test = pool->tests[index];
	struct outcome outcome = {0};
	const struct subunit2_event *final = end == WORKER_DISPATCH_ANSWERED ? pool->final : NULL;
	event_loop_timer_stop(pool->supervisor->loop, &test->slow);
	test->start_ns = 0;
	if (!final)
		pool_decide(pool, &outcome, worker, end);
	/* An attempt that failed is not made good by one that was not tried. */
	if (end == WORKER_DISPATCH_NOT_RUN && worker_dispatch_attempts(pool->dispatch, index))
		outcome.status = SUBUNIT2_STATUS_FAIL;
	if (again)
		worker_results_retry(pool->results, index, final, final ? NULL : &outcome);
	else
		pool_count_end(pool, worker_results_finish(pool->results, index, final,
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
	        duration_text(pool_now_ns(pool) - test->start_ns, text));
	event_loop_timer_start(pool->supervisor->loop, &test->slow,
	                       pool_now_ns(pool) + pool->run->slow_ns, pool_on_slow, test);
}

static void
pool_start_test(struct worker_pool *pool, size_t worker, size_t index,
                const struct subunit2_event *event)
{
	struct pool_test *test = pool->tests[index];
	if (worker_dispatch_is_running(pool->dispatch, index))
		return;
	worker_dispatch_began(pool->dispatch, worker, index, pool_now_ns(pool));
	worker_results_start(pool->results, index, event);
	test->start_ns = pool_now_ns(pool);
	if (pool->run->slow_ns)
		event_loop_timer_start(pool->supervisor->loop, &test->slow,
		                       test->start_ns + pool->run->slow_ns, pool_on_slow, test);
}

/* A final status whose reason is that of a bail-out; see tap/events.c. */
static bool
pool_is_bail_out(const struct subunit2_event *event)
{
	static const char bailed_out[] = "bailed out";
	size_t len = sizeof(bailed_out) - 1;
	return event->status == SUBUNIT2_STATUS_FAIL &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")) &&
	       event->file_bytes.len >= len && memcmp(event->file_bytes.data, bailed_out, len) == 0;
}

/* EVENT has the id of the open test INDEX. */
static void
pool_on_test_event(struct worker_pool *pool, size_t worker, size_t index,
                   const struct subunit2_event *event)
{
	if (event->status == SUBUNIT2_STATUS_EXISTS)
		return;
	pool_start_test(pool, worker, index, event);
	if (subunit2_status_is_final(event->status)) {
		if (!pool->run->no_bail && pool_is_bail_out(event))
			pool_stop(pool, "not run: a test bailed out");
		pool->final = event;
		worker_dispatch_answered(pool->dispatch, worker, index,
		                         subunit2_status_is_bad(worker_results_judge(
						 pool->results, index, event->status)));
		pool->final = NULL;
	} else if (event->status == SUBUNIT2_STATUS_NONE) {
		worker_results_event(pool->results, index, event);
	}
}

/* The open test at WORKER whose id EVENT has (*OWN), or below whose id or code it lies; NONE. */
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
		/* The same test may have been asked for twice. */
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

/* ID is that of a script of this run, or of a subtest of it. */
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
	worker_dispatch_heard(pool->dispatch, index, pool_now_ns(pool));
	size_t test = pool_find_test(pool, index, event, &own);
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
	pool_set_reason(&pool->workers[index], reason);
	worker_dispatch_failed(pool->dispatch, index, pool_now_ns(pool));
}

static void
pool_on_over(void *context, struct worker *worker, const char *reason)
{
	struct worker_pool *pool = context;
	struct pool_worker *w = &pool->workers[worker_index(worker)];
	if (!w->stopping) {
		pool_set_reason(w, reason);
		message("%s: %s", worker_name(worker), reason);
	}
	worker_dispatch_over(pool->dispatch, worker_index(worker), pool_now_ns(pool));
}

/* Actions of the dispatch */

static void
pool_on_start(void *context, size_t worker)
{
	struct worker_pool *pool = context;
	pool_set_reason(&pool->workers[worker], NULL);
	pool->workers[worker].stopping = false;
	worker_start(pool->workers[worker].worker);
}

static void
pool_on_send(void *context, size_t worker, size_t test)
{
	struct worker_pool *pool = context;
	struct subunit2_event request = {
		.test_id = subunit2_view_of(worker_results_id(pool->results, test)),
		.status = SUBUNIT2_STATUS_EXISTS,
		.runnable = true,
	};
	worker_send(pool->workers[worker].worker, &request);
}

static void
pool_on_stop(void *context, size_t worker)
{
	struct worker_pool *pool = context;
	pool->workers[worker].stopping = true;
	worker_stop(pool->workers[worker].worker);
}

/* Tests */

/* A script of which it is known before that it cannot be run. */
static void
pool_refuse_script(struct worker_pool *pool, const struct script *script)
{
	struct outcome outcome = {0};
	outcome_fail(&outcome, "%s", script->problem);
	outcome_emit(&outcome, pool->stamp, subunit2_view_of(script->id), NULL);
	pool_count_end(pool, outcome.status);
	outcome_clear(&outcome);
}

static void
pool_add_test(struct worker_pool *pool, size_t choice)
{
	const struct choice *c = &pool->selection->choices[choice];
	const struct script *script = &pool->suite->scripts[c->script];
	struct regex *serial = pool->run->serial;
	if (script->problem) {
		pool_refuse_script(pool, script);
		return;
	}
	size_t index = worker_results_add(pool->results, script->id, &c->subtests);
	pool->tests = memory_grow(pool->tests, &pool->test_room, pool->test_count + 1,
	                          sizeof(struct pool_test *));
	struct pool_test *test = pool->tests[pool->test_count++] = memory_zeroed(1, sizeof(*test));
	test->pool = pool;
	test->index = index;
	worker_dispatch_add_test(pool->dispatch,
	                         serial && regex_matches(serial, subunit2_view_of(script->id)));
}

/* Standard input */

static void
pool_on_request(void *context, struct subunit2_view id)
{
	struct worker_pool *pool = context;
	char *copy = memory_copy_len(id.data, id.len);
	pool_add_test(pool, selection_add_id(pool->selection, pool->suite,
	                                     pool->run->attempts.scripts, copy));
	free(copy);
	if (pool->run->expect)
		pool->run->expect(pool->run->context, pool->selection->count);
}

static void
pool_on_lost_input(void *context, const char *reason, bool empty)
{
	struct worker_pool *pool = context;
	pool->end.unread = empty;
	lost_input_emit_reason(pool->stamp, 0, reason, NULL);
}

static void
pool_on_tests_input_end(void *context)
{
	struct worker_pool *pool = context;
	for (size_t i = 0; i < pool->worker_count; i++)
		worker_end_tests_input(pool->workers[i].worker);
}

static void
pool_open_input(struct worker_pool *pool)
{
	struct stdin_router_options options = {
		.book = {.places = (unsigned)pool->worker_count,
	                 .names = pool->options->instances->names.items},
		.supplies = pool->inputs,
		.as_packets = true,
		.asked = pool_on_request,
		.lost = pool_on_lost_input,
		.tests_end = pool_on_tests_input_end,
		.context = pool,
	};
	if (pool->run->attempts.job.stdin_stream) {
		pool->router = stdin_router_new(pool->supervisor->loop, &options);
		return;
	}
	pool_on_tests_input_end(pool);
	worker_dispatch_close(pool->dispatch);
}

static void
pool_on_input_end(struct worker_pool *pool)
{
	bool is_worker = stdin_router_is_worker(pool->router);
	stdin_router_free(pool->router);
	pool->router = NULL;
	worker_dispatch_close(pool->dispatch);
	if (!is_worker || pool->stopped || worker_dispatch_is_idle(pool->dispatch))
		return;
	pool->end.signo = SIGTERM;
	pool_interrupt(pool, "not run: the run was interrupted");
}

/* Signals */

static void
pool_on_signal(void *context, int signo, bool from_terminal)
{
	struct worker_pool *pool = context;
	(void)from_terminal;
	if (pool->end.signo)
		for (size_t i = 0; i < pool->worker_count; i++)
			worker_kill(pool->workers[i].worker);
	else
		pool->end.signo = signo;
	pool_interrupt(pool, "not run: the run was interrupted");
}

static void
pool_report_running(void *context)
{
	struct worker_pool *pool = context;
	char text[DURATION_SIZE];
	int64_t now_ns = clock_ns();
	message("%zu to go", worker_dispatch_queued(pool->dispatch));
	for (size_t i = 0; i < pool->worker_count; i++) {
		size_t count;
		const size_t *open = worker_dispatch_open(pool->dispatch, i, &count);
		for (size_t j = 0; j < count; j++)
			if (worker_dispatch_is_running(pool->dispatch, open[j]))
				message("%s: running on %s for %s",
				        worker_results_id(pool->results, open[j]),
				        worker_name(pool->workers[i].worker),
				        duration_text(now_ns - pool->tests[open[j]]->start_ns,
				                      text));
	}
}

/* The loop */

static void
pool_on_tick(void *context)
{
	struct worker_pool *pool = context;
	struct event_loop *loop = pool->supervisor->loop;
	pool->run->tick(pool->run->context, pool_now_ns(pool));
	event_loop_timer_start(loop, &pool->tick, pool_now_ns(pool) + pool->run->tick_ns,
	                       pool_on_tick, pool);
}

/* The turn that follows does what is due. */
static void
pool_on_deadline(void *context)
{
	(void)context;
}

static void
pool_turn_dispatch(struct worker_pool *pool)
{
	struct event_loop *loop = pool->supervisor->loop;
	worker_dispatch_turn(pool->dispatch, pool_now_ns(pool));
	int64_t deadline_ns = worker_dispatch_deadline(pool->dispatch);
	if (deadline_ns == INT64_MAX)
		event_loop_timer_stop(loop, &pool->turn);
	else if (!pool->turn.running || pool->turn.at_ns != deadline_ns)
		event_loop_timer_start(loop, &pool->turn, deadline_ns, pool_on_deadline, pool);
}

static void
pool_run_all(struct worker_pool *pool)
{
	if (pool->run->tick_ns)
		pool_on_tick(pool);
	for (;;) {
		pool_turn_dispatch(pool);
		if (worker_dispatch_is_over(pool->dispatch))
			break;
		if (pool->router)
			stdin_router_turn(pool->router);
		if (!pool->run->flush(pool->run->context) && !pool->end.broken) {
			pool->end.broken = true;
			pool_interrupt(pool, "not run: the stream cannot be written");
			continue;
		}
		event_loop_turn(pool->supervisor->loop);
		if (pool->router && (stdin_router_has_ended(pool->router) || pool->stopped))
			pool_on_input_end(pool);
	}
	event_loop_timer_stop(pool->supervisor->loop, &pool->turn);
	event_loop_timer_stop(pool->supervisor->loop, &pool->tick);
}

/* Beginning and end */

static char *
pool_add_worker(struct worker_pool *pool, size_t index, const struct worker_handler *handler)
{
	const struct instances *instances = pool->options->instances;
	const struct attempts_rules *rules = &pool->run->attempts;
	struct worker_options options = {
		.name = instances->names.items[index],
		.index = index,
		.envp = rules->environment->items,
		.tmp_parent = rules->tmp_parent,
		.grace_ns = rules->job.process.grace_ns,
		.handler = handler,
		.context = pool,
	};
	struct executor_values values = {
		.instance = options.name,
		.slots = instances_slots(instances, index),
	};
	char *problem = executor_expand(pool->options->command, &values, NULL, &options.argv);
	struct worker *worker = worker_new(pool->supervisor, &options);
	pool->workers[index].worker = worker;
	pool->inputs[index] = worker_stdin(worker);
	worker_dispatch_add_worker(pool->dispatch, values.slots);
	return problem;
}

/* Returns false after a message if there is a worker that cannot have a command. */
static bool
pool_add_workers(struct worker_pool *pool)
{
	static const struct worker_handler handler = {pool_on_event, pool_on_failed, pool_on_over};
	char *problem = NULL;
	pool->worker_count = pool->options->instances->names.count;
	pool->workers = memory_zeroed(pool->worker_count, sizeof(*pool->workers));
	pool->inputs = memory_zeroed(pool->worker_count, sizeof(struct stdin_buffer *));
	for (size_t i = 0; i < pool->worker_count && !problem; i++)
		problem = pool_add_worker(pool, i, &handler);
	if (problem)
		message("%s", problem);
	free(problem);
	return !problem;
}

static void
pool_open(struct worker_pool *pool, struct subunit2_sink *sink)
{
	static const struct worker_dispatch_actions actions = {pool_on_start, pool_on_send,
	                                                       pool_on_stop, pool_on_ended};
	const struct attempts_rules *rules = &pool->run->attempts;
	struct worker_dispatch_options options = {
		.retries = rules->retries,
		.restarts = pool->options->restarts,
		/* After enough failures nothing more starts, so nothing waits there. */
		.one_waits = !pool->run->max_fail,
		.pause_ns = PAUSE_NS,
		.silence_ns = pool->options->silence_ns,
		.timeout_ns = rules->job.process.timeout_ns,
	};
	pool->dispatch = worker_dispatch_new(&options, &actions, pool);
	pool->stamp = memory_have(subunit2_stamp_new(sink, timestamp_clock, NULL));
	pool->results = worker_results_new(pool->stamp, rules->retries > 0, rules->expected);
}

static void
pool_close(struct worker_pool *pool)
{
	stdin_router_free(pool->router);
	for (size_t i = 0; i < pool->worker_count; i++) {
		worker_free(pool->workers[i].worker);
		free(pool->workers[i].reason);
	}
	for (size_t i = 0; i < pool->test_count; i++)
		free(pool->tests[i]);
	free(pool->tests);
	free(pool->workers);
	free(pool->inputs);
	worker_results_free(pool->results);
	worker_dispatch_free(pool->dispatch);
	subunit2_sink_free(pool->stamp);
}

struct scheduler_end
worker_pool_run(const struct worker_pool_options *options, struct suite *suite,
                struct selection *selection, struct subunit2_sink *sink,
                struct supervisor *supervisor)
{
	struct worker_pool pool = {
		.options = options,
		.run = options->scheduler,
		.suite = suite,
		.selection = selection,
		.supervisor = supervisor,
	};
	if (!supervisor_begin(supervisor, pool_on_signal, pool_report_running, &pool)) {
		message("cannot supervise workers: %s", strerror(errno));
		pool.end.broken = true;
		return pool.end;
	}
	pool_open(&pool, sink);
	if (pool_add_workers(&pool)) {
		for (size_t i = 0; i < selection->count; i++)
			pool_add_test(&pool, i);
		pool_open_input(&pool);
		pool_run_all(&pool);
	} else {
		pool.end.broken = true;
	}
	supervisor_stop_delivery(supervisor);
	pool_close(&pool);
	return pool.end;
}
