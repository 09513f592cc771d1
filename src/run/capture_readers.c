/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "capture_readers.h"

#include "capture_events.h"
#include "console.h"
#include "driven_console.h"
#include "inert_lines.h"
#include "memory.h"
#include "subunit1_mixed.h"
#include "subunit_mixed.h"
#include "timestamp.h"

static enum subunit2_result
capture_readers_feed_console(struct output_capture *capture, struct subunit2_view bytes,
                             int64_t now_ms, struct subunit2_error *error)
{
	capture->in_console = true;
	enum subunit2_result result = console_feed(capture->console, bytes, now_ms, error);
	capture->in_console = false;
	return result;
}

/* Returns true if tests report themselves by packets: then the console of the harness that runs
 * them need not be read. */
static bool
capture_readers_mutes_console(void *context)
{
	const struct output_capture *capture = context;
	return capture->any_packet && capture->options.from == CAPTURE_FORMAT_AUTO;
}

static bool
capture_readers_has_result(void *context)
{
	const struct output_capture *capture = context;
	return capture->any_other || (capture->tap && tap_events_verdict(capture->tap)->seen);
}

static enum subunit2_result
capture_readers_tap_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                         struct subunit2_error *error)
{
	struct output_capture *capture = context;
	if (capture->console)
		return capture_readers_feed_console(capture, bytes, now_ms, error);
	return capture_events_feed_text(capture, PROCESS_STDOUT, bytes, error);
}

static enum subunit2_result
capture_readers_console_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                             struct subunit2_error *error)
{
	struct output_capture *capture = context;
	(void)now_ms;
	/* With a test driver, all of the console has become text already. */
	return capture->driven ? SUBUNIT2_E_OK
	                       : capture_events_feed_text(capture, PROCESS_STDOUT, bytes, error);
}

static enum subunit2_result
capture_readers_log_outside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct output_capture *capture = context;
	return capture->tap ? tap_events_feed(capture->tap, bytes, capture->now_ms, error)
	                    : capture_readers_tap_text(capture, bytes, capture->now_ms, error);
}

/* Emits first the text that the newest assertion holds back. */
static enum subunit2_result
capture_readers_log_inside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct output_capture *capture = context;
	if (capture->driven)
		return SUBUNIT2_E_OK;
	int64_t held_ms = capture->tap ? tap_events_deadline(capture->tap) : INT64_MAX;
	enum subunit2_result result =
		held_ms < INT64_MAX ? tap_events_tick(capture->tap, held_ms, error) : SUBUNIT2_E_OK;
	return result == SUBUNIT2_E_OK
	               ? capture_events_feed_text(capture, PROCESS_STDOUT, bytes, error)
	               : result;
}

static enum subunit2_result
capture_readers_subunit1_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                              struct subunit2_error *error)
{
	struct output_capture *capture = context;
	(void)now_ms;
	return capture->console
	               ? automake_suite_log_feed(&capture->log, bytes, capture_readers_log_outside,
	                                         capture_readers_log_inside, capture, error)
	               : capture_readers_log_outside(capture, bytes, error);
}

/* Passes BYTES, text between packets, through all readers. */
static enum subunit2_result
capture_readers_feed_all(struct output_capture *capture, struct subunit2_view bytes,
                         struct subunit2_error *error)
{
	return capture->subunit1
	               ? subunit1_mixed_feed(capture->subunit1, bytes, capture->now_ms, error)
	               : capture_readers_subunit1_text(capture, bytes, capture->now_ms, error);
}

/* Returns true if all readers would pass inert lines on as text, and not change. */
static bool
capture_readers_are_idle(const struct output_capture *capture)
{
	return !capture->driven && automake_suite_log_is_idle(&capture->log) &&
	       (!capture->subunit1 || subunit1_mixed_is_idle(capture->subunit1)) &&
	       (!capture->tap || tap_events_is_idle(capture->tap)) &&
	       (!capture->console || console_is_idle(capture->console));
}

