/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_queue.h"

#include "memory.h"

#include <stdlib.h>

void
test_queue_add(struct test_queue *queue, size_t choice)
{
	queue->choices = memory_grow(queue->choices, &queue->room, queue->count + 1,
	                             sizeof(*queue->choices));
	queue->choices[queue->count++] = choice;
}

size_t
test_queue_left(const struct test_queue *queue)
{
	return queue->count - queue->next;
}

size_t
test_queue_take(struct test_queue *queue)
{
	return queue->choices[queue->next++];
}

void
test_queue_clear(struct test_queue *queue)
{
	free(queue->choices);
	*queue = (struct test_queue){0};
}
