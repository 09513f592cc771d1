/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_pool.h"

#include "clock.h"
#include "duration.h"
#include "lost_input.h"
#include "max_time.h"
#include "memory.h"
#include "message.h"
#include "timestamp.h"
#include "worker_pool_state.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#define PAUSE_NS EVENT_LOOP_S /* before a worker's first restart */

static void
worker_pool_interrupt(struct worker_pool *pool, const char *why)
{
	pool->interrupted = true;
	worker_pool_stop(pool, why);
	worker_dispatch_interrupt(pool->dispatch);
}

/* Actions of the dispatch */

static void
worker_pool_on_start(void *context, size_t worker)
{
	struct worker_pool *pool = context;
	worker_pool_set_reason(&pool->workers[worker], NULL);
	pool->workers[worker].stopping = false;
	pool->workers[worker].contested = false;
	worker_start(pool->workers[worker].worker);
}

static void
worker_pool_on_send(void *context, size_t worker, size_t test)
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
worker_pool_on_stop(void *context, size_t worker)
{
	struct worker_pool *pool = context;
	pool->workers[worker].stopping = true;
	worker_stop(pool->workers[worker].worker);
}

/* Standard input */

static void
worker_pool_on_request(void *context, struct subunit2_view id)
{
	struct worker_pool *pool = context;
	char *copy = memory_copy_len(id.data, id.len);
	worker_pool_add_test(pool, selection_add_id(pool->selection, pool->suite,
	                                            pool->run->attempts.scripts, copy));
	free(copy);
	if (pool->run->expect)
		pool->run->expect(pool->run->context, pool->selection->count);
}

static void
worker_pool_on_lost_input(void *context, const char *reason, bool empty)
{
	struct worker_pool *pool = context;
	pool->end.unread = empty;
	lost_input_emit_reason(pool->stamp, 0, reason, NULL);
}

static void
worker_pool_on_tests_input_end(void *context)
{
	struct worker_pool *pool = context;
	for (size_t i = 0; i < pool->worker_count; i++)
		worker_end_tests_input(pool->workers[i].worker);
}

static void
worker_pool_open_input(struct worker_pool *pool)
{
	struct stdin_router_options options = {
		.book = {.places = (unsigned)pool->worker_count,
	                 .names = pool->options->instances->names.items},
		.supplies = pool->inputs,
		.as_packets = true,
		.asked = worker_pool_on_request,
		.lost = worker_pool_on_lost_input,
		.tests_end = worker_pool_on_tests_input_end,
		.context = pool,
	};
	const struct job_options *job = &pool->run->attempts.job;
	if (job->stdin_stream && !job->stdin_typed) {
		pool->router = stdin_router_new(pool->supervisor->loop, &options);
		return;
	}
	if (!job->stdin_typed)
		worker_pool_on_tests_input_end(pool);
	if (!pool->run->until_failure)
		worker_dispatch_close(pool->dispatch);
}

static void
worker_pool_on_input_end(struct worker_pool *pool)
{
	bool is_worker = stdin_router_is_worker(pool->router);
	stdin_router_free(pool->router);
	pool->router = NULL;
	worker_dispatch_close(pool->dispatch);
	if (!is_worker || pool->stopped || worker_dispatch_is_idle(pool->dispatch))
		return;
	pool->end.signo = SIGTERM;
	worker_pool_interrupt(pool, OUTCOME_NOT_RUN);
}

/* Signals */

static void
worker_pool_on_signal(void *context, int signo, bool from_terminal)
{
	struct worker_pool *pool = context;
	(void)from_terminal;
	if (pool->end.signo)
		for (size_t i = 0; i < pool->worker_count; i++)
			worker_kill(pool->workers[i].worker);
	else
		pool->end.signo = signo;
	worker_pool_interrupt(pool, OUTCOME_NOT_RUN);
}

/* Ends the run, which took longer than it may. */
static void
worker_pool_on_max_time(void *context)
{
	struct worker_pool *pool = context;
	if (pool->end.signo)
		return;
	max_time_report(pool->run->max_time_ns);
	pool->over_time = true;
	if (pool->router && !stdin_router_has_ended(pool->router))
		worker_pool_on_lost_input(pool, MAX_TIME_INPUT_CUT, false);
	worker_pool_interrupt(pool, MAX_TIME_NOT_RUN);
}

static void
worker_pool_report_running(void *context)
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
worker_pool_on_tick(void *context)
{
	struct worker_pool *pool = context;
	struct event_loop *loop = pool->supervisor->loop;
	int64_t since_ns = worker_pool_dispatch_ns(pool);
	pool->run->tick(pool->run->context, worker_pool_now_ns(pool));
	write_wait_count(&pool->wait, since_ns);
	event_loop_timer_start(loop, &pool->tick, worker_pool_now_ns(pool) + pool->run->tick_ns,
	                       worker_pool_on_tick, pool);
}

/* worker_dispatch_turn, which follows, does what is due. */
static void
worker_pool_on_deadline(void *context)
{
	(void)context;
}

static void
worker_pool_turn_dispatch(struct worker_pool *pool)
{
	struct event_loop *loop = pool->supervisor->loop;
	worker_dispatch_turn(pool->dispatch, worker_pool_dispatch_ns(pool));
	int64_t deadline_ns = worker_dispatch_deadline(pool->dispatch);
	int64_t lag_ns = write_wait_lag_ns(&pool->wait);
	if (deadline_ns == INT64_MAX)
		event_loop_timer_stop(loop, &pool->turn);
	else if (!pool->turn.running || event_loop_timer_at_ns(&pool->turn) != deadline_ns + lag_ns)
		event_loop_timer_start(loop, &pool->turn, deadline_ns + lag_ns,
		                       worker_pool_on_deadline, pool);
}

