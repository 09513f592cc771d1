/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The output of a command: packets, TAP and text in it, and the verdict. */
#include "output_capture.h"
#include "check.h"
#include "failing_sink.h"

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
	begin(CAPTURE_FORMAT_TAP);
	CHECK(emits("") && verdict().tap && verdict().tap->failed);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	CHECK(emits("") && !verdict().tap);
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

#define AUTOMAKE                                                                                   \
	"PASS: a.sh\nFAIL: b.sh\n====\nTestsuite summary for pkg 1.0\n====\n"                      \
	"# TOTAL: 2\n# PASS:  1\n# SKIP:  0\n# XFAIL: 0\n# FAIL:  1\n# XPASS: 0\n# ERROR: 0\n"
#define CTEST                                                                                      \
	"Test project /x\n    Start 1: one\n1/2 Test #1: one ....***Failed    0.01 sec\n"          \
	"    Start 2: two\n2/2 Test #2: two ....   Passed    0.01 sec\n\n"                         \
	"50% tests passed, 1 tests failed out of 2\n\nTotal Test time (real) =   0.02 sec\n\n"     \
	"The following tests FAILED:\n\t  1 - one (Failed)\nErrors while running CTest\n"

/* Returns true if the events hold TEXT. */
static bool
emitted(const char *text)
{
	fflush(events);
	bool found = strstr(events_text, text);
	if (!found)
		printf("# %s\n", events_text);
	return found;
}

/* Ends the output. Returns true if that was good; the events can be read then. */
static bool
ends_well(void)
{
	bool good = output_capture_finish(capture, NULL) == SUBUNIT2_E_OK;
	fflush(events);
	return good;
}

static void
check_consoles(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out(AUTOMAKE);
	CHECK(ends_well() && emitted("t::a.sh success") && emitted("t::b.sh fail") &&
	      emitted("Testsuite summary") && !verdict().console && !verdict().empty);
	CHECK(verdict().packets->assertions.failed == 1);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	out(CTEST);
	CHECK(ends_well() && emitted("t::one fail") && emitted("t::two success"));
	end();
	begin(CAPTURE_FORMAT_AUTO);
	packet("other", SUBUNIT2_STATUS_SUCCESS);
	out(CTEST);
	CHECK_NAMED("a console is text if tests report themselves",
	            ends_well() && emitted("Start 1: one") && !strstr(events_text, "t::one"));
	end();
	begin(CAPTURE_FORMAT_CTEST);
	packet("other", SUBUNIT2_STATUS_SUCCESS);
	out(CTEST);
	CHECK_NAMED("unless it was asked for", ends_well() && emitted("t::one fail"));
	end();
	begin(CAPTURE_FORMAT_AUTOMAKE);
	out("PASS: a.sh\n====\nTestsuite summary for pkg 1.0\n====\n"
	    "# TOTAL: 2\n# PASS:  2\n# SKIP:  0\n# XFAIL: 0\n# FAIL:  0\n# XPASS: 0\n# ERROR: 0\n");
	CHECK_NAMED("totals that are wrong are known", ends_well() && verdict().console);
	end();
	begin(CAPTURE_FORMAT_TAP);
	out("1..1\nok 1 - x\n" AUTOMAKE);
	CHECK(ends_well() && !strstr(events_text, "t::a.sh"));
	end();
	begin(CAPTURE_FORMAT_PROVE);
	out("1..1\nnot ok 1 - x\n");
	CHECK_NAMED("prove's console may hold TAP", ends_well() && emitted("t::x fail"));
	end();
	begin(CAPTURE_FORMAT_CTEST);
	out("1..1\nnot ok 1 - x\ntest: y\nfailure: y\n");
	CHECK_NAMED("others hold none",
	            ends_well() && !strstr(events_text, "::x") && !verdict().tap);
	end();
}

/* The last line of a console, which has no newline, and a test that did not end. */
static void
check_last_line(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out("Test project /x\n    Start 1: one\n    Start 2: two\n"
	    "1/2 Test #1: one ....   Passed    0.01 sec");
	CHECK(ends_well() && emitted("t::one success") && emitted("t::two inprogress"));
	CHECK(verdict().packets->assertions.unfinished == 1);
	end();
}

/* Emits all that is held back for a while. */
static void
wait_long(void)
{
	int64_t now_ms;
	while ((now_ms = output_capture_deadline(capture)) != INT64_MAX)
		if (output_capture_tick(capture, now_ms, NULL) != SUBUNIT2_E_OK)
			exit(96);
}

