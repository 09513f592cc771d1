/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"

#include <inttypes.h>
#include <subunit2.h>

/* A sink that writes a line for each event: ID STATUS r|- TAG,... TIME FILE=BYTES (TYPE). */
struct transcript {
	struct subunit2_sink sink;
	char *text;
	size_t len;
	FILE *file;
	enum subunit2_result result; /* returned by the sink */
};

static void
transcript_put(struct transcript *transcript, struct subunit2_view view)
{
	fprintf(transcript->file, "%.*s", (int)view.len, view.data ? view.data : "");
}

static enum subunit2_result
transcript_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct transcript *transcript = (struct transcript *)sink;
	struct subunit2_tags tags = event->tags;
	struct subunit2_view tag;

	(void)error;
	transcript_put(transcript, event->test_id);
	fprintf(transcript->file, " %s %s", subunit2_status_name(event->status),
	        event->runnable ? "r" : "-");
	while (subunit2_tags_next(&tags, &tag)) {
		fputs(" #", transcript->file);
		transcript_put(transcript, tag);
	}
	if (event->has_timestamp)
		fprintf(transcript->file, " @%lld", (long long)event->timestamp.sec);
	if (subunit2_view_present(event->file_name)) {
		putc(' ', transcript->file);
		transcript_put(transcript, event->file_name);
		putc('=', transcript->file);
		transcript_put(transcript, event->file_bytes);
		fprintf(transcript->file, "(%.*s)%s", (int)event->mime_type.len,
		        event->mime_type.data ? event->mime_type.data : "", event->eof ? "." : "");
	}
	putc('\n', transcript->file);
	return transcript->result;
}

static enum subunit2_result
transcript_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static void
transcript_open(struct transcript *transcript)
{
	*transcript = (struct transcript){.sink = {transcript_event, transcript_finish, NULL}};
	transcript->file = open_memstream(&transcript->text, &transcript->len);
}

/* Return whether TEXT was written since the last call. */
static bool
transcript_is(struct transcript *transcript, const char *text)
{
	bool same;

	fclose(transcript->file);
	same = strcmp(transcript->text, text) == 0;
	if (!same)
		fprintf(stderr, "got:\n%s", transcript->text);
	free(transcript->text);
	transcript->file = open_memstream(&transcript->text, &transcript->len);
	return same;
}

static void
transcript_close(struct transcript *transcript)
{
	fclose(transcript->file);
	free(transcript->text);
}

static const struct subunit2_view a = {"a", 1}, b = {"b", 1}, why = {"why", 3};

static struct subunit2_time
at_seven(void *context)
{
	(void)context;
	return (struct subunit2_time){7, 0};
}

static void
test_outcomes(void)
{
	struct transcript out;
	struct subunit2_classic *classic;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, NULL);
	subunit2_classic_start(classic, a, NULL);
	subunit2_classic_success(classic, a, NULL);
	CHECK(transcript_is(&out, "a inprogress r\na success r\n"));
	subunit2_classic_failure(classic, a, why, NULL);
	subunit2_classic_error(classic, a, SUBUNIT2_ABSENT, NULL);
	subunit2_classic_error(classic, a, (struct subunit2_view){"\xff", 1}, NULL);
	CHECK_NAMED("outcomes without a start, with and without details",
	            transcript_is(&out,
	                          "a fail r traceback=why(text/plain;charset=utf8).\na fail r\n"
	                          "a fail r traceback=\xff(application/octet-stream).\n"));
	subunit2_classic_skip(classic, a, why, NULL);
	subunit2_classic_expected_failure(classic, a, why, NULL);
	subunit2_classic_unexpected_success(classic, a, SUBUNIT2_ABSENT, NULL);
	CHECK(transcript_is(&out, "a skip r reason=why(text/plain;charset=utf8).\n"
	                          "a xfail r traceback=why(text/plain;charset=utf8).\n"
	                          "a uxsuccess r\n"));
	subunit2_classic_free(classic);
	subunit2_classic_free(NULL);
	transcript_close(&out);
}

