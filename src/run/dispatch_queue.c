/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_queue.h"

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
}

struct dispatch_queue *
dispatch_queue_of(struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].serial ? &dispatch->serial : &dispatch->parallel;
}
