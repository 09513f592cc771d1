/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_capture.h"

#include "automake_log.h"
#include "automake_suite_log.h"
#include "console.h"
#include "driven_console.h"
#include "packet_damage.h"
#include "subunit1_mixed.h"
#include "subunit_mixed.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/*
 * stdout → mixed → version 1 → suite log → TAP → console → text → sink
 *            |          |          |         |       |        |
 *            packets    tests      text      assertions, results, stderr's text
 */
struct output_capture {
	struct subunit2_sink events;     /* takes all events but text */
	struct subunit2_sink assertions; /* takes those of TAP but text */
	struct subunit2_sink *sink;
	struct output_capture_options options;
	struct timespec begun;           /* see automake_log.h */
	struct subunit_mixed *mixed;     /* NULL: all is text, or no output has come */
	struct subunit1_mixed *subunit1; /* NULL: not read */
	struct automake_suite_log log;
	struct subunit2_stream *fifo;    /* the packet FIFO */
	struct tap_events *tap;          /* NULL: TAP is not read */
	struct console *console;         /* NULL: not read */
	struct driven_console *driven;   /* NULL: no test driver sends results */
	struct subunit2_text *texts[2];  /* by enum process_stream */
	struct subunit2_summary *others; /* of all tests but this one */
	enum subunit2_status own;
	bool own_leaked, own_reason;
	bool any_other; /* a packet of another test, or a test of version 1, has come */
	bool in_console, any_packet;   /* the console emits events; others were emitted, too */
	char head[PACKET_DAMAGE_HEAD]; /* of standard output */
	size_t head_len;
	bool after_head; /* there was more */
	bool head_is_damaged;
	bool ctest_is_empty; /* ctest says so on standard error */
	int64_t now_ms;
};

const char *const output_capture_formats[] = {
	[OUTPUT_CAPTURE_AUTO] = "auto",         [OUTPUT_CAPTURE_TAP] = "tap",
	[OUTPUT_CAPTURE_KTAP] = "ktap",         [OUTPUT_CAPTURE_AUTOMAKE] = "automake",
	[OUTPUT_CAPTURE_CTEST] = "ctest",       [OUTPUT_CAPTURE_MESON] = "meson",
	[OUTPUT_CAPTURE_PROVE] = "prove",       [OUTPUT_CAPTURE_AUTOTEST] = "autotest",
	[OUTPUT_CAPTURE_DEJAGNU] = "dejagnu",   [OUTPUT_CAPTURE_SUBUNIT] = "subunit",
	[OUTPUT_CAPTURE_SUBUNIT1] = "subunit1", [OUTPUT_CAPTURE_TEXT] = "text",
	[OUTPUT_CAPTURE_DRIVEN] = NULL,
};

/* Emits the text that came before an event. */
static enum subunit2_result
output_capture_flush_texts(struct output_capture *capture, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_text_flush(capture->texts[PROCESS_STDOUT], error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(capture->texts[PROCESS_STDERR], error)
	                               : result;
}

/* Adds text of STREAM, after the text that the other stream had before. */
static enum subunit2_result
output_capture_feed_text(struct output_capture *capture, enum process_stream stream,
                         struct subunit2_view bytes, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_text_flush(capture->texts[!stream], error);
	return result == SUBUNIT2_E_OK
	               ? subunit2_text_feed(capture->texts[stream], bytes, capture->now_ms, error)
	               : result;
}

static int
output_capture_rank(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_FAIL:
		return 5;
	case SUBUNIT2_STATUS_UXSUCCESS:
		return 4;
	case SUBUNIT2_STATUS_SKIP:
		return 3;
	case SUBUNIT2_STATUS_XFAIL:
		return 2;
	case SUBUNIT2_STATUS_SUCCESS:
		return 1;
	default:
		return 0;
	}
}

static bool
output_capture_is_own(const struct output_capture *capture, const struct subunit2_event *event)
{
	return subunit2_view_equal(event->test_id, capture->options.id) &&
	       !subunit2_view_present(event->route_code);
}

/* Keeps the status of an event of the test itself, and passes the rest of the event on. */
static enum subunit2_result
output_capture_on_own_event(struct output_capture *capture, const struct subunit2_event *event,
                            struct subunit2_error *error)
{
	if (subunit2_status_is_final(event->status) &&
	    output_capture_rank(event->status) > output_capture_rank(capture->own))
		capture->own = event->status;
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		capture->own_reason = true;
	capture->own_leaked =
		capture->own_leaked || subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("leaked"));
	if (event->status && !subunit2_view_present(event->file_name) && event->tags.count == 0)
		return SUBUNIT2_E_OK;
	struct subunit2_event rest = *event;
	rest.status = SUBUNIT2_STATUS_NONE;
	rest.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(capture->sink, &rest, error);
}

