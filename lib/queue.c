/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/queue.h>

#include <pthread.h>
#include <stdlib.h>

/* A copy of an event, on its way. */
struct item {
	struct item *next;
	size_t size; /* bytes of all of it */
	struct subunit2_event event;
	char bytes[];
};

struct subunit2_queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty; /* or no producer is left */
	pthread_cond_t not_full;  /* or the consumer takes no more */
	size_t limit;
	/* Under the lock: */
	struct item *first, **last;
	size_t held; /* bytes */
	size_t producers;
	bool closed; /* the consumer takes no more */
};

struct producer {
	struct subunit2_sink sink;
	struct subunit2_queue *queue;
	bool done;
	size_t prefix_len;
	char prefix[]; /* followed by a slash */
};

/* Copies VIEW to *END, moves that on, and makes VIEW the copy. */
static void
queue_move_in(struct subunit2_view *view, char **end)
{
	if (!subunit2_view_present(*view))
		return;
	if (view->len)
		memcpy(*end, view->data, view->len);
	view->data = *end;
	*end += view->len;
}

static struct subunit2_view
queue_join_route(const struct producer *producer, struct subunit2_view code, char **end)
{
	struct subunit2_view prefix = {producer->prefix, producer->prefix_len + (code.len != 0)};

	if (!producer->prefix_len) {
		queue_move_in(&code, end);
		return code;
	}
	queue_move_in(&prefix, end);
	queue_move_in(&code, end);
	return (struct subunit2_view){prefix.data, prefix.len + code.len};
}

/* NULL when memory is short. */
static struct item *
queue_item_new(const struct producer *producer, const struct subunit2_event *event)
{
	struct subunit2_view packet = producer->prefix_len ? SUBUNIT2_ABSENT : event->packet;
	size_t tags_len = event->tags.count ? event->tags.packed.len : 0;
	size_t size = sizeof(struct item) + event->test_id.len + tags_len + event->file_name.len +
	              event->file_bytes.len + event->mime_type.len + producer->prefix_len + 1 +
	              event->route_code.len + packet.len;
	struct item *item = malloc(size);
	char *end;

	if (!item)
		return NULL;
	*item = (struct item){.size = size, .event = *event};
	end = item->bytes;
	item->event.tags.packed.len = tags_len;
	item->event.packet = packet;
	queue_move_in(&item->event.test_id, &end);
	queue_move_in(&item->event.tags.packed, &end);
	queue_move_in(&item->event.file_name, &end);
	queue_move_in(&item->event.file_bytes, &end);
	queue_move_in(&item->event.mime_type, &end);
	item->event.route_code = queue_join_route(producer, event->route_code, &end);
	queue_move_in(&item->event.packet, &end);
	return item;
}

/* Waits for room and puts ITEM in; false when the consumer takes no more. */
static bool
queue_push(struct subunit2_queue *queue, struct item *item)
{
	bool taken;

	pthread_mutex_lock(&queue->lock);
	while (!queue->closed && queue->held && queue->held + item->size > queue->limit)
		pthread_cond_wait(&queue->not_full, &queue->lock);
	taken = !queue->closed;
	if (taken) {
		*queue->last = item;
		queue->last = &item->next;
		queue->held += item->size;
		pthread_cond_signal(&queue->not_empty);
	}
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

/* Waits for an item and takes it out; NULL when none will come. */
static struct item *
queue_pop(struct subunit2_queue *queue)
{
	struct item *item;

	pthread_mutex_lock(&queue->lock);
	while (!queue->first && queue->producers)
		pthread_cond_wait(&queue->not_empty, &queue->lock);
	item = queue->first;
	if (item) {
		queue->first = item->next;
		if (!queue->first)
			queue->last = &queue->first;
		queue->held -= item->size;
		pthread_cond_broadcast(&queue->not_full);
	}
	pthread_mutex_unlock(&queue->lock);
	return item;
}

static enum subunit2_result
producer_event(struct subunit2_sink *self, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct producer *producer = (struct producer *)self;
	struct item *item = queue_item_new(producer, event);

	if (!item)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "queue", "out of memory");
	if (queue_push(producer->queue, item))
		return SUBUNIT2_E_OK;
	free(item);
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
	struct producer *producer = malloc(sizeof(*producer) + route_code.len + 1);

	if (!producer)
		return NULL;
	*producer = (struct producer){
		.sink = {producer_event, producer_finish, producer_free},
		.queue = queue,
		.prefix_len = route_code.len,
	};
	if (route_code.len)
		memcpy(producer->prefix, route_code.data, route_code.len);
	producer->prefix[route_code.len] = '/';
	pthread_mutex_lock(&queue->lock);
	queue->producers++;
	pthread_mutex_unlock(&queue->lock);
	return &producer->sink;
}

enum subunit2_result
subunit2_queue_run(struct subunit2_queue *queue, struct subunit2_sink *sink,
                   struct subunit2_error *error)
{
	struct item *item;
	enum subunit2_result result = SUBUNIT2_E_OK;

	while (result == SUBUNIT2_E_OK && (item = queue_pop(queue))) {
		result = subunit2_sink_event(sink, &item->event, error);
		free(item);
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
	if (!queue)
		return;
	while (queue->first) {
		struct item *item = queue->first;
		queue->first = item->next;
		free(item);
	}
	pthread_cond_destroy(&queue->not_full);
	pthread_cond_destroy(&queue->not_empty);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}