static void
test_stop(void)
{
	struct transcript out;
	struct subunit2_classic *classic;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, NULL);
	subunit2_classic_start(classic, a, NULL);
	subunit2_classic_start(classic, b, NULL);
	subunit2_classic_success(classic, b, NULL);
	subunit2_classic_stop(classic, b, NULL);
	CHECK_NAMED("stop after an outcome sends nothing",
	            transcript_is(&out, "a inprogress r\nb inprogress r\nb success r\n"));
	subunit2_classic_stop(classic, a, NULL);
	CHECK_NAMED("stop without an outcome is a failure",
	            transcript_is(&out, "a fail r reason=the test stopped without an outcome"
	                                "(text/plain;charset=utf8).\n"));
	subunit2_classic_stop(classic, a, NULL);
	CHECK(transcript_is(&out, ""));
	subunit2_classic_free(classic);
	transcript_close(&out);
}

static void
test_script(void)
{
	struct transcript out;
	struct subunit2_classic_options options = {
		.size = sizeof(options), .script = {"t/x", 3}, .clock = at_seven};
	struct subunit2_classic *classic;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, &options);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (2)"), NULL);
	for (int i = 0; i < 3; i++) {
		subunit2_classic_start(classic, a, NULL);
		subunit2_classic_start(classic, a, NULL);
		subunit2_classic_success(classic, a, NULL);
	}
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (2)"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (4)"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (5)"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (05)"), NULL);
	subunit2_classic_success(classic, a, NULL);
	CHECK_NAMED("a repeated name gets the next free number",
	            transcript_is(&out, "t/x::a (2) success - @7\n"
	                                "t/x::a inprogress - @7\nt/x::a inprogress - @7\n"
	                                "t/x::a success - @7\n"
	                                "t/x::a (3) inprogress - @7\nt/x::a (3) inprogress - @7\n"
	                                "t/x::a (3) success - @7\n"
	                                "t/x::a (4) inprogress - @7\nt/x::a (4) inprogress - @7\n"
	                                "t/x::a (4) success - @7\n"
	                                "t/x::a (2) (2) success - @7\n"
	                                "t/x::a (4) (2) success - @7\n"
	                                "t/x::a (5) success - @7\n"
	                                "t/x::a (05) success - @7\n"
	                                "t/x::a (6) success - @7\n"));
	subunit2_classic_free(classic);
	transcript_close(&out);
}

/* Names that end like an id that a repeated name was given. */
static void
test_suffixes(void)
{
	static const char *const names[] = {")",     "2)",    "12)",    "(2)",
	                                    "y (2)", "a(2)",  "a (2",   "a  (2)",
	                                    "a (1)", "a (0)", "a (02)", "a (99999999999)",
	                                    "a (3)", "a ()",  "a (x2)"};
	struct transcript out;
	struct subunit2_classic_options options = {.size = sizeof(options), .script = {"s", 1}};
	struct subunit2_classic *classic;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, &options);
	subunit2_classic_stop(classic, a, NULL);
	CHECK_NAMED("a test that never started does not stop", transcript_is(&out, ""));
	subunit2_classic_success(classic, a, NULL);
	subunit2_classic_success(classic, a, NULL);
	CHECK(transcript_is(&out, "s::a success -\ns::a (2) success -\n"));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "s::%s success -\n", names[i]);
		subunit2_classic_success(classic, subunit2_view_of(names[i]), NULL);
		CHECK_NAMED("the first test of a name has this id", transcript_is(&out, expected));
	}
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (2)"), NULL);
	subunit2_classic_success(classic, a, NULL);
	CHECK(transcript_is(&out, "s::a (2) (2) success -\ns::a (4) success -\n"));
	for (int i = 5; i < 10; i++) {
		char expected[32];

		snprintf(expected, sizeof(expected), "s::a (%d) success -\n", i);
		subunit2_classic_success(classic, a, NULL);
		CHECK(transcript_is(&out, expected));
	}
	subunit2_classic_success(classic, a, NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (10)"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("a (11)"), NULL);
	CHECK(transcript_is(&out, "s::a (10) success -\ns::a (10) (2) success -\n"
	                          "s::a (11) success -\n"));
	subunit2_classic_free(classic);
	transcript_close(&out);
}

static void
test_many_names(void)
{
	struct transcript out;
	struct subunit2_classic_options options = {.size = sizeof(options), .script = {"s", 1}};
	struct subunit2_classic *classic;
	char name[16];
	bool good = true;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, &options);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 500 && good; i++) {
			char expected[64];

			snprintf(name, sizeof(name), "n%d", i);
			snprintf(expected, sizeof(expected), "s::%s%s success -\n", name,
			         round ? " (2)" : "");
			subunit2_classic_success(classic, subunit2_view_of(name), NULL);
			good = transcript_is(&out, expected);
		}
	}
	CHECK(good);
	subunit2_classic_free(classic);
	transcript_close(&out);
}