static enum subunit2_result
output_capture_events_event(struct subunit2_sink *self, const struct subunit2_event *event,
                            struct subunit2_error *error)
{
	struct output_capture *capture = (struct output_capture *)self;
	enum subunit2_result result = output_capture_flush_texts(capture, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (capture->driven)
		driven_console_record(capture->driven, event);
	if (output_capture_is_own(capture, event))
		return output_capture_on_own_event(capture, event, error);
	capture->any_other |= subunit2_view_present(event->test_id);
	if (!capture->in_console)
		capture->any_packet |= subunit2_view_present(event->test_id);
	result = subunit2_sink_event(subunit2_summary_sink(capture->others), event, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

static enum subunit2_result
output_capture_assertions_event(struct subunit2_sink *self, const struct subunit2_event *event,
                                struct subunit2_error *error)
{
	struct output_capture *capture =
		(struct output_capture *)((char *)self -
	                                  offsetof(struct output_capture, assertions));
	enum subunit2_result result = output_capture_flush_texts(capture, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

/* The readers of the output do not finish the sink. */
static enum subunit2_result
output_capture_ignore_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)self, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
output_capture_feed_console(struct output_capture *capture, struct subunit2_view bytes,
                            int64_t now_ms, struct subunit2_error *error)
{
	capture->in_console = true;
	enum subunit2_result result = console_feed(capture->console, bytes, now_ms, error);
	capture->in_console = false;
	return result;
}

/* Tests that report themselves by packets need not be read from the console of what runs
 * them. */
static bool
output_capture_mutes_console(void *context)
{
	const struct output_capture *capture = context;
	return capture->any_packet && capture->options.from == OUTPUT_CAPTURE_AUTO;
}

static enum subunit2_result
output_capture_tap_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                        struct subunit2_error *error)
{
	struct output_capture *capture = context;
	if (capture->console)
		return output_capture_feed_console(capture, bytes, now_ms, error);
	return output_capture_feed_text(capture, PROCESS_STDOUT, bytes, error);
}

static enum subunit2_result
output_capture_console_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                            struct subunit2_error *error)
{
	struct output_capture *capture = context;
	(void)now_ms;
	/* With a test driver, all of the console has become text already. */
	return capture->driven ? SUBUNIT2_E_OK
	                       : output_capture_feed_text(capture, PROCESS_STDOUT, bytes, error);
}

static enum subunit2_result
output_capture_log_outside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct output_capture *capture = context;
	return capture->tap ? tap_events_feed(capture->tap, bytes, capture->now_ms, error)
	                    : output_capture_tap_text(capture, bytes, capture->now_ms, error);
}

/* The newest assertion holds text back: emit that first. */
static enum subunit2_result
output_capture_log_inside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct output_capture *capture = context;
	if (capture->driven)
		return SUBUNIT2_E_OK;
	int64_t held_ms = capture->tap ? tap_events_deadline(capture->tap) : INT64_MAX;
	enum subunit2_result result =
		held_ms < INT64_MAX ? tap_events_tick(capture->tap, held_ms, error) : SUBUNIT2_E_OK;
	return result == SUBUNIT2_E_OK
	               ? output_capture_feed_text(capture, PROCESS_STDOUT, bytes, error)
	               : result;
}

static enum subunit2_result
output_capture_subunit1_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                             struct subunit2_error *error)
{
	struct output_capture *capture = context;
	(void)now_ms;
	return capture->console
	               ? automake_suite_log_feed(&capture->log, bytes, output_capture_log_outside,
	                                         output_capture_log_inside, capture, error)
	               : output_capture_log_outside(capture, bytes, error);
}

static enum subunit2_result
output_capture_mixed_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                          struct subunit2_error *error)
{
	struct output_capture *capture = context;
	enum subunit2_result result =
		capture->driven ? output_capture_feed_text(capture, PROCESS_STDOUT, bytes, error)
				: SUBUNIT2_E_OK;
	if (result != SUBUNIT2_E_OK)
		return result;
	return capture->subunit1 ? subunit1_mixed_feed(capture->subunit1, bytes, now_ms, error)
	                         : output_capture_subunit1_text(capture, bytes, now_ms, error);
}

static void
output_capture_open_subunit1(struct output_capture *capture,
                             const struct output_capture_options *options)
{
	struct subunit1_mixed_options subunit1 = {
		.scope = {.script = options->id,
	                  .text = output_capture_subunit1_text,
	                  .context = capture},
		.forced = options->from == OUTPUT_CAPTURE_SUBUNIT1,
		.clock = timestamp_clock,
	};
	capture->subunit1 = subunit1_mixed_new(&subunit1, &capture->events);
}

