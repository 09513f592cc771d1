/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_attempts.h"

#include "dispatch_changed.h"
#include "dispatch_queue.h"

#include <string.h>

static void
dispatch_attempts_end_test(struct worker_dispatch *dispatch, size_t test,
                           enum worker_dispatch_end end)
{
	struct dispatch_test *t = &dispatch->tests[test];
	t->state = TEST_ENDED;
	dispatch->ended++;
	dispatch->actions->ended(dispatch->context, test, t->worker, end, false);
}

void
dispatch_attempts_take(struct worker_dispatch *dispatch, size_t test)
{
	struct dispatch_worker *worker = &dispatch->workers[dispatch->tests[test].worker];
	size_t i = 0;
	while (worker->open[i] != test)
		i++;
	worker->open_count--;
	memmove(worker->open + i, worker->open + i + 1,
	        (worker->open_count - i) * sizeof(*worker->open));
	dispatch->open--;
	if (dispatch->tests[test].serial)
		dispatch->serial_open = false;
	dispatch_changed_add(dispatch, worker);
}

/* Puts TEST, which is at no worker, at the head of its queue. */
static void
dispatch_attempts_requeue(struct worker_dispatch *dispatch, size_t test)
{
	dispatch->tests[test].state = TEST_QUEUED;
	dispatch_queue_push_first(dispatch, dispatch_queue_of(dispatch, test), test);
}

void
dispatch_attempts_end(struct worker_dispatch *dispatch, size_t test, bool failed,
                      enum worker_dispatch_end end)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!failed || dispatch->stopped || t->attempts > dispatch->options.retries) {
		dispatch_attempts_end_test(dispatch, test, end);
		return;
	}
	t->avoid = t->worker;
	dispatch->actions->ended(dispatch->context, test, t->worker, end, true);
	dispatch_attempts_requeue(dispatch, test);
}

void
dispatch_attempts_return(struct worker_dispatch *dispatch, size_t test)
{
	dispatch_attempts_take(dispatch, test);
	if (dispatch->stopped)
		dispatch_attempts_end_test(dispatch, test, WORKER_DISPATCH_NOT_RUN);
	else
		dispatch_attempts_requeue(dispatch, test);
}

void
dispatch_attempts_take_all(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	while (worker->open_count) {
		size_t test = worker->open[worker->open_count - 1];
		if (dispatch->tests[test].state != TEST_RUNNING) {
			dispatch_attempts_return(dispatch, test);
			continue;
		}
		dispatch_attempts_take(dispatch, test);
		dispatch_attempts_end(dispatch, test, true, WORKER_DISPATCH_LOST);
	}
}

static void
dispatch_attempts_end_queue(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                            enum worker_dispatch_end end)
{
	while (queue->count) {
		size_t test = queue->first;
		dispatch_queue_remove(dispatch, queue, NONE, test);
		dispatch_attempts_end_test(dispatch, test, end);
	}
}

void
dispatch_attempts_end_queued(struct worker_dispatch *dispatch, enum worker_dispatch_end end)
{
	dispatch_attempts_end_queue(dispatch, &dispatch->again, end);
	dispatch_attempts_end_queue(dispatch, &dispatch->parallel, end);
	dispatch_attempts_end_queue(dispatch, &dispatch->serial, end);
}
