/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The stream: text and damage as events, in order with the packets. */
#include "check.h"
#include "stream_maker.h"

#include <subunit2/damage.h>
#include <subunit2/stream.h>
#include <subunit2/text.h>

#include <stdio.h>

/* A sink that records each event as a line. */
struct lines {
	struct subunit2_sink sink;
	char *text;
	size_t len;
	FILE *stream;
	size_t largest; /* file bytes in one event */
};

static void
print_view(FILE *stream, const char *name, struct subunit2_view view)
{
	if (!subunit2_view_present(view))
		return;
	fprintf(stream, " %s=", name);
	for (size_t i = 0; i < view.len && i < 100; i++) {
		unsigned char c = (unsigned char)view.data[i];
		fprintf(stream, c < ' ' || c >= 0x80 ? "%02x" : "%c", c);
	}
}

static enum subunit2_result
lines_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct lines *lines = (struct lines *)sink;
	(void)error;
	print_view(lines->stream, "id", event->test_id);
	if (event->status)
		fprintf(lines->stream, " %s", subunit2_status_name(event->status));
	print_view(lines->stream, "file", event->file_name);
	print_view(lines->stream, "bytes", event->file_bytes);
	print_view(lines->stream, "mime", event->mime_type);
	if (event->has_timestamp)
		fprintf(lines->stream, " @%lld", (long long)event->timestamp.sec);
	fprintf(lines->stream, "%s%s\n", event->eof ? " eof" : "",
	        event->runnable ? " runnable" : "");
	if (event->file_bytes.len > lines->largest)
		lines->largest = event->file_bytes.len;
	return SUBUNIT2_E_OK;
}

static void
lines_begin(struct lines *lines)
{
	*lines = (struct lines){.sink.event = lines_event};
	lines->stream = open_memstream(&lines->text, &lines->len);
	if (!lines->stream)
		abort();
}

static bool
lines_are(struct lines *lines, const char *wanted)
{
	fflush(lines->stream);
	if (!strcmp(lines->text, wanted))
		return true;
	printf("# got:\n# %s\n", lines->text);
	return false;
}

static void
lines_end(struct lines *lines)
{
	fclose(lines->stream);
	free(lines->text);
}

static void
feed(struct subunit2_stream *stream, const void *data, size_t len, int64_t now_ms)
{
	if (subunit2_stream_feed(stream, data, len, now_ms, NULL))
		abort();
}

/* Test `a`, success, with a time; and the offset at which it is broken. */
static size_t
add_test(struct maker *maker, int64_t sec)
{
	size_t start = maker->len;
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("a"),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.has_timestamp = true,
		.timestamp.sec = sec,
	};
	maker_add_event(maker, &event);
	return start;
}

static void
check_order(void)
{
	struct lines lines;
	struct maker maker = {0};
	maker_add_string(&maker, "before ");
	add_test(&maker, 7);
	maker_add_string(&maker, "between\n");
	size_t broken = add_test(&maker, 8);
	maker.data[broken + 8] ^= 1;
	add_test(&maker, 9);
	maker_add_string(&maker, "after");

	lines_begin(&lines);
	struct subunit2_stream *stream = subunit2_stream_new(&lines.sink, 0, NULL, NULL);
	feed(stream, maker.data, maker.len, 0);
	CHECK(subunit2_stream_has_packets(stream));
	CHECK(subunit2_stream_deadline(stream) == SUBUNIT2_TEXT_GATHER_MS);
	CHECK(subunit2_stream_finish(stream, NULL) == SUBUNIT2_E_OK);
	CHECK(lines_are(&lines,
	                " file=stdout bytes=before  mime=text/plain;charset=utf8\n"
	                " id=a success @7\n"
	                " file=stdout bytes=between0a mime=text/plain;charset=utf8\n"
	                " id=subunit.parser file=Packet data bytes=b3*030f000000080101af3&\\~ "
	                "mime=application/octet-stream @7 eof\n"
	                " id=subunit.parser fail file=Parser Error bytes=the CRC does not match "
	                "(at byte 41, in the packet at byte 30) "
	                "mime=text/plain;charset=utf8 @7 eof\n"
	                " id=a success @9\n"
	                " file=stdout bytes=after mime=text/plain;charset=utf8\n"));
	subunit2_stream_free(stream);
	lines_end(&lines);
	maker_free(&maker);
}