/* Lines that a console holds back for a while belong to it; packets after them do not. */
static void
check_pauses(void)
{
	for (int with_packet = 0; with_packet < 2; with_packet++) {
		begin(CAPTURE_FORMAT_AUTO);
		out("Test project /x\n    Start 1: one\n1/2 Test #1: one ....   Passed    0.01 "
		    "sec\n"
		    "    Start 2: two");
		wait_long();
		if (with_packet)
			packet("other", SUBUNIT2_STATUS_SUCCESS);
		out("\n2/2 Test #2: two ....   Passed    0.01 sec\n");
		CHECK(ends_well() &&
		      (strstr(events_text, "t::two success") == NULL) == with_packet);
		end();
	}
}

/* The output of a test on a console is no packet either. */
static void
check_verbose_pause(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	out("Test project /x\ntest 1\n    Start 1: one\n\n1: Test command: /bin/true\n1: hello\n");
	wait_long();
	out("1/2 Test #1: one ....   Passed    0.01 sec\ntest 2\n    Start 2: two\n\n"
	    "2: Test command: /bin/false\n2/2 Test #2: two ....***Failed    0.01 sec\n");
	CHECK(ends_well() && emitted("t::one - stdout=Test command: /bin/true\nhello\n") &&
	      emitted("t::two fail"));
	end();
}

/* Results in a log that make prints do not count again, with and without TAP. */
static void
check_suite_log(void)
{
	static const enum capture_format formats[] = {CAPTURE_FORMAT_AUTO, CAPTURE_FORMAT_AUTOMAKE};
	for (size_t i = 0; i < 2; i++) {
		begin(formats[i]);
		out("make  check-TESTS\nPASS: a.sh\nFAIL: b.sh\n========================\n"
		    "   x 1: ./test-suite.log\n========================\n# PASS:  1\n\n"
		    "FAIL: c.sh\n=======\n\nFAIL: quoted\nFAIL c.sh (exit status: 1)\n\n" AUTOMAKE);
		CHECK(ends_well() && !strstr(events_text, "t::quoted") && emitted("FAIL: quoted"));
		end();
	}
}

/* Only the console that was declared is read, from its first line. */
static void
check_declared(void)
{
	begin(CAPTURE_FORMAT_AUTOMAKE);
	out(CTEST);
	CHECK(ends_well() && !strstr(events_text, "t::one"));
	end();
	begin(CAPTURE_FORMAT_AUTOMAKE);
	out("PASS: a.sh\n");
	CHECK_NAMED("a declared console needs no other sign",
	            ends_well() && emitted("t::a.sh success"));
	end();
	begin(CAPTURE_FORMAT_AUTO);
	out("PASS: a.sh\n");
	CHECK(ends_well() && !strstr(events_text, "t::a.sh"));
	end();
	begin(CAPTURE_FORMAT_DEJAGNU);
	out("\t\t=== own tests ===\n\nRunning x/y.exp ...\nFAIL: foo.c\n");
	CHECK(ends_well() && emitted("t::x/y.exp::foo.c fail"));
	end();
	begin(CAPTURE_FORMAT_SUBUNIT1);
	out("PASS: a.sh\n1..1\nnot ok 1 - x\n");
	CHECK(ends_well() && !strstr(events_text, "::") && !verdict().tap);
	end();
	begin(CAPTURE_FORMAT_KTAP);
	out("text\n");
	CHECK(ends_well() && verdict().tap && verdict().tap->failed);
	end();
}

