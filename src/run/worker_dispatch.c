/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_dispatch.h"

#include "dispatch_attempts.h"
#include "dispatch_changed.h"
#include "dispatch_queue.h"
#include "dispatch_requests.h"
#include "dispatch_state.h"
#include "dispatch_workers.h"
#include "memory.h"

#include <stdlib.h>

/* Deadlines */

static void
dispatch_check_tests(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                     int64_t now_ns)
{
	for (size_t i = 0; i < worker->open_count;) {
		size_t test = worker->open[i];
		const struct dispatch_test *t = &dispatch->tests[test];
		int64_t limit_ns = t->state == TEST_RUNNING && t->timeout_ns
		                           ? t->start_ns + t->timeout_ns
		                           : INT64_MAX;
		if (now_ns < limit_ns) {
			if (limit_ns != INT64_MAX)
				dispatch_set_deadline(dispatch, worker, limit_ns);
			i++;
			continue;
		}
		worker->hung++;
		if (worker->state == WORKER_UP)
			worker->state = WORKER_RETIRING;
		dispatch_attempts_take(dispatch, test);
		dispatch_attempts_end(dispatch, test, true, WORKER_DISPATCH_TIMED_OUT);
	}
	dispatch_workers_retire(dispatch, worker);
}

static void
dispatch_check_silence(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                       int64_t now_ns)
{
	int64_t silence_ns = dispatch->options.silence_ns;
	bool listens = worker->state == WORKER_UP || worker->state == WORKER_RETIRING;
	if (!silence_ns || !listens || !worker->open_count)
		return;
	if (now_ns < worker->silent_since_ns + silence_ns)
		dispatch_set_deadline(dispatch, worker, worker->silent_since_ns + silence_ns);
	else
		dispatch_workers_fail(dispatch, worker, now_ns);
}

/* Handles the timeouts that are due at WORKER, and its restart, and sets its next deadline. */
static void
dispatch_check_worker(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                      int64_t now_ns)
{
	if (worker->state == WORKER_IDLE) {
		if (now_ns < worker->resume_ns)
			dispatch_set_deadline(dispatch, worker, worker->resume_ns);
		else
			dispatch_changed_add(dispatch, worker);
	}
	dispatch_check_tests(dispatch, worker, now_ns);
	dispatch_check_silence(dispatch, worker, now_ns);
}

static void
dispatch_check_deadlines(struct worker_dispatch *dispatch, int64_t now_ns)
{
	for (struct min_heap_item *item;
	     (item = min_heap_first(&dispatch->deadlines)) && item->key <= now_ns;) {
		min_heap_remove(&dispatch->deadlines, item);
		dispatch_check_worker(dispatch, DISPATCH_WORKER_OF(item, deadline), now_ns);
	}
}

/* The interface */

struct worker_dispatch *
worker_dispatch_new(const struct worker_dispatch_options *options,
                    const struct worker_dispatch_actions *actions, void *context)
{
	struct worker_dispatch *dispatch = memory_zeroed(1, sizeof(*dispatch));
	dispatch->options = *options;
	dispatch->actions = actions;
	dispatch->context = context;
	return dispatch;
}

void
worker_dispatch_free(struct worker_dispatch *dispatch)
{
	for (size_t i = 0; i < dispatch->worker_count; i++)
		free(dispatch->workers[i].open);
	free(dispatch->workers);
	free(dispatch->tests);
	free(dispatch->changed);
	min_heap_clear(&dispatch->rooms);
	min_heap_clear(&dispatch->deadlines);
	free(dispatch);
}

size_t
worker_dispatch_add_worker(struct worker_dispatch *dispatch, unsigned slots)
{
	dispatch->workers = memory_grow(dispatch->workers, &dispatch->worker_room,
	                                dispatch->worker_count + 1, sizeof(*dispatch->workers));
	dispatch->workers[dispatch->worker_count] = (struct dispatch_worker){.slots = slots};
	dispatch->usable++;
	dispatch->slots += slots;
	dispatch_changed_add(dispatch, &dispatch->workers[dispatch->worker_count]);
	return dispatch->worker_count++;
}

size_t
worker_dispatch_add_test(struct worker_dispatch *dispatch, bool serial, int64_t timeout_ns)
{
	dispatch->tests = memory_grow(dispatch->tests, &dispatch->test_room,
	                              dispatch->test_count + 1, sizeof(*dispatch->tests));
	size_t test = dispatch->test_count++;
	dispatch->tests[test] = (struct dispatch_test){
		.serial = serial,
		.timeout_ns = timeout_ns ? timeout_ns : dispatch->options.timeout_ns,
		.worker = NONE,
		.avoid = NONE,
	};
	dispatch_queue_push_last(dispatch, dispatch_queue_of(dispatch, test), test);
	return test;
}

void
worker_dispatch_clear_tests(struct worker_dispatch *dispatch)
{
	dispatch->test_count = dispatch->ended = 0;
}