/* Starts 100 tests, of which all are open then, and ends them; twice. */
static void
test_many_open(void)
{
	struct transcript out;
	struct subunit2_classic_options options = {.size = sizeof(options), .script = {"s", 1}};
	struct subunit2_classic *classic;
	bool good = true;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, &options);
	for (int call = 0; call < 400; call++) {
		bool starts = call / 100 % 2 == 0;
		char name[16], expected[64];

		snprintf(name, sizeof(name), "n%d", call % 100);
		snprintf(expected, sizeof(expected), "s::%s%s %s -\n", name,
		         call < 200 ? "" : " (2)", starts ? "inprogress" : "success");
		if (starts)
			subunit2_classic_start(classic, subunit2_view_of(name), NULL);
		else
			subunit2_classic_success(classic, subunit2_view_of(name), NULL);
		good &= transcript_is(&out, expected);
	}
	CHECK(good);
	subunit2_classic_free(classic);
	transcript_close(&out);
}

static void
test_names(void)
{
	struct transcript out;
	struct subunit2_classic *classic;
	struct subunit2_error error;
	char longest[1100], expected[1100];
	bool good = true;

	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, NULL);
	subunit2_classic_success(classic, (struct subunit2_view){"x\n\xff", 3}, NULL);
	CHECK_NAMED("controls and bytes that are not UTF-8 are escaped",
	            transcript_is(&out, "x\\x0a\\xff success r\n"));
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("\xc3\xa9"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("\xc3\xa9\x7f"), NULL);
	subunit2_classic_success(classic, SUBUNIT2_LITERAL("\x1f\xc3\xa9"), NULL);
	CHECK_NAMED("UTF-8 stays",
	            transcript_is(&out, "\xc3\xa9 success r\n\xc3\xa9\\x7f success r\n"
	                                "\\x1f\xc3\xa9 success r\n"));
	for (int c = 1; c < 256; c++) {
		/* Each byte, at a place within a word and at the end of the name. */
		char name[] = {'0', (char)c, '2', '3', '4', '5', '6', '7', '8', (char)c};
		bool plain = c >= ' ' && c < 0x7f;

		snprintf(expected, sizeof(expected),
		         plain ? "0%c2345678%c success r\n" : "0\\x%02x2345678\\x%02x success r\n",
		         c, c);
		subunit2_classic_success(classic, (struct subunit2_view){name, sizeof(name)}, NULL);
		good = transcript_is(&out, expected) && good;
	}
	CHECK_NAMED("each byte is kept if it is printable, else escaped", good);
	memset(longest, 'l', sizeof(longest));
	subunit2_classic_success(classic, (struct subunit2_view){longest, sizeof(longest)}, NULL);
	snprintf(expected, sizeof(expected), "%.1024s success r\n", longest);
	CHECK_NAMED("a name is cut to 1,024 bytes", transcript_is(&out, expected));

	CHECK(subunit2_classic_start(classic, SUBUNIT2_LITERAL(""), &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0);
	CHECK(subunit2_classic_success(classic, SUBUNIT2_ABSENT, &error) == SUBUNIT2_E_INVALID);
	CHECK(subunit2_classic_stop(classic, SUBUNIT2_ABSENT, NULL) == SUBUNIT2_E_INVALID);
	CHECK(subunit2_classic_file(classic, a, SUBUNIT2_ABSENT, SUBUNIT2_ABSENT, why, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "file name") == 0);
	CHECK(subunit2_classic_file(classic, a, why, SUBUNIT2_ABSENT, SUBUNIT2_ABSENT, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "file content") == 0);
	CHECK(subunit2_classic_file(classic, SUBUNIT2_ABSENT, why, SUBUNIT2_ABSENT, why, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0);
	out.result = SUBUNIT2_E_STOP;
	CHECK(subunit2_classic_start(classic, a, NULL) == SUBUNIT2_E_STOP);
	subunit2_classic_free(classic);
	transcript_close(&out);
}

static void
test_tags_and_time(void)
{
	struct transcript out;
	struct subunit2_classic *classic;
	struct subunit2_tagset all = {0}, one = {0};

	transcript_open(&out);
	subunit2_tagset_add(&all, SUBUNIT2_LITERAL("all"), NULL);
	subunit2_tagset_add(&one, SUBUNIT2_LITERAL("one"), NULL);
	classic = subunit2_classic_new(&out.sink, NULL);
	subunit2_classic_tags(classic, subunit2_tagset_view(&all), SUBUNIT2_NO_TAGS, NULL);
	subunit2_classic_start(classic, a, NULL);
	subunit2_classic_tags(classic, subunit2_tagset_view(&one), SUBUNIT2_NO_TAGS, NULL);
	subunit2_classic_success(classic, a, NULL);
	subunit2_classic_success(classic, b, NULL);
	CHECK_NAMED(
		"tags of a test end with it; others stay",
		transcript_is(&out, "a inprogress r\na success r #all #one\nb success r #all\n"));
	subunit2_classic_tags(classic, SUBUNIT2_NO_TAGS, subunit2_tagset_view(&all), NULL);
	subunit2_classic_time(classic, (struct subunit2_time){5, 0});
	subunit2_classic_file(classic, a, SUBUNIT2_LITERAL("log"), SUBUNIT2_ABSENT, why, NULL);
	subunit2_classic_success(classic, a, NULL);
	CHECK(transcript_is(&out, "a  r @5 log=why().\na success r @5\n"));
	subunit2_classic_free(classic);
	subunit2_tagset_clear(&all);
	subunit2_tagset_clear(&one);
	transcript_close(&out);
}

/*
 * A listener that makes the same calls to a classic object: events are the same on both sides.
 */

static enum subunit2_result
on_start(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_start(context, test->id, error);
}

static enum subunit2_result
on_success(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_success(context, test->id, error);
}

static struct subunit2_view
details_of(const struct subunit2_test *test)
{
	return test->attachment_count ? test->attachments[0].bytes : SUBUNIT2_ABSENT;
}

static enum subunit2_result
on_failure(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_failure(context, test->id, details_of(test), error);
}

static enum subunit2_result
on_error(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_error(context, test->id, SUBUNIT2_LITERAL("unfinished"), error);
}

static enum subunit2_result
on_skip(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_skip(context, test->id, details_of(test), error);
}

static enum subunit2_result
on_xfail(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_expected_failure(context, test->id, details_of(test), error);
}

static enum subunit2_result
on_uxsuccess(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_unexpected_success(context, test->id, details_of(test), error);
}

static enum subunit2_result
on_stop(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_stop(context, test->id, error);
}

static enum subunit2_result
on_tags(void *context, struct subunit2_tags add, struct subunit2_tags discard,
        struct subunit2_error *error)
{
	return subunit2_classic_tags(context, add, discard, error);
}

static enum subunit2_result
on_time(void *context, struct subunit2_time time, struct subunit2_error *error)
{
	(void)error;
	subunit2_classic_time(context, time);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
on_progress(void *context, enum subunit2_classic_whence whence, int64_t offset,
            struct subunit2_error *error)
{
	return subunit2_classic_progress(context, whence, offset, error);
}

static unsigned files;

static enum subunit2_result
on_file(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)context, (void)event, (void)error;
	files++;
	return SUBUNIT2_E_OK;
}

static struct subunit2_classic_calls
all_calls(void)
{
	return (struct subunit2_classic_calls){
		.size = sizeof(struct subunit2_classic_calls),
		.start = on_start,
		.success = on_success,
		.failure = on_failure,
		.error = on_error,
		.skip = on_skip,
		.expected_failure = on_xfail,
		.unexpected_success = on_uxsuccess,
		.stop = on_stop,
		.tags = on_tags,
		.time = on_time,
		.progress = on_progress,
		.file = on_file,
		.attachment_limit = SIZE_MAX,
	};
}

static void
send_at(struct subunit2_sink *sink, struct subunit2_event event, int64_t sec)
{
	event.has_timestamp = true;
	event.timestamp.sec = sec;
	subunit2_sink_event(sink, &event, NULL);
}

static void
test_calls(void)
{
	struct transcript out;
	struct subunit2_classic *listener;
	struct subunit2_classic_calls calls = all_calls();
	struct subunit2_tagset tags = {0};
	struct subunit2_sink *sink;

	transcript_open(&out);
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("slow"), NULL);
	listener = subunit2_classic_new(&out.sink, NULL);
	sink = subunit2_classic_sink_new(&calls, listener);
	send_at(sink, (struct subunit2_event){.test_id = why, .status = SUBUNIT2_STATUS_EXISTS}, 1);
	send_at(sink, (struct subunit2_event){.test_id = a, .status = SUBUNIT2_STATUS_INPROGRESS},
	        1);
	send_at(sink, (struct subunit2_event){.test_id = b, .status = SUBUNIT2_STATUS_INPROGRESS},
	        2);
	send_at(sink,
	        (struct subunit2_event){.test_id = b,
	                                .status = SUBUNIT2_STATUS_FAIL,
	                                .tags = subunit2_tagset_view(&tags),
	                                .file_name = SUBUNIT2_LITERAL("traceback"),
	                                .file_bytes = why},
	        4);
	CHECK_NAMED("a test comes as a whole, when it has ended",
	            transcript_is(&out,
	                          "b inprogress r @2\n"
	                          "b fail r #slow @4 traceback=why(text/plain;charset=utf8).\n"));
	send_at(sink, (struct subunit2_event){.file_name = why, .file_bytes = why}, 5);
	CHECK(files == 1);
	subunit2_sink_finish(sink, NULL);
	CHECK_NAMED("a test that never ended is an error",
	            transcript_is(&out,
	                          "a inprogress r @1\n"
	                          "a fail r @1 traceback=unfinished(text/plain;charset=utf8).\n"));
	subunit2_sink_free(sink);
	subunit2_classic_free(listener);
	subunit2_tagset_clear(&tags);
	transcript_close(&out);
}