static enum subunit2_result
on_text(void *context, struct subunit2_view text, int64_t now_ms, struct subunit2_error *error)
{
	struct lines *lines = context;
	(void)error;
	fprintf(lines->stream, " text %.*s at %lld\n", (int)text.len, text.data, (long long)now_ms);
	return SUBUNIT2_E_OK;
}

/* The text goes to a callback, with the time. */
static void
check_own_text(void)
{
	struct lines lines;
	struct maker maker = {0};
	add_test(&maker, 7);
	lines_begin(&lines);
	struct subunit2_stream *stream = subunit2_stream_new(&lines.sink, 0, on_text, &lines);
	feed(stream, "one\n", 4, 10);
	CHECK(subunit2_stream_deadline(stream) == INT64_MAX);
	feed(stream, "two \xb3\x29", 6, 20);
	CHECK(subunit2_stream_deadline(stream) == 20 + SUBUNIT2_READER_SILENCE_MS);
	CHECK(subunit2_stream_tick(stream, 1020, NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_stream_deadline(stream) == INT64_MAX);
	feed(stream, "\n", 1, 1030);
	feed(stream, maker.data, maker.len, 1040);
	CHECK(subunit2_stream_finish(stream, NULL) == SUBUNIT2_E_OK);
	CHECK(lines_are(&lines, " text one\n at 10\n text two  at 20\n text \xb3\x29 at 1020\n"
	                        " text \n at 1030\n id=a success @7\n"));
	subunit2_stream_free(stream);
	lines_end(&lines);
	maker_free(&maker);
}

/* Text is held to be gathered, and no longer than that. */
static void
check_gathered_text(void)
{
	struct lines lines;
	lines_begin(&lines);
	struct subunit2_stream *stream = subunit2_stream_new(&lines.sink, 0, NULL, NULL);
	feed(stream, "Name? ", 6, 10);
	CHECK(lines_are(&lines, ""));
	CHECK(subunit2_stream_deadline(stream) == 10 + SUBUNIT2_TEXT_GATHER_MS);
	CHECK(subunit2_stream_tick(stream, 10 + SUBUNIT2_TEXT_GATHER_MS, NULL) == SUBUNIT2_E_OK);
	CHECK(lines_are(&lines, " file=stdout bytes=Name?  mime=text/plain;charset=utf8\n"));
	subunit2_stream_free(stream);
	lines_end(&lines);
}

/* A large damaged packet comes in pieces that fit any packet. */
static void
check_large_damage(void)
{
	static char file[300000];
	struct lines lines;
	struct maker maker = {0};
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("f"),
		.file_bytes = {file, sizeof(file)},
	};
	maker_add_event(&maker, &event);
	maker.data[1000] ^= 1;
	lines_begin(&lines);
	struct subunit2_stream *stream =
		subunit2_stream_new(&lines.sink, SUBUNIT2_READER_DECLARED, NULL, NULL);
	feed(stream, maker.data, maker.len, 0);
	CHECK(subunit2_stream_finish(stream, NULL) == SUBUNIT2_E_OK);
	CHECK(!subunit2_stream_has_packets(stream));
	fflush(lines.stream);
	CHECK(lines.largest == 65536);
	size_t count = 0;
	for (const char *at = lines.text; (at = strchr(at, '\n')); at++)
		count++;
	CHECK(count == 5 + 1);
	CHECK(strstr(lines.text, " eof\n") && strstr(lines.text, " fail file=Parser Error"));
	subunit2_stream_free(stream);
	lines_end(&lines);
	maker_free(&maker);
}

/* Damage without bytes is events, too. */
static void
check_empty_damage(void)
{
	struct lines lines;
	lines_begin(&lines);
	CHECK(subunit2_damage_emit(&lines.sink, SUBUNIT2_ABSENT, SUBUNIT2_DAMAGE_FIRST, "why", NULL,
	                           NULL) == SUBUNIT2_E_OK);
	fflush(lines.stream);
	CHECK(strstr(lines.text, "file=Packet data") && strstr(lines.text, "file=Parser Error"));
	lines_end(&lines);
}

int
main(void)
{
	check_order();
	check_own_text();
	check_gathered_text();
	check_large_damage();
	check_empty_damage();
	return check_done();
}