void
worker_dispatch_close(struct worker_dispatch *dispatch)
{
	dispatch->closed = true;
}

void
worker_dispatch_on_output(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	dispatch->workers[worker].silent_since_ns = now_ns;
}

bool
worker_dispatch_is_at(const struct worker_dispatch *dispatch, size_t worker, size_t test)
{
	const struct dispatch_test *t = &dispatch->tests[test];
	return (t->state == TEST_SENT || t->state == TEST_RUNNING) && t->worker == worker;
}

bool
worker_dispatch_is_running(const struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].state == TEST_RUNNING;
}

bool
worker_dispatch_began(struct worker_dispatch *dispatch, size_t worker, size_t test, int64_t now_ns)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!worker_dispatch_is_at(dispatch, worker, test))
		return false;
	if (t->state == TEST_RUNNING)
		return true;
	t->state = TEST_RUNNING;
	t->attempts++;
	t->start_ns = now_ns;
	if (t->timeout_ns)
		dispatch_set_deadline(dispatch, &dispatch->workers[worker], now_ns + t->timeout_ns);
	return true;
}

void
worker_dispatch_expire(struct worker_dispatch *dispatch, size_t test)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (t->state != TEST_RUNNING || !t->timeout_ns)
		return;
	t->start_ns = -t->timeout_ns;
	dispatch_set_deadline(dispatch, &dispatch->workers[t->worker], 0);
}

bool
worker_dispatch_answered(struct worker_dispatch *dispatch, size_t worker, size_t test, bool failed)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!worker_dispatch_is_at(dispatch, worker, test))
		return false;
	if (t->state == TEST_SENT)
		t->attempts++;
	dispatch_attempts_take(dispatch, test);
	dispatch_attempts_end(dispatch, test, failed, WORKER_DISPATCH_ANSWERED);
	return true;
}

void
worker_dispatch_unstarted(struct worker_dispatch *dispatch, size_t worker, size_t test)
{
	if (worker_dispatch_is_at(dispatch, worker, test))
		dispatch_attempts_return(dispatch, test);
}

void
worker_dispatch_failed(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	dispatch_workers_fail(dispatch, &dispatch->workers[worker], now_ns);
}

void
worker_dispatch_over(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	dispatch_workers_end(dispatch, &dispatch->workers[worker], now_ns);
}

void
worker_dispatch_stop(struct worker_dispatch *dispatch)
{
	dispatch->stopped = true;
}

void
worker_dispatch_interrupt(struct worker_dispatch *dispatch)
{
	worker_dispatch_stop(dispatch);
	dispatch->closed = true;
	dispatch_workers_finish(dispatch);
}

void
worker_dispatch_turn(struct worker_dispatch *dispatch, int64_t now_ns)
{
	dispatch_check_deadlines(dispatch, now_ns);
	dispatch_requests_update(dispatch, now_ns);
	if (dispatch->stopped)
		dispatch_attempts_end_queued(dispatch, WORKER_DISPATCH_NOT_RUN);
	else if (!dispatch->usable)
		dispatch_attempts_end_queued(dispatch, WORKER_DISPATCH_NO_WORKER);
	else
		dispatch_requests_fill(dispatch, now_ns);
	if (dispatch->closed && dispatch->ended == dispatch->test_count && dispatch->processes)
		dispatch_workers_finish(dispatch);
}

int64_t
worker_dispatch_deadline(const struct worker_dispatch *dispatch)
{
	const struct min_heap_item *first = min_heap_first(&dispatch->deadlines);
	return first ? first->key : INT64_MAX;
}

bool
worker_dispatch_is_idle(const struct worker_dispatch *dispatch)
{
	return dispatch->ended == dispatch->test_count;
}

bool
worker_dispatch_is_over(const struct worker_dispatch *dispatch)
{
	return dispatch->closed && dispatch->ended == dispatch->test_count && !dispatch->processes;
}

bool
worker_dispatch_listens(const struct worker_dispatch *dispatch, size_t worker)
{
	enum dispatch_worker_state state = dispatch->workers[worker].state;
	return state == WORKER_UP || state == WORKER_RETIRING || state == WORKER_FINISHING;
}

bool
worker_dispatch_is_retiring(const struct worker_dispatch *dispatch, size_t worker)
{
	return dispatch->workers[worker].state == WORKER_RETIRING;
}

const size_t *
worker_dispatch_open(const struct worker_dispatch *dispatch, size_t worker, size_t *count)
{
	*count = dispatch->workers[worker].open_count;
	return dispatch->workers[worker].open;
}

size_t
worker_dispatch_queued(const struct worker_dispatch *dispatch)
{
	return dispatch->parallel.count + dispatch->again.count + dispatch->serial.count;
}

unsigned
worker_dispatch_attempts(const struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].attempts;
}
