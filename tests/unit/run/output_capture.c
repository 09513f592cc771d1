/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The output of a command: packets, TAP and text in it, and the verdict. */
#include "output_capture.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static struct output_capture *capture;
static FILE *events;
static char *events_text;
static size_t events_len;
static int event_result;

/* Writes "ID STATUS NAME=BYTES", with "-" for what is absent. */
static enum subunit2_result
on_event(struct subunit2_sink *self, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	(void)self, (void)error;
	bool has_file = subunit2_view_present(event->file_name);
	fprintf(events, "%.*s %s ", (int)event->test_id.len, event->test_id.data,
	        event->status ? subunit2_status_name(event->status) : "-");
	if (has_file)
		fprintf(events, "%.*s=%.*s", (int)event->file_name.len, event->file_name.data,
		        (int)event->file_bytes.len, event->file_bytes.data);
	fprintf(events, "%s\n", has_file ? "" : "-");
	return event_result;
}

static struct subunit2_sink sink = {on_event, NULL, NULL};

static void
begin(enum capture_format from)
{
	const struct output_capture_options options = {.id = SUBUNIT2_LITERAL("t"), .from = from};
	capture = output_capture_new(&options, &sink);
	events = open_memstream(&events_text, &events_len);
	event_result = SUBUNIT2_E_OK;
	if (!capture || !events)
		exit(99);
}

static void
put_bytes(enum process_stream stream, struct subunit2_view bytes)
{
	if (output_capture_feed(capture, stream, bytes, 0, NULL) != SUBUNIT2_E_OK)
		exit(98);
}

static void
out(const char *text)
{
	put_bytes(PROCESS_STDOUT, subunit2_view_of(text));
}

static void
err(const char *text)
{
	put_bytes(PROCESS_STDERR, subunit2_view_of(text));
}

/* Returns the bytes of EVENT as a packet, valid until the next call. */
static struct subunit2_view
packet_of(const struct subunit2_event *event)
{
	static char bytes[4096];
	size_t len = 0;
	if (subunit2_packet_encode(event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(97);
	return (struct subunit2_view){bytes, len};
}

static void
packet(const char *id, enum subunit2_status status)
{
	const struct subunit2_event event = {.test_id = subunit2_view_of(id), .status = status};
	put_bytes(PROCESS_STDOUT, packet_of(&event));
}

/* Ends the output. Returns true if the events are EXPECTED. */
static bool
emits(const char *expected)
{
	if (output_capture_finish(capture, NULL) != SUBUNIT2_E_OK)
		return false;
	fflush(events);
	bool same = strcmp(events_text, expected) == 0;
	if (!same)
		printf("# %s\n", events_text);
	return same;
}

static struct output_capture_verdict
verdict(void)
{
	return output_capture_verdict(capture);
}

static void
end(void)
{
	output_capture_free(capture);
	fclose(events);
	free(events_text);
}

static void
check_text(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out("a\n");
	err("b\n");
	out("c\n");
	err("d\n");
	CHECK_NAMED("both streams keep their order",
	            emits("t - stdout=a\n\nt - stderr=b\n\nt - stdout=c\n\nt - stderr=d\n\n"));
	CHECK(!verdict().own && !verdict().console && !verdict().empty &&
	      !verdict().begins_damaged);
	CHECK(!verdict().tap || !verdict().tap->seen);
	end();
	begin(CAPTURE_FORMAT_TEXT);
	out("1..1\nnot ok 1\n");
	packet("other", SUBUNIT2_STATUS_FAIL);
	CHECK(output_capture_finish(capture, NULL) == SUBUNIT2_E_OK);
	fflush(events);
	CHECK_NAMED("text holds no results", !strstr(events_text, "fail") && !verdict().tap &&
	                                             verdict().packets->assertions.failed == 0);
	end();
}

static void
check_packets(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out("before\n");
	packet("other", SUBUNIT2_STATUS_FAIL);
	out("after\n");
	CHECK(emits("t - stdout=before\n\nother fail -\nt - stdout=after\n\n"));
	CHECK(verdict().packets->assertions.failed == 1 && verdict().own == SUBUNIT2_STATUS_NONE);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	packet("other", SUBUNIT2_STATUS_INPROGRESS);
	packet("more", SUBUNIT2_STATUS_SUCCESS);
	CHECK(emits("other inprogress -\nmore success -\n"));
	CHECK(verdict().packets->assertions.unfinished == 1 &&
	      verdict().packets->assertions.passed == 1);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	out("before");
	err("error");
	event_result = SUBUNIT2_E_STOP;
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("other"),
	                                     .status = SUBUNIT2_STATUS_SUCCESS};
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (int i = 0; i < 3 && result == SUBUNIT2_E_OK; i++)
		result = output_capture_feed(capture, PROCESS_STDOUT,
		                             i ? packet_of(&event) : SUBUNIT2_LITERAL("\n"), 0,
		                             NULL);
	CHECK_NAMED("the result of the sink is returned", result == SUBUNIT2_E_STOP);
	end();
}

/* The statuses of the test itself, in this order. Returns the one that counts. */
static enum subunit2_status
own_of(enum subunit2_status first, enum subunit2_status second)
{
	begin(CAPTURE_FORMAT_AUTO);
	packet("t", SUBUNIT2_STATUS_INPROGRESS);
	packet("t", first);
	packet("t", second);
	bool silent = emits("");
	enum subunit2_status own = verdict().own;
	bool counted = verdict().packets->assertions.failed || verdict().packets->assertions.passed;
	end();
	return silent && !counted ? own : SUBUNIT2_STATUS_EXISTS;
}

static void
check_own(void)
{
	static const enum subunit2_status ranks[] = {
		SUBUNIT2_STATUS_SUCCESS,   SUBUNIT2_STATUS_XFAIL, SUBUNIT2_STATUS_SKIP,
		SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_FAIL,
	};
	bool good = true;
	for (int a = 0; a < 5; a++)
		for (int b = 0; b < 5; b++)
			good = good && own_of(ranks[a], ranks[b]) == ranks[a > b ? a : b];
	CHECK_NAMED("the worst status of the test itself counts, and is removed", good);
	begin(CAPTURE_FORMAT_AUTO);
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("t"),
	                               .status = SUBUNIT2_STATUS_SKIP,
	                               .file_name = SUBUNIT2_LITERAL("reason"),
	                               .file_bytes = SUBUNIT2_LITERAL("why"),
	                               .eof = true};
	put_bytes(PROCESS_STDOUT, packet_of(&event));
	CHECK_NAMED("its files stay", emits("t - reason=why\n"));
	CHECK(verdict().own == SUBUNIT2_STATUS_SKIP && verdict().own_reason &&
	      !verdict().own_leaked);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	event.file_name = SUBUNIT2_LITERAL("log");
	put_bytes(PROCESS_STDOUT, packet_of(&event));
	CHECK(emits("t - log=why\n") && !verdict().own_reason);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	event = (struct subunit2_event){.test_id = SUBUNIT2_LITERAL("t"),
	                                .status = SUBUNIT2_STATUS_FAIL,
	                                .route_code = SUBUNIT2_LITERAL("0")};
	put_bytes(PROCESS_STDOUT, packet_of(&event));
	CHECK_NAMED("a test with a route is another one", emits("t fail -\n"));
	CHECK(!verdict().own && verdict().packets->assertions.failed == 1);
	end();
}