static void
check_empty(void)
{
	static const char none[] = "No tests were found!!!";
	begin(CAPTURE_FORMAT_AUTO);
	err(none);
	CHECK(ends_well() && verdict().empty && strcmp(verdict().empty, "ctest") == 0);
	end();
	begin(CAPTURE_FORMAT_SUBUNIT);
	err(none);
	CHECK_NAMED("also where no console is read", ends_well() && verdict().empty);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	err("something else, and longer than that\n");
	CHECK(ends_well() && !verdict().empty);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	err(none);
	packet("other", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("a test was found", ends_well() && !verdict().empty);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	err(none);
	out("1..1\nok 1 - a\n");
	CHECK(ends_well() && !verdict().empty);
	end();
	begin(CAPTURE_FORMAT_AUTO);
	out("====\nTestsuite summary for pkg 1.0\n====\n# TOTAL: 0\n# PASS:  0\n# SKIP:  0\n"
	    "# XFAIL: 0\n# FAIL:  0\n# XPASS: 0\n# ERROR: 0\n");
	CHECK(ends_well() && verdict().empty && strcmp(verdict().empty, "automake") == 0);
	end();
}

/* Puts BEFORE, a packet of LEN bytes with wrong BITS in its last byte, in pieces of STEP bytes, and
 * AFTER. Returns true if that is a damaged beginning; *PACKETS becomes the number of damaged
 * packets. */
static bool
begins_damaged(enum process_stream stream, const char *before, size_t len, unsigned bits,
               size_t step, const char *after, uint64_t *packets)
{
	static char id[2000];
	char bytes[2100];
	memset(id, 'x', sizeof(id));
	struct subunit2_event event = {.test_id = {id, 1}, .status = SUBUNIT2_STATUS_FAIL};
	struct subunit2_view whole = packet_of(&event);
	while (whole.len < len) {
		event.test_id.len++;
		whole = packet_of(&event);
	}
	memcpy(bytes, whole.data, whole.len);
	bytes[whole.len - 1] = (char)(bytes[whole.len - 1] ^ bits);
	put_bytes(stream, subunit2_view_of(before));
	for (size_t at = 0; at < whole.len; at += step) {
		size_t piece = whole.len - at < step ? whole.len - at : step;
		put_bytes(stream, (struct subunit2_view){bytes + at, piece});
	}
	put_bytes(stream, subunit2_view_of(after));
	bool damaged = ends_well() && verdict().begins_damaged;
	*packets = verdict().packets->damaged;
	end();
	return damaged;
}

/* A first packet that shows its test is counted, and is no damaged beginning besides. */
static void
check_shown_damage(void)
{
	const struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("other"),
		.status = SUBUNIT2_STATUS_FAIL,
		.has_timestamp = true,
		.timestamp = {.sec = 1000000000},
	};
	struct subunit2_view packet = packet_of(&event);
	char bytes[100];
	memcpy(bytes, packet.data, packet.len);
	bytes[packet.len - 1] ^= 1;
	begin(CAPTURE_FORMAT_AUTO);
	put_bytes(PROCESS_STDOUT, (struct subunit2_view){bytes, packet.len});
	CHECK_NAMED("a damaged first packet is counted once",
	            ends_well() && verdict().packets->damaged == 1 && !verdict().begins_damaged);
	end();
}

static void
check_damage(void)
{
	static const struct {
		enum capture_format from;
		enum process_stream stream;
		const char *before;
		size_t len;
		unsigned bits;
		size_t step;
		const char *after;
		bool damaged;
	} cases[] = {
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "", 40, 1, 100, "\n", true},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "", 40, 1, 1, "\n", true},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "", 40, 3, 100, "", true},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "", 1024, 3, 100, "", true},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "", 1024, 3, 100, "more", false},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDOUT, "text\n", 40, 1, 100, "\n", false},
		{CAPTURE_FORMAT_AUTO, PROCESS_STDERR, "", 40, 1, 100, "\n", false},
		{CAPTURE_FORMAT_SUBUNIT, PROCESS_STDOUT, "", 40, 1, 100, "\n", false},
		{CAPTURE_FORMAT_TEXT, PROCESS_STDOUT, "", 40, 1, 100, "\n", false},
	};
	uint64_t packets;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		begin(cases[i].from);
		CHECK(begins_damaged(cases[i].stream, cases[i].before, cases[i].len, cases[i].bits,
		                     cases[i].step, cases[i].after, &packets) == cases[i].damaged);
		CHECK_NAMED("a damaged packet counts where packets were declared",
		            packets == (cases[i].from == CAPTURE_FORMAT_SUBUNIT));
	}
}

static void
check_leaked(void)
{
	struct subunit2_tagset tags = {0};
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("t"),
	                               .status = SUBUNIT2_STATUS_SUCCESS};
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("leaked"), NULL);
	event.tags = subunit2_tagset_view(&tags);
	begin(CAPTURE_FORMAT_AUTO);
	put_bytes(PROCESS_STDOUT, packet_of(&event));
	packet("t", SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("tags of the test itself stay", emits("t - -\n") && verdict().own_leaked);
	end();
	subunit2_tagset_clear(&tags);
}

/* Other bytes in the FIFO are the test's text. */
static void
check_fifo_text(void)
{
	begin(CAPTURE_FORMAT_AUTO);
	CHECK(output_capture_feed_fifo(capture, SUBUNIT2_LITERAL("text\n"), 0, NULL) ==
	              SUBUNIT2_E_OK &&
	      emits("t - stdout=text\n\n"));
	end();
}

