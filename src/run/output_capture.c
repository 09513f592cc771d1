/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_capture.h"

#include "automake_log.h"
#include "capture_events.h"
#include "capture_readers.h"
#include "console.h"
#include "driven_console.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static enum subunit2_result
output_capture_fifo_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                         struct subunit2_error *error)
{
	(void)now_ms;
	return capture_events_feed_text(context, PROCESS_STDOUT, bytes, error);
}

static struct subunit2_text *
output_capture_open_text(struct output_capture *capture, const char *name)
{
	return memory_have(subunit2_text_new(capture->sink, subunit2_view_of(name),
	                                     capture->options.id, SUBUNIT2_ABSENT,
	                                     SUBUNIT2_TEXT_RUNNABLE));
}

struct output_capture *
output_capture_new(const struct output_capture_options *options, struct subunit2_sink *sink)
{
	struct output_capture *capture = memory_zeroed(1, sizeof(*capture));
	capture_events_init(capture);
	capture->sink = sink;
	capture->options = *options;
	capture->begun = automake_log_now();
	capture->texts[PROCESS_STDOUT] = output_capture_open_text(capture, "stdout");
	capture->texts[PROCESS_STDERR] = output_capture_open_text(capture, "stderr");
	capture->others = memory_have(subunit2_summary_new());
	if (options->from == CAPTURE_FORMAT_DRIVEN)
		capture->driven = driven_console_new(capture->options.id, &capture->events);
	capture->fifo = memory_have(subunit2_stream_new(&capture->events, SUBUNIT2_READER_DECLARED,
	                                                output_capture_fifo_text, capture));
	return capture;
}

void
output_capture_free(struct output_capture *capture)
{
	if (!capture)
		return;
	capture_readers_free(capture);
	subunit2_stream_free(capture->fifo);
	driven_console_free(capture->driven);
	for (int i = 0; i < 2; i++)
		subunit2_text_free(capture->texts[i]);
	subunit2_summary_free(capture->others);
	free(capture);
}

static bool
output_capture_is_empty_ctest(struct subunit2_view bytes)
{
	struct subunit2_view line = subunit2_view_of(console_ctest.no_tests);
	return bytes.len >= line.len && memmem(bytes.data, bytes.len, line.data, line.len);
}

static void
output_capture_keep_head(struct output_capture *capture, struct subunit2_view bytes)
{
	size_t room = sizeof(capture->head) - capture->head_len;
	if (bytes.len > room) {
		capture->after_head = true;
		bytes.len = room;
	}
	if (bytes.len > 0)
		memcpy(capture->head + capture->head_len, bytes.data, bytes.len);
	capture->head_len += bytes.len;
}

/* Returns whether the output begins with a damaged packet that was read as text. If a damaged
 * packet was counted, it may be that one. */
static bool
output_capture_begins_damaged(const struct output_capture *capture)
{
	struct subunit2_view head = {capture->head, capture->head_len};
	return capture->options.from == CAPTURE_FORMAT_AUTO &&
	       !subunit2_summary_result(capture->others)->damaged &&
	       packet_damage_begins(head, !capture->after_head);
}

enum subunit2_result
output_capture_feed(struct output_capture *capture, enum process_stream stream,
                    struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	enum subunit2_result result = SUBUNIT2_E_OK;
	capture_readers_open(capture);
	if (stream == PROCESS_STDOUT)
		output_capture_keep_head(capture, bytes);
	if (stream == PROCESS_STDOUT && capture->mixed)
		return capture_readers_feed(capture, bytes, now_ms, error);
	capture->ctest_is_empty |= output_capture_is_empty_ctest(bytes);
	if (capture->tap)
		result = tap_events_stderr(capture->tap, bytes, now_ms, error);
	return result == SUBUNIT2_E_OK ? capture_events_feed_text(capture, stream, bytes, error)
	                               : result;
}

enum subunit2_result
output_capture_feed_fifo(struct output_capture *capture, struct subunit2_view bytes, int64_t now_ms,
                         struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	return subunit2_stream_feed(capture->fifo, bytes.data, bytes.len, now_ms, error);
}

static int64_t
output_capture_earlier_deadline(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
output_capture_deadline(const struct output_capture *capture)
{
	int64_t first = output_capture_earlier_deadline(
		subunit2_text_deadline(capture->texts[PROCESS_STDOUT]),
		subunit2_text_deadline(capture->texts[PROCESS_STDERR]));
	first = output_capture_earlier_deadline(first, subunit2_stream_deadline(capture->fifo));
	first = output_capture_earlier_deadline(first, capture_readers_deadline(capture));
	return first;
}

enum subunit2_result
output_capture_tick(struct output_capture *capture, int64_t now_ms, struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	enum subunit2_result result = subunit2_stream_tick(capture->fifo, now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result = capture_readers_tick(capture, now_ms, error);
	for (int i = 0; i < 2 && result == SUBUNIT2_E_OK; i++)
		result = subunit2_text_tick(capture->texts[i], now_ms, error);
	return result;
}

enum subunit2_result
output_capture_finish(struct output_capture *capture, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_stream_finish(capture->fifo, error);
	if (capture->options.from != CAPTURE_FORMAT_AUTO)
		capture_readers_open(capture);
	if (result == SUBUNIT2_E_OK)
		result = capture_readers_finish(capture, error);
	if (result == SUBUNIT2_E_OK && capture->driven)
		result = driven_console_flush(capture->driven, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(capture->others), error);
	return result == SUBUNIT2_E_OK ? capture_events_flush_texts(capture, error) : result;
}

/* Returns the harness that found no tests, unless a test was seen; or NULL. */
static const char *
output_capture_empty_harness(const struct output_capture *capture)
{
	bool tap = capture->tap && tap_events_verdict(capture->tap)->seen;
	struct console_verdict console = {.seen = false};
	if (capture->console)
		console = console_verdict(capture->console);
	if (tap || capture->any_other || console.seen)
		return NULL;
	return capture->ctest_is_empty ? console_ctest.name : console.empty;
}

struct output_capture_verdict
output_capture_verdict(const struct output_capture *capture)
{
	return (struct output_capture_verdict){
		.tap = capture->tap ? tap_events_verdict(capture->tap) : NULL,
		.console = capture->console && !capture->driven
	                           ? console_verdict(capture->console).reason
	                           : NULL,
		.empty = output_capture_empty_harness(capture),
		.packets = subunit2_summary_result(capture->others),
		.own = capture->own,
		.own_leaked = capture->own_leaked,
		.lacks_subunit1 = capture->options.from == CAPTURE_FORMAT_SUBUNIT1 &&
	                          !capture->any_other && !capture->own,
		.own_reason = capture->own_reason,
		.begins_damaged = output_capture_begins_damaged(capture),
	};
}
