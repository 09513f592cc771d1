/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_requests.h"

#include "dispatch_queue.h"
#include "dispatch_workers.h"
#include "memory.h"

/* Returns true if WORKER may be sent a test, up to LIMIT open ones. */
static bool
dispatch_requests_has_room(const struct worker_dispatch *dispatch,
                           const struct dispatch_worker *worker, unsigned limit, int64_t now_ns)
{
	unsigned most = worker->slots;
	if (worker->used_up || !(worker->state == WORKER_UP || worker->state == WORKER_IDLE))
		return false;
	if (worker->state == WORKER_IDLE && now_ns < worker->resume_ns)
		return false;
	if (dispatch->options.one_waits && dispatch->parallel.count > dispatch->slots)
		most++;
	return worker->open_count < (limit < most ? limit : most);
}

/* Removes and returns the first test of QUEUE that WORKER may run, or NONE. */
static size_t
dispatch_requests_next(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
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

/* Sends WORKER a test of QUEUE, up to LIMIT open ones. Returns false if it sends none. */
static bool
dispatch_requests_send(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t index,
                       unsigned limit, int64_t now_ns)
{
	struct dispatch_worker *worker = &dispatch->workers[index];
	if (!dispatch_requests_has_room(dispatch, worker, limit, now_ns))
		return false;
	size_t test = dispatch_requests_next(dispatch, queue, index);
	if (test == NONE)
		return false;
	if (worker->state == WORKER_IDLE)
		dispatch_workers_start(dispatch, worker, now_ns);
	/* Measure the silence from the time when the worker gets a test. */
	if (!worker->open_count)
		worker->heard_ns = now_ns;
	if (dispatch->options.silence_ns)
		dispatch_set_deadline(dispatch, worker->heard_ns + dispatch->options.silence_ns);
	worker->open = memory_grow(worker->open, &worker->open_room, worker->open_count + 1,
	                           sizeof(*worker->open));
	worker->open[worker->open_count++] = test;
	dispatch->tests[test].state = TEST_SENT;
	dispatch->tests[test].worker = index;
	dispatch->open++;
	dispatch->serial_open = dispatch->tests[test].serial;
	dispatch->actions->send(dispatch->context, index, test);
	return true;
}

/* Fills all workers evenly: first one slot of each, then the next one. */
static void
dispatch_requests_fill_all(struct worker_dispatch *dispatch, int64_t now_ns)
{
	for (unsigned limit = 1; limit <= dispatch->slots_max + 1; limit++)
		for (size_t i = 0; i < dispatch->worker_count && dispatch->parallel.count; i++)
			dispatch_requests_send(dispatch, &dispatch->parallel, i, limit, now_ns);
	dispatch->all_candidates = false;
}

void
dispatch_requests_fill(struct worker_dispatch *dispatch, int64_t now_ns)
{
	if (dispatch->serial_open)
		return;
	if (dispatch->all_candidates)
		dispatch_requests_fill_all(dispatch, now_ns);
	while (dispatch->candidate_count) {
		size_t worker = dispatch->candidates[--dispatch->candidate_count];
		dispatch->workers[worker].is_candidate = false;
		while (dispatch_requests_send(dispatch, &dispatch->parallel, worker, UINT32_MAX,
		                              now_ns))
			continue;
	}
	for (size_t i = 0; i < dispatch->worker_count && dispatch->serial.count &&
	                   !dispatch->parallel.count && !dispatch->open;
	     i++)
		dispatch_requests_send(dispatch, &dispatch->serial, i, 1, now_ns);
}