/* With a test driver, the console is text, and results are those of its packets. */
static void
check_driven(void)
{
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("a.sh"),
	                                     .status = SUBUNIT2_STATUS_SUCCESS,
	                                     .runnable = true};
	begin(CAPTURE_FORMAT_DRIVEN);
	put_bytes(PROCESS_STDOUT, packet_of(&event));
	out(AUTOMAKE "1..1\nnot ok 1 - x\n");
	CHECK(ends_well() && emitted("a.sh success") &&
	      emitted("t - stdout=PASS: a.sh\nFAIL: b.sh\n") && !strstr(events_text, "t::a.sh") &&
	      !strstr(events_text, "::x") && !verdict().console);
	CHECK_NAMED("a result that only the console has is one", emitted("t::b.sh fail"));
	end();
}

/* Each kind of output in FORMAT, up to the first result that is not OK. */
static enum subunit2_result
feed_all(struct failing_sink *failing, enum capture_format from, const char *text,
         struct subunit2_error *error)
{
	const struct output_capture_options options = {.id = SUBUNIT2_LITERAL("t"), .from = from};
	const struct subunit2_event other = {.test_id = SUBUNIT2_LITERAL("other"),
	                                     .status = SUBUNIT2_STATUS_SUCCESS};
	const struct subunit2_event own = {.test_id = SUBUNIT2_LITERAL("t"),
	                                   .file_name = SUBUNIT2_LITERAL("log"),
	                                   .file_bytes = SUBUNIT2_LITERAL("x")};
	struct output_capture *read = output_capture_new(&options, &failing->sink);
	const struct {
		enum process_stream stream;
		const char *text; /* NULL: a packet */
	} steps[] = {
		{PROCESS_STDOUT, "out\n"}, {PROCESS_STDERR, "err\n"},  {PROCESS_STDOUT, NULL},
		{PROCESS_STDERR, "half"},  {PROCESS_STDOUT, NULL},     {PROCESS_STDOUT, text},
		{PROCESS_STDERR, "more"},  {PROCESS_STDOUT, "prompt"},
	};
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_view bytes = steps[i].text ? subunit2_view_of(steps[i].text)
		                                           : packet_of(i == 2 ? &other : &own);
		result = output_capture_feed(read, steps[i].stream, bytes, 0, error);
	}
	int64_t now_ms;
	while (result == SUBUNIT2_E_OK && (now_ms = output_capture_deadline(read)) != INT64_MAX)
		result = output_capture_tick(read, now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result =
			output_capture_feed_fifo(read, SUBUNIT2_LITERAL("in the FIFO\n"), 0, error);
	if (result == SUBUNIT2_E_OK)
		result = output_capture_feed(read, PROCESS_STDOUT, SUBUNIT2_LITERAL("last"), 0,
		                             error);
	if (result == SUBUNIT2_E_OK)
		result = output_capture_finish(read, error);
	output_capture_free(read);
	return result;
}

static enum subunit2_result
fail_in_auto(struct failing_sink *failing, struct subunit2_error *error)
{
	return feed_all(failing, CAPTURE_FORMAT_AUTO, "1..2\nok 1 - a\nnot ok 2 - b\n# note\n",
	                error);
}

static enum subunit2_result
fail_in_automake(struct failing_sink *failing, struct subunit2_error *error)
{
	return feed_all(failing, CAPTURE_FORMAT_AUTOMAKE, AUTOMAKE, error);
}

static enum subunit2_result
fail_in_subunit1(struct failing_sink *failing, struct subunit2_error *error)
{
	return feed_all(failing, CAPTURE_FORMAT_SUBUNIT1, "test: a\nsuccess: a\ntest: b\n", error);
}

static enum subunit2_result
fail_in_text(struct failing_sink *failing, struct subunit2_error *error)
{
	return feed_all(failing, CAPTURE_FORMAT_TEXT, "a\nb\n", error);
}

static enum subunit2_result
fail_in_driven(struct failing_sink *failing, struct subunit2_error *error)
{
	return feed_all(failing, CAPTURE_FORMAT_DRIVEN, "PASS: a.sh\nFAIL: b.sh\n", error);
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
	check_consoles();
	check_last_line();
	check_pauses();
	check_verbose_pause();
	check_suite_log();
	check_declared();
	check_empty();
	check_damage();
	check_shown_damage();
	check_leaked();
	check_fifo_text();
	check_driven();
	failing_sink_run("auto", fail_in_auto);
	failing_sink_run("automake", fail_in_automake);
	failing_sink_run("subunit1", fail_in_subunit1);
	failing_sink_run("text", fail_in_text);
	failing_sink_run("driven", fail_in_driven);
	return check_done();
}
