/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Events at random into every writer: its output is read by a strict parser of the format.
 */
#include "input.h"
#include "writer.h"

#include <expat.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tap/events.h>

/* The fuzzer's bytes, taken one after the other; zeroes at their end. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

static unsigned
next_byte(struct bytes *bytes)
{
	if (!bytes->len)
		return 0;
	bytes->len--;
	return *bytes->data++;
}

/* Characters that some format has a meaning for. */
static const char *const words[] = {
	"a",  "b",   "::", " - ", " # SKIP x", " # TODO", "\n",        "\r",     "\"",
	",",  "'",   "<",  "&",   "]]>",       "</",      "</script>", "<!--",   "\\",
	"#",  "%",   "=",  "\t",  "ok 1",      "1..2",    "Bail out!", "\x1b[m", "\xc2\x85",
	"::", "::e", " ",  "{",   "}",         "[",       "]",         "\x7f",   "\xe2\x80\xa8",
};

struct text {
	char bytes[256];
	size_t len;
};

/* A string of words and characters, valid UTF-8 without NUL unless ANY. */
static struct subunit2_view
next_text(struct bytes *bytes, struct text *text, bool any)
{
	unsigned count = next_byte(bytes) % 8;
	text->len = 0;
	while (count--) {
		unsigned byte = next_byte(bytes);
		if (byte < 2 * sizeof(words) / sizeof(*words)) {
			const char *word = words[byte / 2];
			memcpy(text->bytes + text->len, word, strlen(word));
			text->len += strlen(word);
		} else if (any || (byte >= 1 && byte < 0x80)) {
			text->bytes[text->len++] = (char)byte;
		} else {
			memcpy(text->bytes + text->len, "\xf0\x9f\x98\x80", 4);
			text->len += 4;
		}
	}
	return (struct subunit2_view){text->bytes, text->len};
}

/* Sends one event; ids are few, so that tests are complete and repeated. */
static enum subunit2_result
send_event(struct bytes *bytes, struct subunit2_sink *sink, struct subunit2_error *error)
{
	static const enum subunit2_status statuses[] = {
		SUBUNIT2_STATUS_NONE,    SUBUNIT2_STATUS_EXISTS,    SUBUNIT2_STATUS_INPROGRESS,
		SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_SKIP,
		SUBUNIT2_STATUS_FAIL,    SUBUNIT2_STATUS_XFAIL,
	};
	static const char *const ids[] = {"a", "a::b", "c/d", "<&\">", "#1"};
	struct text id, name, content, route;
	unsigned shape = next_byte(bytes), more = next_byte(bytes);
	struct subunit2_event event = {
		.status = statuses[shape & 7],
		.runnable = shape & 8,
		.has_timestamp = shape & 16,
		.timestamp = {next_byte(bytes) * 16777216 % 4294967296, more * 3906250},
	};
	if (shape & 32)
		event.test_id = next_text(bytes, &id, false);
	else
		event.test_id = subunit2_view_of(ids[more % 5]);
	if (!event.test_id.len)
		event.test_id = subunit2_view_of("empty");
	if (shape & 64) {
		event.file_name = next_text(bytes, &name, false);
		event.file_bytes = next_text(bytes, &content, true);
		event.eof = more & 1;
		event.mime_type = more & 2 ? SUBUNIT2_LITERAL("text/plain;charset=utf8")
		                           : SUBUNIT2_LITERAL("application/octet-stream");
		if (!event.file_name.len)
			event.file_name = subunit2_view_of("reason");
	}
	if (shape & 128) {
		event.route_code = next_text(bytes, &route, false);
		if (!event.route_code.len)
			event.route_code = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(sink, &event, error);
}

struct written {
	char *text;
	size_t len;
};

static struct written
write_as(writer_open *open, const uint8_t *data, size_t size, const struct writer_options *options)
{
	struct written written;
	struct bytes bytes = {data, size};
	struct output_file to = {
		.name = "memory",
		.fd = -1,
		.file = open_memstream(&written.text, &written.len),
	};
	struct subunit2_error error;
	struct subunit2_sink *sink = open(options, &to, &error);
	while (bytes.len)
		if (send_event(&bytes, sink, &error) != SUBUNIT2_E_OK)
			abort();
	if (subunit2_sink_finish(sink, &error) != SUBUNIT2_E_OK)
		abort();
	subunit2_sink_free(sink);
	fclose(to.file);
	return written;
}

static void
check_xml(struct written xml)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	if (XML_Parse(parser, xml.text, (int)xml.len, 1) != XML_STATUS_OK)
		abort();
	XML_ParserFree(parser);
	free(xml.text);
}

static void
check_json(const char *text, size_t len)
{
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	if (!json)
		abort();
	json_decref(json);
}

