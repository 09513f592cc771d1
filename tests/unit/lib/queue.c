/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "record.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { WORKERS = 4, EVENTS = 2000 };

struct worker {
	pthread_t thread;
	struct subunit2_sink *sink;
	unsigned sent;
	enum subunit2_result result;
};

/* Send numbered events with all fields until one is refused. */
static void *
work(void *context)
{
	struct worker *worker = context;
	char id[16] = "", bytes[100];
	struct subunit2_event event = {
		.status = SUBUNIT2_STATUS_SUCCESS,
		.file_name = SUBUNIT2_LITERAL("log"),
		.mime_type = SUBUNIT2_LITERAL("text/plain"),
		.tags = {1, SUBUNIT2_LITERAL("\3tag")},
		.route_code = SUBUNIT2_LITERAL("in"),
		.eof = true,
	};

	while (worker->sent < EVENTS && worker->result == SUBUNIT2_E_OK) {
		size_t len = worker->sent % sizeof(bytes);

		snprintf(id, sizeof(id), "%u", worker->sent);
		event.test_id = subunit2_view_of(id);
		event.file_bytes =
			(struct subunit2_view){memset(bytes, (int)worker->sent % 128, len), len};
		worker->result = subunit2_sink_event(worker->sink, &event, NULL);
		worker->sent += worker->result == SUBUNIT2_E_OK;
	}
	subunit2_sink_finish(worker->sink, NULL);
	return NULL;
}

/* Checks that the events of each worker arrive whole and in order. */
struct checker {
	struct subunit2_sink sink;
	unsigned next[WORKERS];
	unsigned stop_after;
	bool good;
};

static bool
is_number(const struct subunit2_event *event, unsigned number)
{
	char id[16];
	struct subunit2_view bytes = event->file_bytes;

	snprintf(id, sizeof(id), "%u", number);
	for (size_t i = 0; i < bytes.len; i++) {
		if ((unsigned)bytes.data[i] != number % 128)
			return false;
	}
	return subunit2_view_equal(event->test_id, subunit2_view_of(id)) &&
	       bytes.len == number % 100 && subunit2_view_present(bytes) &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("log")) &&
	       subunit2_view_equal(event->mime_type, SUBUNIT2_LITERAL("text/plain")) &&
	       event->tags.count == 1 && subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("tag")) &&
	       event->status == SUBUNIT2_STATUS_SUCCESS && event->eof;
}

static enum subunit2_result
checker_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct checker *checker = (struct checker *)self;
	struct subunit2_view code = event->route_code;
	unsigned worker = (unsigned)code.data[0] - '0';

	(void)error;
	checker->good &= code.len == 4 && worker < WORKERS &&
	                 memcmp(code.data + 1, "/in", 3) == 0 &&
	                 is_number(event, checker->next[worker]++);
	return --checker->stop_after ? SUBUNIT2_E_OK : SUBUNIT2_E_STOP;
}

static int
run_workers(struct worker *workers, struct checker *checker)
{
	struct subunit2_queue *queue = subunit2_queue_new(1000);
	enum subunit2_result result;

	for (unsigned i = 0; i < WORKERS; i++) {
		char code[] = {(char)('0' + i), 0};
		workers[i] = (struct worker){
			.sink = subunit2_queue_sink_new(queue, subunit2_view_of(code))};
	}
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	result = subunit2_queue_run(queue, &checker->sink, NULL);
	for (unsigned i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		subunit2_sink_free(workers[i].sink);
	}
	subunit2_queue_free(queue);
	return result;
}

/* A copy of an event, whose strings change after it was sent. */
static enum subunit2_result
check_copy(struct subunit2_sink *self, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct checker *checker = (struct checker *)self;

	(void)error;
	checker->next[0]++;
	checker->good = subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("id")) &&
	                subunit2_view_equal(event->route_code, SUBUNIT2_LITERAL("0")) &&
	                subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("log")) &&
	                subunit2_view_equal(event->file_bytes, SUBUNIT2_LITERAL("bytes")) &&
	                subunit2_view_equal(event->mime_type, SUBUNIT2_LITERAL("text/x")) &&
	                subunit2_view_equal(event->packet, SUBUNIT2_LITERAL("packet")) &&
	                event->tags.count == 1 &&
	                subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("tag"));
	return SUBUNIT2_E_OK;
}