/* Events of all kinds that go through calls and back are the same. */
static void
test_both_ways(void)
{
	struct transcript direct, round;
	struct subunit2_classic *first[2], *second;
	struct subunit2_classic_calls calls = all_calls();
	struct subunit2_sink *sink;

	transcript_open(&direct);
	transcript_open(&round);
	second = subunit2_classic_new(&round.sink, NULL);
	sink = subunit2_classic_sink_new(&calls, second);
	first[0] = subunit2_classic_new(&direct.sink, NULL);
	first[1] = subunit2_classic_new(sink, NULL);
	for (int i = 0; i < 2; i++) {
		static const struct {
			enum subunit2_classic_whence whence;
			int64_t offset;
		} steps[] = {{SUBUNIT2_CLASSIC_SET, 12}, {SUBUNIT2_CLASSIC_PUSH, 0},
		             {SUBUNIT2_CLASSIC_CUR, 3},  {SUBUNIT2_CLASSIC_CUR, -2},
		             {SUBUNIT2_CLASSIC_CUR, 0},  {SUBUNIT2_CLASSIC_CUR, INT64_MIN},
		             {SUBUNIT2_CLASSIC_POP, 0}};
		subunit2_classic_time(first[i], (struct subunit2_time){9, 0});
		subunit2_classic_start(first[i], a, NULL);
		subunit2_classic_success(first[i], a, NULL);
		subunit2_classic_start(first[i], b, NULL);
		subunit2_classic_failure(first[i], b, why, NULL);
		subunit2_classic_start(first[i], why, NULL);
		subunit2_classic_skip(first[i], why, why, NULL);
		subunit2_classic_start(first[i], a, NULL);
		subunit2_classic_expected_failure(first[i], a, why, NULL);
		subunit2_classic_start(first[i], a, NULL);
		subunit2_classic_unexpected_success(first[i], a, SUBUNIT2_ABSENT, NULL);
		for (size_t j = 0; j < sizeof(steps) / sizeof(*steps); j++)
			subunit2_classic_progress(first[i], steps[j].whence, steps[j].offset, NULL);
	}
	subunit2_sink_finish(sink, NULL);
	fclose(direct.file);
	CHECK(transcript_is(&round, direct.text));
	CHECK(strstr(direct.text, "progress=-2\n(text/x-subunit-progress;charset=utf8)"));
	CHECK(subunit2_classic_progress(first[0], SUBUNIT2_CLASSIC_SET, -1, NULL) ==
	      SUBUNIT2_E_INVALID);
	CHECK(subunit2_classic_progress(first[0], 9, 0, NULL) == SUBUNIT2_E_INVALID);
	free(direct.text);
	direct.file = open_memstream(&direct.text, &direct.len);
	subunit2_classic_free(first[0]);
	subunit2_classic_free(first[1]);
	subunit2_sink_free(sink);
	subunit2_classic_free(second);
	transcript_close(&direct);
	transcript_close(&round);
}

