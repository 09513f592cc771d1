/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * TAP into events: for any input, its pieces make no difference to the
 * events, to the text between them or to the verdict. A line that is TAP, or
 * blank, may become so from its first byte on.
 */
#include "transcript.h"

#include "line.h"

#include <tap/events.h>

#include <stdint.h>
#include <stdio.h>

struct outcome {
	struct subunit2_sink sink;
	struct transcript parts;
};

static enum subunit2_result
event(struct subunit2_sink *sink, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)error;
	struct outcome *outcome = (struct outcome *)sink;
	if (event->runnable || !subunit2_view_present(event->test_id))
		abort();
	char status = (char)('0' + event->status);
	transcript_piece(&outcome->parts, 'e', true, event->test_id);
	transcript_put(&outcome->parts, (struct subunit2_view){&status, 1});
	transcript_put(&outcome->parts, event->file_name);
	transcript_put(&outcome->parts, event->file_bytes);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)now_ms, (void)error;
	struct outcome *outcome = context;
	transcript_piece(&outcome->parts, 't', false, bytes);
	return SUBUNIT2_E_OK;
}

static void
put_verdict(struct transcript *parts, const struct tap_verdict *verdict)
{
	char line[100];
	int len = snprintf(line, sizeof(line), "%d%d%d%d %llu %llu %llu", verdict->seen,
	                   verdict->failed, verdict->skipped, verdict->bailed_out,
	                   (unsigned long long)verdict->passed,
	                   (unsigned long long)verdict->failed_count,
	                   (unsigned long long)verdict->skipped_count);
	if (verdict->failed_count > 0 && !verdict->failed)
		abort();
	transcript_piece(parts, 'v', true, (struct subunit2_view){line, (size_t)len});
	transcript_put(parts, verdict->reason);
}

static struct transcript
read_in_pieces(const uint8_t *data, size_t size, size_t step, bool forced)
{
	struct outcome outcome = {.sink = {.event = event}};
	struct tap_options options = {
		.script = SUBUNIT2_LITERAL("t"),
		.forced = forced,
		.text = text,
		.context = &outcome,
	};
	struct tap_events *tap = tap_events_new(&options, &outcome.sink);
	struct subunit2_error error;
	for (size_t at = 0; at < size; at += step) {
		size_t len = size - at < step ? size - at : step;
		struct subunit2_view bytes = {(const char *)data + at, len};
		if (tap_events_feed(tap, bytes, 0, &error) != SUBUNIT2_E_OK)
			abort();
	}
	if (tap_events_finish(tap, &error) != SUBUNIT2_E_OK)
		abort();
	put_verdict(&outcome.parts, tap_events_verdict(tap));
	tap_events_free(tap);
	return outcome.parts;
}

/* The first line; of a long one, its beginning. */
static void
check_line(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	struct tap_bytes text = {(const char *)data, newline ? (size_t)(newline - data) : size};
	struct tap_line line;
	if (text.len > 300)
		text.len = 300;
	tap_line_read(&line, text);
	if (line.kind == TAP_TEXT)
		return;
	for (size_t len = 0; len <= text.len; len++)
		if (!tap_line_may_begin((struct tap_bytes){text.data, len}))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_line(data, size);
	for (int forced = 0; forced < 2; forced++) {
		struct transcript whole = read_in_pieces(data, size, size + 1, forced);
		struct transcript pieces = read_in_pieces(data, size, 1 + size % 7, forced);
		if (!transcript_equal(&whole, &pieces))
			abort();
		free(whole.bytes);
		free(pieces.bytes);
	}
	return 0;
}