/* Removes the first line, or the rest of one, from BYTES, and passes it through all readers. */
static enum subunit2_result
capture_readers_end_line(struct output_capture *capture, struct subunit2_view *bytes,
                         struct subunit2_error *error)
{
	const char *newline = memchr(bytes->data, '\n', bytes->len);
	struct subunit2_view line = {bytes->data, bytes->len};
	if (newline)
		line.len = (size_t)(newline + 1 - bytes->data);
	bytes->data += line.len;
	bytes->len -= line.len;
	return capture_readers_feed_all(capture, line, error);
}

/* Emits inert lines as text if the readers are idle, else passes them through the readers. */
static enum subunit2_result
capture_readers_feed_inert(struct output_capture *capture, struct subunit2_view lines,
                           struct subunit2_error *error)
{
	return capture_readers_are_idle(capture)
	               ? capture_events_feed_text(capture, PROCESS_STDOUT, lines, error)
	               : capture_readers_feed_all(capture, lines, error);
}

/* While the readers are idle, emits inert lines as text without them (see inert_lines.h). Passes
 * all other bytes through the readers. */
static enum subunit2_result
capture_readers_feed_lines(struct output_capture *capture, struct subunit2_view bytes,
                           struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!capture_readers_are_idle(capture))
		result = capture_readers_end_line(capture, &bytes, error);
	while (result == SUBUNIT2_E_OK && bytes.len > 0) {
		struct inert_lines inert = {bytes.len, 0};
		if (capture_readers_are_idle(capture))
			inert = inert_lines_find(bytes);
		struct subunit2_view before = {bytes.data, inert.before};
		struct subunit2_view lines = {bytes.data + inert.before, inert.len};
		bytes.data += before.len + lines.len;
		bytes.len -= before.len + lines.len;
		if (before.len > 0)
			result = capture_readers_feed_all(capture, before, error);
		if (result == SUBUNIT2_E_OK && lines.len > 0)
			result = capture_readers_feed_inert(capture, lines, error);
	}
	return result;
}

static enum subunit2_result
capture_readers_mixed_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                           struct subunit2_error *error)
{
	struct output_capture *capture = context;
	enum subunit2_result result =
		capture->driven ? capture_events_feed_text(capture, PROCESS_STDOUT, bytes, error)
				: SUBUNIT2_E_OK;
	(void)now_ms;
	return result == SUBUNIT2_E_OK ? capture_readers_feed_lines(capture, bytes, error) : result;
}

static void
capture_readers_open_subunit1(struct output_capture *capture,
                              const struct output_capture_options *options)
{
	struct subunit1_mixed_options subunit1 = {
		.scope = {.script = options->id,
	                  .text = capture_readers_subunit1_text,
	                  .context = capture},
		.forced = options->from == CAPTURE_FORMAT_SUBUNIT1,
		.clock = timestamp_clock,
	};
	capture->subunit1 = subunit1_mixed_new(&subunit1, &capture->events);
}

static void
capture_readers_open_tap(struct output_capture *capture,
                         const struct output_capture_options *options)
{
	struct tap_options tap = {
		.script = options->id,
		.strict = options->strict,
		.any_line = options->any_line,
		.automake = options->automake,
		.forced = options->from == CAPTURE_FORMAT_TAP,
		.ktap = options->from == CAPTURE_FORMAT_KTAP,
		.clock = timestamp_clock,
		.text = capture_readers_tap_text,
		.context = capture,
	};
	capture->tap = memory_have(tap_events_new(&tap, &capture->assertions));
}

static void
capture_readers_open_console(struct output_capture *capture,
                             const struct output_capture_options *options)
{
	struct console_options console = {
		.test_id = options->id,
		.directory = options->directory ? options->directory : ".",
		.make_directory = options->make_directory,
		.begun = capture->begun,
		.make_check = options->make_check,
		.clock = timestamp_clock,
		.text = capture_readers_console_text,
		.muted = capture_readers_mutes_console,
		.reported = capture_readers_has_result,
		.context = capture,
	};
	if (capture->driven)
		console.only = console_harness_find("automake");
	else if (options->from != CAPTURE_FORMAT_AUTO)
		console.only = console_harness_find(capture_format_names[options->from]);
	console.forced = console.only && !capture->driven;
	capture->console =
		console_new(&console, capture->driven ? driven_console_sink(capture->driven)
	                                              : &capture->events);
}

