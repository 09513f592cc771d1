/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The times of a live input whose clock is right, ahead or slow. */
#include "mux_clock.h"
#include "check.h"
#include "messages.h"

#include "timestamp.h"

#include <string.h>

#define SECOND INT64_C(1000000000)

/* Takes the events that the clock passes on. */
struct taker {
	struct subunit2_sink sink;
	unsigned count;
	struct subunit2_event last; /* but for its views */
	char file_name[16], bytes[128];
	bool has_packet;
	enum subunit2_result result; /* returned */
};

static enum subunit2_result
take(struct subunit2_sink *sink, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct taker *taker = (struct taker *)sink;
	taker->count++;
	taker->last = *event;
	taker->has_packet = subunit2_view_present(event->packet);
	snprintf(taker->file_name, sizeof(taker->file_name), "%.*s", (int)event->file_name.len,
	         event->file_name.data ? event->file_name.data : "");
	snprintf(taker->bytes, sizeof(taker->bytes), "%.*s", (int)event->file_bytes.len,
	         event->file_bytes.data ? event->file_bytes.data : "");
	return taker->result < 0 ? subunit2_error_set(error, taker->result, "taker", "told to fail")
	                         : taker->result;
}

static struct taker taker;
static struct subunit2_sink *clock_sink;

static void
begin(void)
{
	taker = (struct taker){.sink = {take, NULL, NULL}};
	clock_sink = mux_clock_new("mac", &taker.sink);
}

/* Sends the start of a test at AHEAD_S seconds from now. */
static enum subunit2_result
start(int64_t ahead_s, struct subunit2_time *time)
{
	*time = subunit2_time_add(timestamp_now(), ahead_s * SECOND);
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("a"),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
		.has_timestamp = true,
		.timestamp = *time,
		.packet = SUBUNIT2_LITERAL("as it came"),
	};
	return subunit2_sink_event(clock_sink, &event, NULL);
}

static bool
is_now(struct subunit2_time time)
{
	int64_t ns = subunit2_time_since(timestamp_now(), time);
	return ns > -SECOND && ns < 100 * SECOND;
}

static void
check_right(void)
{
	struct subunit2_time time;
	begin();
	CHECK(start(0, &time) == SUBUNIT2_E_OK && taker.count == 1);
	CHECK(subunit2_time_compare(taker.last.timestamp, time) == 0 && taker.has_packet);
	CHECK(messages_are(""));
	CHECK_NAMED("it is measured once",
	            start(3600, &time) == SUBUNIT2_E_OK && taker.count == 2 &&
	                    subunit2_time_compare(taker.last.timestamp, time) == 0);
	subunit2_sink_free(clock_sink);
}

static void
check_wrong(int64_t ahead_s, const char *word)
{
	struct subunit2_time time;
	struct subunit2_event untimed = {.test_id = SUBUNIT2_LITERAL("a")};
	begin();
	untimed.packet = SUBUNIT2_LITERAL("as it came");
	CHECK(start(ahead_s, &time) == SUBUNIT2_E_OK && taker.count == 2);
	CHECK(is_now(taker.last.timestamp) && !taker.has_packet);
	const char *messages = messages_take();
	CHECK(strncmp(messages, "the clock of mac is ", 20) == 0 && strstr(messages, word));
	CHECK(start(ahead_s, &time) == SUBUNIT2_E_OK && taker.count == 3);
	CHECK(is_now(taker.last.timestamp) && messages_are(""));
	CHECK(subunit2_sink_event(clock_sink, &untimed, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("an event without a time is passed on as it is",
	            taker.count == 4 && taker.has_packet && !taker.last.has_timestamp);
	subunit2_sink_free(clock_sink);
}

static void
check_failed_sink(void)
{
	struct subunit2_time time;
	begin();
	taker.result = SUBUNIT2_E_NO_MEMORY;
	CHECK_NAMED("a sink that fails gets no further event",
	            start(3600, &time) == SUBUNIT2_E_NO_MEMORY && taker.count == 1);
	CHECK(strcmp(taker.file_name, "clock") == 0 && is_now(taker.last.timestamp));
	CHECK(strncmp(taker.bytes, "the clock of mac is ", 20) == 0);
	messages_take();
	subunit2_sink_free(clock_sink);
}

int
main(void)
{
	messages_begin();
	check_right();
	check_wrong(3600, " ahead; its times are shifted\n");
	check_wrong(-3600, " slow; its times are shifted\n");
	check_failed_sink();
	return check_done();
}