static void
check_tap(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out("1..2\nok 1 - a\nnot ok 2 - b\n");
	CHECK(output_capture_finish(capture, NULL) == SUBUNIT2_E_OK);
	fflush(events);
	CHECK(strstr(events_text, "t::a success") && strstr(events_text, "t::b fail"));
	CHECK(verdict().tap && verdict().tap->seen && verdict().tap->failed);
	CHECK_NAMED("assertions do not count as packets",
	            verdict().packets->assertions.failed == 0);
	end();
	begin(CAPTURE_FORMAT_TAP);
	out("text\n");
	CHECK(output_capture_finish(capture, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("declared TAP has to be there", verdict().tap && verdict().tap->failed);
	end();
	begin(CAPTURE_FORMAT_SUBUNIT1);
	out("text\n");
	CHECK(output_capture_finish(capture, NULL) == SUBUNIT2_E_OK && verdict().lacks_subunit1);
	end();
	begin(CAPTURE_FORMAT_SUBUNIT1);
	out("test: a\nsuccess: a\n");
	CHECK(output_capture_finish(capture, NULL) == SUBUNIT2_E_OK && !verdict().lacks_subunit1 &&
	      verdict().packets->assertions.passed == 1);
	end();
}

static void
check_fifo(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("other"),
	                                     .status = SUBUNIT2_STATUS_FAIL};
	out("line\n");
	CHECK(output_capture_feed_fifo(capture, packet_of(&event), 0, NULL) == SUBUNIT2_E_OK);
	CHECK(emits("t - stdout=line\n\nother fail -\n"));
	CHECK(verdict().packets->assertions.failed == 1);
	end();
	begin(CAPTURE_FORMAT_SUBUNIT);
	out("\xb3");
	CHECK_NAMED("a packet that is cut is damage",
	            output_capture_finish(capture, NULL) == SUBUNIT2_E_OK &&
	                    (verdict().packets->damaged == 1 || verdict().begins_damaged));
	end();
}

/* Text without a newline is held back for a while. */
static void
check_waiting(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	CHECK(output_capture_deadline(capture) == INT64_MAX);
	out("prompt> ");
	int64_t deadline = output_capture_deadline(capture);
	CHECK(deadline > 0 && deadline < 10000);
	for (int i = 0; i < 5 && deadline != INT64_MAX; i++) {
		CHECK(output_capture_tick(capture, deadline, NULL) == SUBUNIT2_E_OK);
		deadline = output_capture_deadline(capture);
	}
	fflush(events);
	CHECK(strcmp(events_text, "t - stdout=prompt> \n") == 0);
	CHECK(output_capture_deadline(capture) == INT64_MAX);
	CHECK(emits("t - stdout=prompt> \n"));
	end();
}

int
main(void)
{
	check_text();
	check_packets();
	check_own();
	check_tap();
	check_fifo();
	check_waiting();
	return check_done();
}