/* The numbers that the file "progress" gives, and files that are none. */
static enum subunit2_result
put_progress(void *context, enum subunit2_classic_whence whence, int64_t offset,
             struct subunit2_error *error)
{
	(void)error;
	fprintf(context, "%d %" PRId64 "\n", (int)whence, offset);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
put_file(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)error;
	fprintf(context, "file %.*s\n", (int)event->file_bytes.len, event->file_bytes.data);
	return SUBUNIT2_E_OK;
}

static void
test_progress(void)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"5\n", "0 5\n"},
		{"5", "0 5\n"},
		{"0", "0 0\n"},
		{"+5\n", "1 5\n"},
		{"-5\n", "1 -5\n"},
		{"pop\n", "2 0\n"},
		{"push", "3 0\n"},
		{"9223372036854775807", "0 9223372036854775807\n"},
		{"9223372036854775808", "file 9223372036854775808\n"},
		{"-9223372036854775808", "1 -9223372036854775808\n"},
		{"", "file \n"},
		{"\n", "file \n\n"},
		{"x", "file x\n"},
		{" 5", "file  5\n"},
		{"5x", "file 5x\n"},
		{"5\n\n", "file 5\n\n\n"},
		{"+", "file +\n"},
		{"pushed", "file pushed\n"},
		{"0000000000000000000000000000005", "0 5\n"},
		{"00000000000000000000000000000005", "file 00000000000000000000000000000005\n"},
	};
	struct subunit2_classic_calls calls = {
		.size = sizeof(calls), .progress = put_progress, .file = put_file};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct subunit2_event event = {
			.file_name = SUBUNIT2_LITERAL("progress"),
			.file_bytes = subunit2_view_of(cases[i].text),
			.mime_type = SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8"),
		};
		char *text;
		size_t len;
		FILE *file = open_memstream(&text, &len);
		struct subunit2_sink *sink = subunit2_classic_sink_new(&calls, file);

		subunit2_sink_event(sink, &event, NULL);
		event.mime_type = SUBUNIT2_ABSENT;
		event.file_bytes = SUBUNIT2_LITERAL("5");
		subunit2_sink_event(sink, &event, NULL);
		subunit2_sink_free(sink);
		fclose(file);
		CHECK_NAMED("a number or a file, and a file of another type",
		            strncmp(text, cases[i].expected, strlen(cases[i].expected)) == 0 &&
		                    strcmp(text + strlen(cases[i].expected), "file 5\n") == 0);
		free(text);
	}
}