static bool
worker_pool_flush(struct worker_pool *pool)
{
	int64_t since_ns = worker_pool_dispatch_ns(pool);
	bool written = pool->run->flush(pool->run->context);
	write_wait_count(&pool->wait, since_ns);
	return written;
}

static void
worker_pool_run_all(struct worker_pool *pool)
{
	if (pool->run->tick_ns)
		worker_pool_on_tick(pool);
	max_time_start(pool->supervisor->loop, &pool->max_time, pool->run->max_time_ns,
	               worker_pool_on_max_time, pool);
	for (;;) {
		worker_pool_start_again(pool);
		worker_pool_turn_dispatch(pool);
		if (worker_dispatch_is_over(pool->dispatch))
			break;
		if (pool->router)
			stdin_router_turn(pool->router);
		if (!worker_pool_flush(pool) && !pool->end.broken) {
			pool->end.broken = true;
			worker_pool_interrupt(pool, "not run: the stream cannot be written");
			continue;
		}
		event_loop_turn(pool->supervisor->loop);
		if (pool->router && (stdin_router_has_ended(pool->router) || pool->stopped))
			worker_pool_on_input_end(pool);
	}
	event_loop_timer_stop(pool->supervisor->loop, &pool->turn);
	event_loop_timer_stop(pool->supervisor->loop, &pool->tick);
	event_loop_timer_stop(pool->supervisor->loop, &pool->max_time);
	worker_pool_end_held(pool);
}

/* Beginning and end */

static char *
worker_pool_add_worker(struct worker_pool *pool, size_t index)
{
	const struct instances *instances = pool->options->instances;
	const struct attempts_rules *rules = &pool->run->attempts;
	struct worker_options options = {
		.name = instances->names.items[index],
		.index = index,
		.envp = rules->environment->items,
		.tmp_parent = rules->tmp_parent,
		.grace_ns = rules->job.process.grace_ns,
		.handler = &worker_pool_handler,
		.context = pool,
	};
	struct executor_values values = {
		.instance = options.name,
		.slots = instances_slots(instances, index),
	};
	char *problem = executor_expand(pool->options->command, &values, NULL, &options.argv);
	struct worker *worker = worker_new(pool->supervisor, &options);
	pool->workers[index].pool = pool;
	pool->workers[index].worker = worker;
	pool->inputs[index] = worker_stdin(worker);
	worker_dispatch_add_worker(pool->dispatch, values.slots);
	return problem;
}

/* Returns false after a message if there is a worker that cannot have a command. */
static bool
worker_pool_add_workers(struct worker_pool *pool)
{
	char *problem = NULL;
	pool->worker_count = pool->options->instances->names.count;
	pool->workers = memory_zeroed(pool->worker_count, sizeof(*pool->workers));
	pool->inputs = memory_zeroed(pool->worker_count, sizeof(struct stdin_buffer *));
	for (size_t i = 0; i < pool->worker_count && !problem; i++)
		problem = worker_pool_add_worker(pool, i);
	if (problem)
		message("%s", problem);
	free(problem);
	return !problem;
}

static void
worker_pool_open(struct worker_pool *pool, struct subunit2_sink *sink)
{
	static const struct worker_dispatch_actions actions = {
		worker_pool_on_start, worker_pool_on_send, worker_pool_on_stop,
		worker_pool_on_ended};
	const struct attempts_rules *rules = &pool->run->attempts;
	struct worker_dispatch_options options = {
		.retries = rules->retries,
		.restarts = pool->options->restarts,
		/* With a limit of failures, a test that was sent could not be called back. */
		.one_waits = !pool->run->max_fail,
		.pause_ns = PAUSE_NS,
		.silence_ns = pool->options->silence_ns,
		.timeout_ns = rules->job.process.timeout_ns,
	};
	pool->dispatch = worker_dispatch_new(&options, &actions, pool);
	write_wait_begin(&pool->wait, sink, pool->supervisor);
	pool->stamp = memory_have(subunit2_stamp_new(&pool->wait.sink, timestamp_clock, NULL));
	pool->results = worker_results_new(pool->stamp, rules->retries > 0, rules->expected);
}

static void
worker_pool_close(struct worker_pool *pool)
{
	stdin_router_free(pool->router);
	for (size_t i = 0; i < pool->worker_count; i++) {
		worker_free(pool->workers[i].worker);
		free(pool->workers[i].reason);
	}
	worker_pool_clear_tests(pool);
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
	if (!supervisor_begin(supervisor, worker_pool_on_signal, worker_pool_report_running,
	                      &pool)) {
		message("cannot supervise workers: %s", strerror(errno));
		pool.end.broken = true;
		return pool.end;
	}
	attach_begin(pool.run->attach, supervisor);
	worker_pool_open(&pool, sink);
	if (worker_pool_add_workers(&pool)) {
		worker_pool_add_tests(&pool);
		worker_pool_open_input(&pool);
		worker_pool_run_all(&pool);
	} else {
		pool.end.broken = true;
	}
	attach_end(pool.run->attach);
	supervisor_stop_delivery(supervisor);
	worker_pool_close(&pool);
	return pool.end;
}