static void
test_copies(void)
{
	char strings[] = "id0logbytestext/xpacket\3tag";
	const struct subunit2_event event = {
		.test_id = {strings, 2},
		.route_code = {strings + 2, 1},
		.file_name = {strings + 3, 3},
		.file_bytes = {strings + 6, 5},
		.mime_type = {strings + 11, 6},
		.packet = {strings + 17, 6},
		.tags = {1, {strings + 23, 4}},
	};
	struct checker checker = {{check_copy, NULL, NULL}, .good = false};
	struct subunit2_queue *queue = subunit2_queue_new(1000);
	struct subunit2_sink *sink = subunit2_queue_sink_new(queue, SUBUNIT2_ABSENT);

	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	memset(strings, '#', sizeof(strings));
	subunit2_sink_finish(sink, NULL);
	CHECK(subunit2_queue_run(queue, &checker.sink, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("the queue has copies of all strings", checker.good && checker.next[0] == 1);
	subunit2_sink_free(sink);
	subunit2_queue_free(queue);
}

static void
test_all_arrive(void)
{
	struct worker workers[WORKERS];
	struct checker checker = {{checker_event, NULL, NULL}, .good = true};
	bool all = true;

	CHECK(run_workers(workers, &checker) == SUBUNIT2_E_OK);
	CHECK_NAMED("events arrive whole, in order and under their routes", checker.good);
	for (unsigned i = 0; i < WORKERS; i++)
		all &= checker.next[i] == EVENTS;
	CHECK_NAMED("and all of them", all);
}

static void
test_stop(void)
{
	struct worker workers[WORKERS];
	struct checker checker = {{checker_event, NULL, NULL}, .good = true, .stop_after = 10};
	bool told = true;

	CHECK(run_workers(workers, &checker) == SUBUNIT2_E_STOP);
	for (unsigned i = 0; i < WORKERS; i++)
		told &= workers[i].result == SUBUNIT2_E_STOP && workers[i].sent < EVENTS;
	CHECK_NAMED("producers get an error when the queue takes no more", told);
}

/* One thread is enough if all events fit into the queue. */
static void
test_events_as_they_are(void)
{
	struct record record;
	struct subunit2_queue *queue = subunit2_queue_new(10);
	struct subunit2_sink *sink = subunit2_queue_sink_new(queue, SUBUNIT2_ABSENT);
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("larger than the limit"),
		.packet = SUBUNIT2_LITERAL("a packet"),
		.has_timestamp = true,
		.timestamp = {42, 0},
	};

	record_open(&record);
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_queue_run(queue, &record.sink, NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "larger than the limit - - - 42 packet\n"));
	subunit2_sink_free(sink);

	sink = subunit2_queue_sink_new(queue, SUBUNIT2_LITERAL("0"));
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
	CHECK_NAMED("a freed producer is done",
	            subunit2_queue_run(queue, &record.sink, NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "larger than the limit - 0 - 42 -\n"));

	sink = subunit2_queue_sink_new(queue, SUBUNIT2_LITERAL("0"));
	event.route_code = SUBUNIT2_LITERAL("1");
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
	CHECK(subunit2_queue_run(queue, &record.sink, NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "larger than the limit - 0/1 - 42 -\n"));

	sink = subunit2_queue_sink_new(queue, SUBUNIT2_LITERAL("0"));
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
	subunit2_queue_free(queue); /* releases the events in it */
	record_close(&record);
}

/* The callback of the empty queue: counts its calls and ends the producer. */
struct empty_calls {
	struct subunit2_sink *sink; /* of the producer */
	unsigned count;
	enum subunit2_result result;
};

static enum subunit2_result
empty_called(void *context, struct subunit2_error *error)
{
	struct empty_calls *calls = context;

	(void)error;
	calls->count++;
	subunit2_sink_finish(calls->sink, NULL);
	return calls->result;
}

static void
test_empty(void)
{
	struct record record;
	struct empty_calls calls = {.result = SUBUNIT2_E_OK};
	struct subunit2_queue *queue = subunit2_queue_new(1000);
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("id")};

	record_open(&record);
	calls.sink = subunit2_queue_sink_new(queue, SUBUNIT2_ABSENT);
	subunit2_queue_set_empty(queue, empty_called, &calls);
	subunit2_sink_event(calls.sink, &event, NULL);
	subunit2_sink_event(calls.sink, &event, NULL);
	CHECK(subunit2_queue_run(queue, &record.sink, NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "id - - - - -\nid - - - - -\n"));
	CHECK_NAMED("the callback is called once, before the wait", calls.count == 1);
	subunit2_sink_free(calls.sink);

	calls = (struct empty_calls){.result = SUBUNIT2_E_STOP};
	calls.sink = subunit2_queue_sink_new(queue, SUBUNIT2_ABSENT);
	CHECK_NAMED("its result ends the queue",
	            subunit2_queue_run(queue, &record.sink, NULL) == SUBUNIT2_E_STOP);
	CHECK(subunit2_sink_event(calls.sink, &event, NULL) == SUBUNIT2_E_STOP);
	subunit2_sink_free(calls.sink);
	subunit2_queue_free(queue);
	record_close(&record);
}

/* The size of an item of the queue without the bytes of its event. */
struct item_head {
	void *next;
	size_t size;
	struct subunit2_event event;
};

struct pusher {
	pthread_t thread;
	struct subunit2_sink *sink;
	atomic_int tid, sent; /* sent: events that the queue took */
};

static void *
push_two(void *context)
{
	struct pusher *pusher = context;
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("id")};

	pusher->tid = (int)gettid();
	for (int i = 0; i < 2; i++) {
		subunit2_sink_event(pusher->sink, &event, NULL);
		pusher->sent++;
	}
	subunit2_sink_finish(pusher->sink, NULL);
	return NULL;
}

/* Return whether the thread waits for something. */
static bool
is_asleep(int tid)
{
	char path[64], line[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fclose(file);
	return strstr(line, ") S ");
}

/* Return how many of two equal events a queue holds whose limit is their size minus LESS bytes. */
static int
taken_at_limit(size_t less)
{
	size_t size = sizeof(struct item_head) + strlen("id") + 1;
	struct record record;
	struct subunit2_queue *queue = subunit2_queue_new(2 * size - less);
	struct pusher pusher = {.sink = subunit2_queue_sink_new(queue, SUBUNIT2_ABSENT)};
	int taken;

	pthread_create(&pusher.thread, NULL, push_two, &pusher);
	while (pusher.sent < 2 && !(pusher.sent == 1 && is_asleep(pusher.tid)))
		sched_yield();
	taken = pusher.sent;
	record_open(&record);
	subunit2_queue_run(queue, &record.sink, NULL);
	pthread_join(pusher.thread, NULL);
	record_close(&record);
	subunit2_sink_free(pusher.sink);
	subunit2_queue_free(queue);
	return taken;
}

static void
test_limit(void)
{
	CHECK(taken_at_limit(0) == 2);
	CHECK(taken_at_limit(1) == 1);
}

int
main(void)
{
	test_limit();
	test_copies();
	test_all_arrive();
	test_stop();
	test_events_as_they_are();
	test_empty();
	return check_done();
}
