/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * JSON events after text on their line: the same events and text, wherever the bytes are cut and
 * however long each part is waited for.
 */
#include "json_lines.h"
#include "buffer.h"
#include "check.h"

#include <string.h>

#define EVENT(id)                                                                                  \
	"{\"subunit\":2,\"test_id\":\"" id "\",\"test_status\":\"fail\",\"runnable\":true}"
#define BROKEN "{\"subunit\":2,\"test_id\":1}"

static const struct {
	const char *input;
	const char *output; /* an event is <ID>, damage <!BYTES> */
} cases[] = {
	{"  loading... " EVENT("a") "\n", "  loading... <a>\n"},
	{"map = { a: 1 } " EVENT("a") "\n", "map = { a: 1 } <a>\n"},
	{"map = { a: 1 } " EVENT("a"), "map = { a: 1 } <a>"},
	{"{" EVENT("a") "\nx\n", "{<a>\nx\n"},
	{"{ {{ \"subunit\" : 3 {\t" EVENT("a") "\n", "{ {{ \"subunit\" : 3 {\t<a>\n"},
	{"\xef\xbb" EVENT("a") "\n", "\xef\xbb<a>\n"},
	{"\xef\xbb\xbf " EVENT("a") "\n", "<a>"},
	{"  \n \t" EVENT("a") "\r\n" EVENT("b") "\n{\n", "  \n<a><b>{\n"},
	{"  { " BROKEN "\n" EVENT("a") "\n", "  { " BROKEN "\n<a>"},
	{" " BROKEN "\n { {" EVENT("a") "\n", "<! " BROKEN "\n> { {<a>\n"},
	{"{\"subunit\":" EVENT("a") "\n  {\"sub\n" EVENT("b") "\n",
         "{\"subunit\":<a>\n  {\"sub\n<b>"},
	{"                    a" EVENT("a") "\n", "                    a<a>\n"},
	{"  { \"subunit\" : 2", "  { \"subunit\" : 2"},
};

struct transcript {
	struct subunit2_sink sink;
	struct buffer output;
	size_t events;
};

static enum subunit2_result
transcript_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct transcript *transcript = (struct transcript *)sink;
	(void)error;
	if (event->status == SUBUNIT2_STATUS_FAIL && event->test_id.len == 1) {
		transcript->events++;
		buffer_add_text(&transcript->output, "<");
		buffer_add(&transcript->output, event->test_id);
		buffer_add_text(&transcript->output, ">");
	} else if (event->file_bytes.len > 0 && event->file_bytes.data[0] == ' ') {
		buffer_add_text(&transcript->output, "<!");
		buffer_add(&transcript->output, event->file_bytes);
		buffer_add_text(&transcript->output, ">");
	}
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
transcript_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	(void)now_ms;
	(void)error;
	buffer_add(&((struct transcript *)context)->output, bytes);
	return SUBUNIT2_E_OK;
}

/* Feeds INPUT cut at FIRST and SECOND, with a silence at each cut if PAUSES. A cut at its length is
 * none; if FIRST is 0, each byte is fed alone. */
static void
feed_cut(struct transcript *transcript, const char *input, size_t first, size_t second, bool pauses)
{
	struct json_lines *lines =
		json_lines_new(&transcript->sink, false, transcript_text, transcript);
	size_t len = strlen(input);
	int64_t now_ms = 0;
	transcript->output.len = transcript->events = 0;
	for (size_t at = 0, to; at < len; at = to) {
		to = !first ? at + 1 : at < first ? first : at < second ? second : len;
		/* A copy, so that a checker of memory finds a read beyond the end. */
		char *copy = memcpy(malloc(to - at), input + at, to - at);
		json_lines_feed(lines, (struct subunit2_view){copy, to - at}, now_ms, NULL);
		free(copy);
		if (pauses && to < len)
			json_lines_tick(lines, now_ms += JSON_LINES_SILENCE_MS, NULL);
	}
	json_lines_end(lines, now_ms, NULL);
	json_lines_free(lines);
}

/* Returns whether INPUT, cut at FIRST and SECOND, becomes OUTPUT. If a silence follows each part,
 * the start of an event is also passed on as text; then returns whether EVENTS are found. */
static bool
is_output(struct transcript *transcript, const char *input, size_t first, size_t second,
          const char *output, size_t events)
{
	feed_cut(transcript, input, first, second, true);
	bool found = transcript->events == events;
	feed_cut(transcript, input, first, second, false);
	bool good = found && transcript->events == events &&
	            subunit2_view_equal(buffer_view(&transcript->output), subunit2_view_of(output));
	if (!good)
		printf("# cut at %zu and %zu: %.*s\n", first, second, (int)transcript->output.len,
		       transcript->output.data);
	return good;
}

/* Returns whether INPUT becomes OUTPUT, wherever it is cut. */
static bool
is_output_with_every_cut(struct transcript *transcript, const char *input, const char *output)
{
	size_t len = strlen(input), wrong = 0, step = getenv("CHECK_VALGRIND") ? 7 : 1;
	feed_cut(transcript, input, len, len, false);
	size_t events = transcript->events;
	wrong += !is_output(transcript, input, 0, 0, output, events);
	for (size_t first = 1; first <= len; first++)
		for (size_t second = first; second <= len && wrong < 5; second += step)
			wrong += !is_output(transcript, input, first, second, output, events);
	return wrong == 0;
}

int
main(void)
{
	struct transcript transcript = {.sink = {transcript_event, NULL, NULL}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char name[16];
		snprintf(name, sizeof(name), "case %zu", i);
		CHECK_NAMED(name,
		            is_output_with_every_cut(&transcript, cases[i].input, cases[i].output));
	}
	buffer_clear(&transcript.output);
	return check_done();
}
