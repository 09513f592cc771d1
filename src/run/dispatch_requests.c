/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_requests.h"

#include "dispatch_changed.h"
#include "dispatch_queue.h"
#include "dispatch_workers.h"
#include "memory.h"

#define LOAD_FULL INT32_MAX /* of a worker whose slots are all taken: a test may wait there */

/* Puts WORKER into the heap ROOMS if it has room for a test, and removes it otherwise. A worker
 * with fewer tests comes first; of workers with as many, the one that was added first. */
static void
dispatch_requests_set_room(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                           int64_t now_ns)
{
	bool takes_tests = worker->state == WORKER_UP ||
	                   (worker->state == WORKER_IDLE && now_ns >= worker->resume_ns);
	size_t most = worker->slots + dispatch->options.one_waits;
	int64_t load = worker->open_count < worker->slots ? (int64_t)worker->open_count : LOAD_FULL;
	if (takes_tests && !worker->used_up && worker->open_count < most)
		min_heap_set(&dispatch->rooms, &worker->room,
		             load << 32 | (int64_t)(worker - dispatch->workers));
	else
		min_heap_remove(&dispatch->rooms, &worker->room);
}

/* Returns the worker with the fewest tests that has room for one, or NULL. */
static struct dispatch_worker *
dispatch_requests_first_room(const struct worker_dispatch *dispatch)
{
	struct min_heap_item *item = min_heap_first(&dispatch->rooms);
	if (!item)
		return NULL;
	struct dispatch_worker *worker = DISPATCH_WORKER_OF(item, room);
	bool waits = worker->open_count >= worker->slots;
	if (waits && dispatch->parallel.count + dispatch->again.count <= dispatch->slots)
		return NULL;
	return worker;
}

/* Removes and returns the first test of QUEUE that WORKER may run, or NONE. */
static size_t
dispatch_requests_next_of(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                          size_t worker)
{
	bool others = dispatch->usable > 1;
	size_t before = NONE, test = queue->count ? queue->first : NONE;
	while (test != NONE && others && dispatch->tests[test].avoid == worker) {
		before = test;
		test = dispatch->tests[test].next;
	}
	if (test != NONE)
		dispatch_queue_remove(dispatch, queue, before, test);
	return test;
}

/* Returns true if tests wait that may be sent now: serial ones only when no other test is open. */
static bool
dispatch_requests_any(const struct worker_dispatch *dispatch)
{
	if (dispatch->serial_open)
		return false;
	return dispatch->parallel.count + dispatch->again.count > 0 ||
	       (dispatch->serial.count && !dispatch->open);
}

/* Removes and returns the next test that WORKER may run, or NONE. */
static size_t
dispatch_requests_next(struct worker_dispatch *dispatch, const struct dispatch_worker *worker)
{
	size_t test = NONE, index = (size_t)(worker - dispatch->workers);
	if (dispatch->parallel.count + dispatch->again.count == 0)
		return dispatch_requests_next_of(dispatch, &dispatch->serial, index);
	if (dispatch->again.count > worker->avoided || dispatch->usable <= 1)
		test = dispatch_requests_next_of(dispatch, &dispatch->again, index);
	return test == NONE ? dispatch_requests_next_of(dispatch, &dispatch->parallel, index)
	                    : test;
}

/* Leaves WORKER out until the next update, because it may run none of the tests that wait. */
static void
dispatch_requests_skip(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	min_heap_remove(&dispatch->rooms, &worker->room);
	dispatch_changed_add(dispatch, worker);
}

/* Sends TEST, which was removed from its queue, to WORKER. */
static void
dispatch_requests_send(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                       size_t test, int64_t now_ns)
{
	size_t index = (size_t)(worker - dispatch->workers);
	if (worker->state == WORKER_IDLE)
		dispatch_workers_start(dispatch, worker, now_ns);
	/* Measure the silence from the time when the worker gets a test. */
	if (!worker->open_count)
		worker->silent_since_ns = now_ns;
	if (dispatch->options.silence_ns)
		dispatch_set_deadline(dispatch, worker,
		                      worker->silent_since_ns + dispatch->options.silence_ns);
	worker->open = memory_grow(worker->open, &worker->open_room, worker->open_count + 1,
	                           sizeof(*worker->open));
	worker->open[worker->open_count++] = test;
	dispatch->tests[test].state = TEST_SENT;
	dispatch->tests[test].worker = index;
	dispatch->open++;
	dispatch->serial_open = dispatch->tests[test].serial;
	dispatch_requests_set_room(dispatch, worker, now_ns);
	dispatch->actions->send(dispatch->context, index, test);
}

void
dispatch_requests_update(struct worker_dispatch *dispatch, int64_t now_ns)
{
	for (struct dispatch_worker *worker; (worker = dispatch_changed_take(dispatch));) {
		dispatch_workers_retire(dispatch, worker);
		dispatch_requests_set_room(dispatch, worker, now_ns);
	}
}

void
dispatch_requests_fill(struct worker_dispatch *dispatch, int64_t now_ns)
{
	struct dispatch_worker *worker;
	while (dispatch_requests_any(dispatch) &&
	       (worker = dispatch_requests_first_room(dispatch))) {
		size_t test = dispatch_requests_next(dispatch, worker);
		if (test == NONE)
			dispatch_requests_skip(dispatch, worker);
		else
			dispatch_requests_send(dispatch, worker, test, now_ns);
	}
}
