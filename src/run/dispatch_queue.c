/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_queue.h"

/* If QUEUE is AGAIN, adds CHANGE to the number of its tests that avoid the same worker as TEST. */
static void
dispatch_queue_count(struct worker_dispatch *dispatch, const struct dispatch_queue *queue,
                     size_t test, int change)
{
	if (queue == &dispatch->again)
		dispatch->workers[dispatch->tests[test].avoid].avoided += (size_t)change;
}

void
dispatch_queue_push_last(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                         size_t test)
{
	dispatch->tests[test].next = NONE;
	if (queue->count++)
		dispatch->tests[queue->last].next = test;
	else
		queue->first = test;
	queue->last = test;
}

void
dispatch_queue_push_first(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                          size_t test)
{
	dispatch->tests[test].next = queue->count ? queue->first : NONE;
	if (!queue->count++)
		queue->last = test;
	queue->first = test;
	dispatch_queue_count(dispatch, queue, test, 1);
}

void
dispatch_queue_remove(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t before,
                      size_t test)
{
	size_t next = dispatch->tests[test].next;
	if (before == NONE)
		queue->first = next;
	else
		dispatch->tests[before].next = next;
	if (queue->last == test)
		queue->last = before;
	queue->count--;
	dispatch_queue_count(dispatch, queue, test, -1);
}

struct dispatch_queue *
dispatch_queue_of(struct worker_dispatch *dispatch, size_t test)
{
	const struct dispatch_test *t = &dispatch->tests[test];
	if (t->serial)
		return &dispatch->serial;
	return t->avoid == NONE ? &dispatch->parallel : &dispatch->again;
}
