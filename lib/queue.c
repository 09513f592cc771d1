/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/queue.h>

#include "event_copy.h"

#include <pthread.h>
#include <stdlib.h>

struct subunit2_queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty; /* or the last producer has ended */
	pthread_cond_t not_full;  /* or the consumer has stopped */
	size_t limit;
	enum subunit2_result (*empty)(void *context, struct subunit2_error *error); /* or NULL */
	void *context;
	/* Under the lock: */
	struct event_copy *first, **last;
	size_t held; /* in bytes */
	size_t producers;
	bool closed; /* the consumer has stopped */
};

struct producer {
	struct subunit2_sink sink;
	struct subunit2_queue *queue;
	bool done;
	size_t prefix_len;
	char prefix[];
};

/* Wait for room and append COPY. Return false if the consumer has stopped. */
static bool
queue_push(struct subunit2_queue *queue, struct event_copy *copy)
{
	bool open;

	pthread_mutex_lock(&queue->lock);
	while (!queue->closed && queue->held && queue->held + copy->size > queue->limit)
		pthread_cond_wait(&queue->not_full, &queue->lock);
	open = !queue->closed;
	if (open) {
		*queue->last = copy;
		queue->last = &copy->next;
		queue->held += copy->size;
		pthread_cond_signal(&queue->not_empty);
	}
	pthread_mutex_unlock(&queue->lock);
	return open;
}

/* Remove the first copy and return it; NULL if the queue is empty. Call it under the lock. */
static struct event_copy *
queue_take(struct subunit2_queue *queue)
{
	struct event_copy *copy = queue->first;

	if (!copy)
		return NULL;
	queue->first = copy->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->held -= copy->size;
	pthread_cond_broadcast(&queue->not_full);
	return copy;
}

/*
 * Set *COPY to the first copy, which is removed, or to NULL if the queue is empty and the last
 * producer has ended. Call the callback for the empty queue before a wait, without the lock, and
 * return its result.
 */
static enum subunit2_result
queue_pop(struct subunit2_queue *queue, struct event_copy **copy, struct subunit2_error *error)
{
	bool waits;

	pthread_mutex_lock(&queue->lock);
	*copy = queue_take(queue);
	waits = !*copy && queue->producers > 0;
	pthread_mutex_unlock(&queue->lock);
	if (!waits)
		return SUBUNIT2_E_OK;

	if (queue->empty) {
		enum subunit2_result result = queue->empty(queue->context, error);

		if (result != SUBUNIT2_E_OK)
			return result;
	}
	pthread_mutex_lock(&queue->lock);
	while (!queue->first && queue->producers > 0)
		pthread_cond_wait(&queue->not_empty, &queue->lock);
	*copy = queue_take(queue);
	pthread_mutex_unlock(&queue->lock);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
producer_event(struct subunit2_sink *self, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct producer *producer = (struct producer *)self;
	struct subunit2_view prefix = {producer->prefix, producer->prefix_len};
	struct event_copy *copy = event_copy_new(event, prefix);

	if (!copy)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "queue", "out of memory");
	if (queue_push(producer->queue, copy))
		return SUBUNIT2_E_OK;
	free(copy);
	return SUBUNIT2_E_STOP;
}

static enum subunit2_result
producer_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct producer *producer = (struct producer *)self;
	struct subunit2_queue *queue = producer->queue;

	(void)error;
	if (producer->done)
		return SUBUNIT2_E_OK;
	producer->done = true;
	pthread_mutex_lock(&queue->lock);
	queue->producers--;
	pthread_cond_signal(&queue->not_empty);
	pthread_mutex_unlock(&queue->lock);
	return SUBUNIT2_E_OK;
}

static void
producer_free(struct subunit2_sink *self)
{
	producer_finish(self, NULL);
	free(self);
}

struct subunit2_sink *
subunit2_queue_sink_new(struct subunit2_queue *queue, struct subunit2_view route_code)
{
	struct producer *producer = malloc(sizeof(*producer) + route_code.len);

	if (!producer)
		return NULL;
	*producer = (struct producer){
		.sink = {producer_event, producer_finish, producer_free},
		.queue = queue,
		.prefix_len = route_code.len,
	};
	if (route_code.len > 0)
		memcpy(producer->prefix, route_code.data, route_code.len);
	pthread_mutex_lock(&queue->lock);
	queue->producers++;
	pthread_mutex_unlock(&queue->lock);
	return &producer->sink;
}

void
subunit2_queue_set_empty(struct subunit2_queue *queue,
                         enum subunit2_result (*empty)(void *context, struct subunit2_error *error),
                         void *context)
{
	queue->empty = empty;
	queue->context = context;
}

enum subunit2_result
subunit2_queue_run(struct subunit2_queue *queue, struct subunit2_sink *sink,
                   struct subunit2_error *error)
{
	struct event_copy *copy;
	enum subunit2_result result = SUBUNIT2_E_OK;

	while ((result = queue_pop(queue, &copy, error)) == SUBUNIT2_E_OK && copy) {
		result = subunit2_sink_event(sink, &copy->event, error);
		free(copy);
		if (result != SUBUNIT2_E_OK)
			break;
	}
	if (result != SUBUNIT2_E_OK) {
		pthread_mutex_lock(&queue->lock);
		queue->closed = true;
		pthread_cond_broadcast(&queue->not_full);
		pthread_mutex_unlock(&queue->lock);
	}
	return result;
}

struct subunit2_queue *
subunit2_queue_new(size_t limit)
{
	struct subunit2_queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return NULL;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->not_empty, NULL);
	pthread_cond_init(&queue->not_full, NULL);
	queue->limit = limit;
	queue->last = &queue->first;
	return queue;
}

void
subunit2_queue_free(struct subunit2_queue *queue)
{
	struct event_copy *copy;

	if (!queue)
		return;
	while ((copy = queue_take(queue)))
		free(copy);
	pthread_cond_destroy(&queue->not_full);
	pthread_cond_destroy(&queue->not_empty);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}