static bool
output_capture_open_tap(struct output_capture *capture,
                        const struct output_capture_options *options)
{
	struct tap_options tap = {
		.script = options->id,
		.strict = options->strict,
		.any_line = options->any_line,
		.automake = options->automake,
		.forced = options->from == OUTPUT_CAPTURE_TAP,
		.ktap = options->from == OUTPUT_CAPTURE_KTAP,
		.clock = timestamp_clock,
		.text = output_capture_tap_text,
		.context = capture,
	};
	capture->tap = tap_events_new(&tap, &capture->assertions);
	return capture->tap != NULL;
}

static void
output_capture_open_console(struct output_capture *capture,
                            const struct output_capture_options *options)
{
	struct console_options console = {
		.test_id = options->id,
		.directory = options->directory ? options->directory : ".",
		.make_directory = options->make_directory,
		.begun = capture->begun,
		.make_check = options->make_check,
		.clock = timestamp_clock,
		.text = output_capture_console_text,
		.muted = output_capture_mutes_console,
		.context = capture,
	};
	if (capture->driven)
		console.only = console_harness_find("automake");
	else if (options->from != OUTPUT_CAPTURE_AUTO)
		console.only = console_harness_find(output_capture_formats[options->from]);
	console.forced = console.only && !capture->driven;
	capture->console =
		console_new(&console, capture->driven ? driven_console_sink(capture->driven)
	                                              : &capture->events);
}

static bool
output_capture_is_console(enum output_capture_format format)
{
	return format >= OUTPUT_CAPTURE_AUTOMAKE && format <= OUTPUT_CAPTURE_DEJAGNU;
}

/* Opens the readers of the text between packets. */
static bool
output_capture_open_text_formats(struct output_capture *capture,
                                 const struct output_capture_options *options)
{
	bool any = options->from == OUTPUT_CAPTURE_AUTO;
	if (any || options->from == OUTPUT_CAPTURE_SUBUNIT1)
		output_capture_open_subunit1(capture, options);
	if (any || output_capture_is_console(options->from) || capture->driven)
		output_capture_open_console(capture, options);
	return !(any || options->from == OUTPUT_CAPTURE_TAP ||
	         options->from == OUTPUT_CAPTURE_KTAP || options->from == OUTPUT_CAPTURE_PROVE) ||
	       output_capture_open_tap(capture, options);
}

static enum subunit2_result
output_capture_fifo_text(void *context, struct subunit2_view bytes, int64_t now_ms,
                         struct subunit2_error *error)
{
	(void)now_ms;
	return output_capture_feed_text(context, PROCESS_STDOUT, bytes, error);
}

/* Opens the readers, on the first output: most commands print nothing, and the readers need
 * much memory. */
static enum subunit2_result
output_capture_open_mixed(struct output_capture *capture, struct subunit2_error *error)
{
	const struct output_capture_options *options = &capture->options;
	unsigned flags = options->from == OUTPUT_CAPTURE_SUBUNIT ? SUBUNIT2_READER_DECLARED : 0;
	if (capture->mixed || options->from == OUTPUT_CAPTURE_TEXT)
		return SUBUNIT2_E_OK;
	capture->mixed =
		subunit_mixed_new(&capture->events, flags, output_capture_mixed_text, capture);
	if (output_capture_open_text_formats(capture, options))
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, NULL, "out of memory");
}

static struct subunit2_text *
output_capture_open_text(struct output_capture *capture, const char *name)
{
	return subunit2_text_new(capture->sink, subunit2_view_of(name), capture->options.id,
	                         SUBUNIT2_ABSENT, SUBUNIT2_TEXT_RUNNABLE);
}

struct output_capture *
output_capture_new(const struct output_capture_options *options, struct subunit2_sink *sink)
{
	struct output_capture *capture = calloc(1, sizeof(*capture));
	if (!capture)
		return NULL;
	capture->events = (struct subunit2_sink){output_capture_events_event,
	                                         output_capture_ignore_finish, NULL};
	capture->assertions = (struct subunit2_sink){output_capture_assertions_event,
	                                             output_capture_ignore_finish, NULL};
	capture->sink = sink;
	capture->options = *options;
	capture->begun = automake_log_now();
	capture->texts[PROCESS_STDOUT] = output_capture_open_text(capture, "stdout");
	capture->texts[PROCESS_STDERR] = output_capture_open_text(capture, "stderr");
	capture->others = subunit2_summary_new();
	if (options->from == OUTPUT_CAPTURE_DRIVEN)
		capture->driven = driven_console_new(capture->options.id, &capture->events);
	capture->fifo = subunit2_stream_new(&capture->events, SUBUNIT2_READER_DECLARED,
	                                    output_capture_fifo_text, capture);
	if (capture->fifo && capture->texts[PROCESS_STDOUT] && capture->texts[PROCESS_STDERR] &&
	    capture->others)
		return capture;
	output_capture_free(capture);
	return NULL;
}