/* Without calls for the time, a test with times is passed on; tags must be a packed list. */
static void
test_tags_and_times_left_out(void)
{
	struct subunit2_classic_calls calls = {.size = sizeof(calls)};
	struct subunit2_sink *sink = subunit2_classic_sink_new(&calls, NULL);
	const struct subunit2_tags broken = {1, {"\x05x", 2}};
	struct subunit2_error error;
	struct transcript out;
	struct subunit2_classic *classic;

	send_at(sink, (struct subunit2_event){.test_id = a, .status = SUBUNIT2_STATUS_FAIL}, 7);
	subunit2_sink_free(sink);
	transcript_open(&out);
	classic = subunit2_classic_new(&out.sink, NULL);
	CHECK(subunit2_classic_tags(classic, broken, SUBUNIT2_NO_TAGS, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "tags") == 0);
	subunit2_classic_free(classic);
	transcript_close(&out);
}

static void
test_missing_calls(void)
{
	struct subunit2_classic_calls calls = {.size = sizeof(calls)};
	struct subunit2_classic_options options = {.size = 1};
	struct subunit2_event event = {.test_id = a, .status = SUBUNIT2_STATUS_FAIL};
	struct subunit2_sink *sink = subunit2_classic_sink_new(&calls, NULL);
	struct subunit2_event file = {.file_name = a, .file_bytes = why};
	struct subunit2_event progress = {
		.file_name = SUBUNIT2_LITERAL("progress"),
		.file_bytes = SUBUNIT2_LITERAL("+1\n"),
		.mime_type = SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8"),
	};

	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_sink_event(sink, &progress, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_sink_event(sink, &file, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
	calls.size = 1;
	CHECK(!subunit2_classic_sink_new(&calls, NULL));
	CHECK(!subunit2_classic_new(sink, &options));
}

int
main(void)
{
	test_outcomes();
	test_stop();
	test_script();
	test_suffixes();
	test_many_names();
	test_many_open();
	test_names();
	test_tags_and_time();
	test_calls();
	test_both_ways();
	test_progress();
	test_tags_and_times_left_out();
	test_missing_calls();
	return check_done();
}