static void
check_json_lines(struct written lines)
{
	char *at = lines.text, *end = lines.text + lines.len, *newline;
	for (; at < end && (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1)
		check_json(at, (size_t)(newline - at));
	if (at != end)
		abort();
	free(lines.text);
}

/* HTML: in the data there is no "<" that could end the script; it is JSON. */
static void
check_page(struct written page)
{
	static const char begin[] = "id=\"data\">\n", last[] = "\n</script>";
	const char *data = strstr(page.text, begin) + sizeof(begin) - 1;
	const char *end = strstr(data, last), *less = strchr(data, '<');
	if (!end || less != end + 1)
		abort();
	check_json(data, (size_t)(end - data));
	free(page.text);
}

/* RFC 4180: as many fields in each record; quotes only around a field, and doubled in it. */
static void
check_csv(struct written csv)
{
	size_t fields = 1, expected = 0;
	const char *at = csv.text, *end = csv.text + csv.len;
	while (at < end) {
		if (*at == '"') {
			for (at++; at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++)
				at += *at == '"';
			if (at++ == end)
				abort();
		} else {
			while (at < end && !strchr(",\r\n", *at))
				if (*at++ == '"')
					abort();
		}
		if (at < end && *at == ',') {
			fields++;
			at++;
			continue;
		}
		if (at < end && *at == '\r')
			at++;
		if (at == end || *at++ != '\n' || (expected && fields != expected))
			abort();
		expected = fields;
		fields = 1;
	}
	free(csv.text);
}

static enum subunit2_result
count_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	(void)sink, (void)error;
	/* A reader that finds damage says so. */
	if (event->test_id.len > 8 && memcmp(event->test_id.data, "subunit.", 8) == 0 &&
	    event->status == SUBUNIT2_STATUS_FAIL)
		abort();
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
accept_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)context, (void)bytes, (void)now_ms, (void)error;
	return SUBUNIT2_E_OK;
}

/* TAP: the numbers and the plan are right, and no test is made up by a name or a file. */
static void
check_tap(struct written tap)
{
	struct subunit2_sink sink = {.event = count_event, .finish = accept_finish};
	struct tap_options options = {.forced = true, .text = ignore_text};
	struct tap_events *events = tap_events_new(&options, &sink);
	struct subunit2_view input = {tap.text, tap.len};
	if (!events || tap_events_feed(events, input, 0, NULL) != SUBUNIT2_E_OK ||
	    tap_events_finish(events, NULL) != SUBUNIT2_E_OK)
		abort();
	const struct tap_verdict *verdict = tap_events_verdict(events);
	if (memmem(verdict->reason.data, verdict->reason.len, "planned", 7) ||
	    memmem(verdict->reason.data, verdict->reason.len, "outside", 7) ||
	    memmem(verdict->reason.data, verdict->reason.len, "missing", 7) || verdict->bailed_out)
		abort();
	tap_events_free(events);
	free(tap.text);
}

static void
check_input(input_open *open, struct written stream)
{
	struct subunit2_sink sink = {.event = count_event, .finish = accept_finish};
	struct subunit2_error error;
	const struct input_options options = {.name = "name", .declared = true};
	struct input *input = open(&options, &sink, &error);
	if (!input ||
	    input->feed(input, (const uint8_t *)stream.text, stream.len, 0, &error) !=
	            SUBUNIT2_E_OK ||
	    input->finish(input, &error) != SUBUNIT2_E_OK)
		abort();
	input->free(input);
	free(stream.text);
}

/* Text for people: UTF-8, and no byte that controls a terminal. */
static void
check_text(struct written text)
{
	if (subunit2_utf8_valid_len((struct subunit2_view){text.text, text.len}) != text.len)
		abort();
	for (size_t i = 0; i < text.len; i++)
		if (((unsigned char)text.text[i] < ' ' && !strchr("\n\t", text.text[i])) ||
		    text.text[i] == 0x7f)
			abort();
	free(text.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct writer_options usual = {.verbose = 0},
				    verbose = {.verbose = 1, .list_ends = true};
	check_xml(write_as(writer_junit, data, size, &usual));
	check_json_lines(write_as(writer_json, data, size, &usual));
	check_page(write_as(writer_html, data, size, &usual));
	check_csv(write_as(writer_csv, data, size, &usual));
	check_tap(write_as(writer_tap, data, size, &usual));
	check_input(input_json, write_as(writer_json, data, size, &usual));
	check_input(input_subunit1, write_as(writer_subunit1, data, size, &usual));
	check_text(write_as(writer_text, data, size, &verbose));
	check_text(write_as(writer_events, data, size, &usual));
	check_text(write_as(writer_summary, data, size, &usual));
	free(write_as(writer_github, data, size, &usual).text);
	return 0;
}