void
output_capture_free(struct output_capture *capture)
{
	if (!capture)
		return;
	subunit_mixed_free(capture->mixed);
	subunit1_mixed_free(capture->subunit1);
	if (capture->fifo)
		subunit2_stream_free(capture->fifo);
	if (capture->tap)
		tap_events_free(capture->tap);
	if (capture->console)
		console_free(capture->console);
	driven_console_free(capture->driven);
	for (int i = 0; i < 2; i++)
		if (capture->texts[i])
			subunit2_text_free(capture->texts[i]);
	if (capture->others)
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

/* The beginning of the output was read as text unless a packet came before it. */
static void
output_capture_judge_head(struct output_capture *capture)
{
	struct subunit2_view head = {capture->head, capture->head_len};
	capture->head_is_damaged = capture->options.from == OUTPUT_CAPTURE_AUTO &&
	                           packet_damage_begins(head, !capture->after_head);
}

enum subunit2_result
output_capture_feed(struct output_capture *capture, enum process_stream stream,
                    struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	enum subunit2_result result = output_capture_open_mixed(capture, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (stream == PROCESS_STDOUT)
		output_capture_keep_head(capture, bytes);
	if (stream == PROCESS_STDOUT && capture->mixed)
		return subunit_mixed_feed(capture->mixed, bytes, now_ms, error);
	capture->ctest_is_empty |= output_capture_is_empty_ctest(bytes);
	if (capture->tap)
		result = tap_events_stderr(capture->tap, bytes, now_ms, error);
	return result == SUBUNIT2_E_OK ? output_capture_feed_text(capture, stream, bytes, error)
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
	if (capture->mixed)
		first = output_capture_earlier_deadline(first,
		                                        subunit_mixed_deadline(capture->mixed));
	if (capture->subunit1)
		first = output_capture_earlier_deadline(first,
		                                        subunit1_mixed_deadline(capture->subunit1));
	if (capture->tap)
		first = output_capture_earlier_deadline(first, tap_events_deadline(capture->tap));
	if (capture->console)
		first = output_capture_earlier_deadline(first, console_deadline(capture->console));
	return first;
}

enum subunit2_result
output_capture_tick(struct output_capture *capture, int64_t now_ms, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	capture->now_ms = now_ms;
	result = subunit2_stream_tick(capture->fifo, now_ms, error);
	if (result == SUBUNIT2_E_OK && capture->mixed)
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
	for (int i = 0; i < 2 && result == SUBUNIT2_E_OK; i++)
		result = subunit2_text_tick(capture->texts[i], now_ms, error);
	return result;
}

enum subunit2_result
output_capture_finish(struct output_capture *capture, struct subunit2_error *error)
{
	bool forced = capture->options.from != OUTPUT_CAPTURE_AUTO;
	enum subunit2_result result = subunit2_stream_finish(capture->fifo, error);
	output_capture_judge_head(capture);
	if (result == SUBUNIT2_E_OK && forced)
		result = output_capture_open_mixed(capture, error);
	if (result == SUBUNIT2_E_OK && capture->mixed)
		result = subunit_mixed_finish(capture->mixed, error);
	if (result == SUBUNIT2_E_OK && capture->subunit1)
		result = subunit1_mixed_finish(capture->subunit1, error);
	if (result == SUBUNIT2_E_OK)
		result = automake_suite_log_finish(&capture->log, output_capture_log_inside,
		                                   capture, error);
	if (result == SUBUNIT2_E_OK && capture->tap)
		result = tap_events_finish(capture->tap, error);
	if (result == SUBUNIT2_E_OK && capture->console) {
		capture->in_console = true;
		result = console_finish(capture->console, error);
		capture->in_console = false;
	}
	if (result == SUBUNIT2_E_OK && capture->driven)
		result = driven_console_flush(capture->driven, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(capture->others), error);
	return result == SUBUNIT2_E_OK ? output_capture_flush_texts(capture, error) : result;
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
		.lacks_subunit1 = capture->options.from == OUTPUT_CAPTURE_SUBUNIT1 &&
	                          !capture->any_other && !capture->own,
		.own_reason = capture->own_reason,
		.begins_damaged = capture->head_is_damaged,
	};
}