static bool
capture_readers_is_console(enum capture_format format)
{
	return format >= CAPTURE_FORMAT_AUTOMAKE && format <= CAPTURE_FORMAT_DEJAGNU;
}

/* Opens the readers of the text between packets. */
static void
capture_readers_open_text_formats(struct output_capture *capture,
                                  const struct output_capture_options *options)
{
	bool any = options->from == CAPTURE_FORMAT_AUTO;
	if (any || options->from == CAPTURE_FORMAT_SUBUNIT1)
		capture_readers_open_subunit1(capture, options);
	if (any || capture_readers_is_console(options->from) || capture->driven)
		capture_readers_open_console(capture, options);
	if (any || options->from == CAPTURE_FORMAT_TAP || options->from == CAPTURE_FORMAT_KTAP ||
	    options->from == CAPTURE_FORMAT_PROVE)
		capture_readers_open_tap(capture, options);
}

void
capture_readers_open(struct output_capture *capture)
{
	const struct output_capture_options *options = &capture->options;
	unsigned flags = options->from == CAPTURE_FORMAT_SUBUNIT ? SUBUNIT2_READER_DECLARED : 0;
	if (capture->mixed || options->from == CAPTURE_FORMAT_TEXT)
		return;
	capture->mixed =
		subunit_mixed_new(&capture->events, flags, capture_readers_mixed_text, capture);
	capture_readers_open_text_formats(capture, options);
}

enum subunit2_result
capture_readers_feed(struct output_capture *capture, struct subunit2_view bytes, int64_t now_ms,
                     struct subunit2_error *error)
{
	return subunit_mixed_feed(capture->mixed, bytes, now_ms, error);
}

void
capture_readers_free(struct output_capture *capture)
{
	subunit_mixed_free(capture->mixed);
	subunit1_mixed_free(capture->subunit1);
	if (capture->tap)
		tap_events_free(capture->tap);
	if (capture->console)
		console_free(capture->console);
}

static int64_t
capture_readers_earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

int64_t
capture_readers_deadline(const struct output_capture *capture)
{
	int64_t first_ms = INT64_MAX;
	if (capture->mixed)
		first_ms = subunit_mixed_deadline(capture->mixed);
	if (capture->subunit1)
		first_ms = capture_readers_earlier(first_ms,
		                                   subunit1_mixed_deadline(capture->subunit1));
	if (capture->tap)
		first_ms = capture_readers_earlier(first_ms, tap_events_deadline(capture->tap));
	if (capture->console)
		first_ms = capture_readers_earlier(first_ms, console_deadline(capture->console));
	return first_ms;
}

enum subunit2_result
capture_readers_tick(struct output_capture *capture, int64_t now_ms, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (capture->mixed)
		result = subunit_mixed_tick(capture->mixed, now_ms, error);
	if (result == SUBUNIT2_E_OK && capture->subunit1)
		result = subunit1_mixed_tick(capture->subunit1, now_ms, error);
	if (result == SUBUNIT2_E_OK && capture->tap)
		result = tap_events_tick(capture->tap, now_ms, error);
	if (result == SUBUNIT2_E_OK && capture->console) {
		capture->in_console = true;
		result = console_tick(capture->console, now_ms, error);
		capture->in_console = false;
	}
	return result;
}

enum subunit2_result
capture_readers_finish(struct output_capture *capture, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (capture->mixed)
		result = subunit_mixed_finish(capture->mixed, error);
	if (result == SUBUNIT2_E_OK && capture->subunit1)
		result = subunit1_mixed_finish(capture->subunit1, error);
	if (result == SUBUNIT2_E_OK)
		result = automake_suite_log_finish(&capture->log, capture_readers_log_inside,
		                                   capture, error);
	if (result == SUBUNIT2_E_OK && capture->tap)
		result = tap_events_finish(capture->tap, error);
	if (result == SUBUNIT2_E_OK && capture->console) {
		capture->in_console = true;
		result = console_finish(capture->console, error);
		capture->in_console = false;
	}
	return result;
}
