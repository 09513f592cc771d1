/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Tests that one stream left open and another one ended: which begin again at the end. */
#include "reopen.h"
#include "check.h"
#include "failing_sink.h"
#include "stream_lines.h"

static struct stream_lines lines;
static struct subunit2_sink *reopen;

static struct subunit2_event
event_of(unsigned stream, const char *id, enum subunit2_status status)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.status = status,
		.runnable = true,
		.stream = stream,
	};
}

static void
send(unsigned stream, const char *id, enum subunit2_status status)
{
	struct subunit2_event event = event_of(stream, id, status);
	subunit2_sink_event(reopen, &event, NULL);
}

static void
send_routed(unsigned stream, const char *id, const char *route, enum subunit2_status status)
{
	struct subunit2_event event = event_of(stream, id, status);
	event.route_code = subunit2_view_of(route);
	subunit2_sink_event(reopen, &event, NULL);
}

static void
begin(void)
{
	reopen = reopen_new(&lines.sink);
}

/* Returns whether the end of the streams adds EVENTS. */
static bool
ends_with(const char *events)
{
	stream_lines_clear(&lines);
	bool good = subunit2_sink_finish(reopen, NULL) == SUBUNIT2_E_OK;
	subunit2_sink_free(reopen);
	return stream_lines_are(&lines, events) && good;
}

static void
check_forwarding(void)
{
	begin();
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(2, "a", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("events are forwarded as they come",
	            stream_lines_are(&lines, "a! inprogress\na! success\n"));
	CHECK(ends_with("a! inprogress\n"));
}

static void
check_nothing(void)
{
	begin();
	CHECK(ends_with(""));
	begin();
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(1, "a", SUBUNIT2_STATUS_FAIL);
	send(2, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(2, "a", SUBUNIT2_STATUS_SUCCESS);
	send(2, "b", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("no test was left open", ends_with(""));
	begin();
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	CHECK_NAMED("an open test that no stream ended is open already", ends_with(""));
	begin();
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(2, "a", SUBUNIT2_STATUS_SUCCESS);
	send(3, "a", SUBUNIT2_STATUS_INPROGRESS);
	CHECK_NAMED("a later stream began it again", ends_with(""));
	begin();
	send(1, "a", SUBUNIT2_STATUS_SUCCESS);
	send(2, "a", SUBUNIT2_STATUS_INPROGRESS);
	CHECK_NAMED("an end before the start does not end it", ends_with(""));
}

/* Events that are neither a start nor an end change nothing. */
static void
check_others(void)
{
	static const enum subunit2_status others[] = {SUBUNIT2_STATUS_EXISTS, SUBUNIT2_STATUS_NONE};
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		begin();
		send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
		send(2, "a", SUBUNIT2_STATUS_SUCCESS);
		for (unsigned stream = 1; stream <= 3; stream++)
			send(stream, "a", others[i]);
		CHECK_NAMED("after the end of another stream", ends_with("a! inprogress\n"));
		begin();
		send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
		send(2, "a", others[i]);
		CHECK_NAMED("without an end", ends_with(""));
		begin();
		send(1, "a", others[i]);
		send(2, "a", SUBUNIT2_STATUS_SUCCESS);
		CHECK_NAMED("without a start", ends_with(""));
	}
}

static void
check_names(void)
{
	begin();
	send(1, "b", SUBUNIT2_STATUS_INPROGRESS);
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(1, "c", SUBUNIT2_STATUS_INPROGRESS);
	send(2, "a", SUBUNIT2_STATUS_FAIL);
	send(2, "b", SUBUNIT2_STATUS_SKIP);
	CHECK_NAMED("names begin again in the order of their starts",
	            ends_with("b! inprogress\na! inprogress\n"));
	begin();
	send(1, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(2, "a", SUBUNIT2_STATUS_INPROGRESS);
	send(3, "a", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("one start is enough for two streams", ends_with("a! inprogress\n"));
	begin();
	send_routed(1, "a", "0", SUBUNIT2_STATUS_INPROGRESS);
	send_routed(2, "a", "1", SUBUNIT2_STATUS_SUCCESS);
	send(2, "a", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("a test of another route does not end it", ends_with(""));
	begin();
	send_routed(1, "a", "0/x", SUBUNIT2_STATUS_INPROGRESS);
	send_routed(2, "a", "0/x", SUBUNIT2_STATUS_SUCCESS);
	CHECK(ends_with("0/x/a! inprogress\n"));
}

/* A test that begins again has the last time in its stream. */
static struct subunit2_event last;

static void
keep_last(void *context, const struct subunit2_event *event)
{
	(void)context;
	last = *event;
}

static void
check_fields(void)
{
	struct subunit2_event event = event_of(7, "a", SUBUNIT2_STATUS_INPROGRESS);
	lines.on_event = keep_last;
	begin();
	event.runnable = false;
	event.has_timestamp = true;
	event.timestamp.sec = 100;
	subunit2_sink_event(reopen, &event, NULL);
	event.status = SUBUNIT2_STATUS_NONE;
	event.timestamp.sec = 200;
	subunit2_sink_event(reopen, &event, NULL);
	event.has_timestamp = false;
	subunit2_sink_event(reopen, &event, NULL);
	event = event_of(8, "a", SUBUNIT2_STATUS_SUCCESS);
	event.has_timestamp = true;
	event.timestamp.sec = 300;
	subunit2_sink_event(reopen, &event, NULL);
	CHECK(ends_with("a? inprogress\n"));
	CHECK_NAMED("the time and the number are those of the stream that left it open",
	            last.stream == 7 && last.has_timestamp && last.timestamp.sec == 200);
	lines.on_event = NULL;
}

/* Two streams and two tests that begin again, to a sink whose calls fail. */
static enum subunit2_result
run_failing(struct failing_sink *sink, struct subunit2_error *error)
{
	static const struct {
		unsigned stream;
		const char *id;
		enum subunit2_status status;
	} events[] = {
		{1, "a", SUBUNIT2_STATUS_INPROGRESS},
		{1, "b", SUBUNIT2_STATUS_INPROGRESS},
		{2, "a", SUBUNIT2_STATUS_SUCCESS},
		{2, "b", SUBUNIT2_STATUS_SUCCESS},
	};
	struct subunit2_sink *own = reopen_new(&sink->sink);
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t i = 0; i < sizeof(events) / sizeof(*events) && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_event event =
			event_of(events[i].stream, events[i].id, events[i].status);
		result = subunit2_sink_event(own, &event, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(own, error);
	subunit2_sink_free(own);
	return result;
}

int
main(void)
{
	stream_lines_open(&lines);
	check_forwarding();
	check_nothing();
	check_others();
	check_names();
	check_fields();
	failing_sink_run("tests that begin again", run_failing);
	stream_lines_close(&lines);
	return check_done();
}
