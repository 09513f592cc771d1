/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_capture.h"

#include "automake.h"
#include "automake_log.h"
#include "automake_suite_log.h"
#include "subunit1_mixed.h"
#include "subunit_mixed.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/*
 * stdout → mixed → version 1 → suite log → TAP → automake → text → sink
 *            |          |          |         |       |        |
 *            packets    tests      text      assertions, results, stderr's text
 */
struct capture {
	struct subunit2_sink events;     /* what is found, but for text */
	struct subunit2_sink assertions; /* what TAP finds, but for text */
	struct subunit2_sink *sink;
	struct capture_options options;
	struct timespec begun;           /* see automake_log.h */
	struct mixed *mixed;             /* NULL: nothing is looked for, or there was nothing */
	struct subunit1_mixed *subunit1; /* NULL: not looked for */
	struct suite_log log;
	struct subunit2_stream *channel; /* packets that do not come by standard output */
	struct tap_events *tap;          /* NULL: no TAP is looked for */
	struct automake *automake;       /* NULL: not looked for */
	struct subunit2_text *texts[2];  /* by enum process_stream */
	struct subunit2_summary *others; /* of the packets that are not the test's own */
	enum subunit2_status own;
	bool own_leaked, own_reason;
	bool any_other; /* a packet of another test, or a test of version 1, has come */
	int64_t now_ms;
};

static const char *const format_names[] = {
	[CAPTURE_AUTO] = "auto",         [CAPTURE_TAP] = "tap",         [CAPTURE_KTAP] = "ktap",
	[CAPTURE_AUTOMAKE] = "automake", [CAPTURE_SUBUNIT] = "subunit", [CAPTURE_PACKETS] = NULL,
	[CAPTURE_SUBUNIT1] = "subunit1", [CAPTURE_TEXT] = "text",
};

const char *
capture_format_name(enum capture_format format)
{
	return format_names[format];
}

bool
capture_format_find(const char *name, enum capture_format *format)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(*format_names); i++)
		if (format_names[i] && strcmp(name, format_names[i]) == 0) {
			*format = (enum capture_format)i;
			return true;
		}
	return false;
}

/* Whatever is not text follows all text that was there before it. */
static int
flush_texts(struct capture *capture, struct subunit2_error *error)
{
	int result = subunit2_text_flush(capture->texts[PROCESS_STDOUT], error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(capture->texts[PROCESS_STDERR], error)
	                             : result;
}

/* The one stream's text follows what the other had before. */
static int
feed_text(struct capture *capture, enum process_stream stream, struct subunit2_view bytes,
          struct subunit2_error *error)
{
	int result = subunit2_text_flush(capture->texts[!stream], error);
	return result == SUBUNIT2_OK
	               ? subunit2_text_feed(capture->texts[stream], bytes, capture->now_ms, error)
	               : result;
}

static int
rank(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_FAIL:
		return 5;
	case SUBUNIT2_UXSUCCESS:
		return 4;
	case SUBUNIT2_SKIP:
		return 3;
	case SUBUNIT2_XFAIL:
		return 2;
	case SUBUNIT2_SUCCESS:
		return 1;
	default:
		return 0;
	}
}

static bool
is_own(const struct capture *capture, const struct subunit2_event *event)
{
	return subunit2_view_equal(event->test_id, capture->options.id) &&
	       !subunit2_view_present(event->route_code);
}

/* Keeps the status of an event of the test itself, and hands on the rest of it. */
static int
take_own(struct capture *capture, const struct subunit2_event *event, struct subunit2_error *error)
{
	if (subunit2_status_is_final(event->status) && rank(event->status) > rank(capture->own))
		capture->own = event->status;
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		capture->own_reason = true;
	capture->own_leaked =
		capture->own_leaked || subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("leaked"));
	if (event->status && !subunit2_view_present(event->file_name) && event->tags.count == 0)
		return SUBUNIT2_OK;
	struct subunit2_event rest = *event;
	rest.status = SUBUNIT2_STATUS_NONE;
	rest.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(capture->sink, &rest, error);
}

static int
events_event(struct subunit2_sink *self, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct capture *capture = (struct capture *)self;
	int result = flush_texts(capture, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (is_own(capture, event))
		return take_own(capture, event, error);
	capture->any_other |= subunit2_view_present(event->test_id);
	result = subunit2_sink_event(subunit2_summary_sink(capture->others), event, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

static int
assertions_event(struct subunit2_sink *self, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct capture *capture =
		(struct capture *)((char *)self - offsetof(struct capture, assertions));
	int result = flush_texts(capture, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(capture->sink, event, error) : result;
}

/* Neither the stream nor TAP finishes its sink. */
static int
ignore_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)self, (void)error;
	return SUBUNIT2_OK;
}

static int
tap_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	struct capture *capture = context;
	return capture->automake ? automake_feed(capture->automake, bytes, now_ms, error)
	                         : feed_text(capture, PROCESS_STDOUT, bytes, error);
}

static int
automake_text(void *context, struct subunit2_view bytes, int64_t now_ms,
              struct subunit2_error *error)
{
	(void)now_ms;
	return feed_text(context, PROCESS_STDOUT, bytes, error);
}

static int
log_outside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct capture *capture = context;
	return capture->tap ? tap_events_feed(capture->tap, bytes, capture->now_ms, error)
	                    : tap_text(capture, bytes, capture->now_ms, error);
}

/* TAP's newest test holds text back; none of it comes after this. */
static int
log_inside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct capture *capture = context;
	int64_t held_ms = capture->tap ? tap_events_deadline(capture->tap) : INT64_MAX;
	int result =
		held_ms < INT64_MAX ? tap_events_tick(capture->tap, held_ms, error) : SUBUNIT2_OK;
	return result == SUBUNIT2_OK ? feed_text(capture, PROCESS_STDOUT, bytes, error) : result;
}

static int
subunit1_text(void *context, struct subunit2_view bytes, int64_t now_ms,
              struct subunit2_error *error)
{
	struct capture *capture = context;
	(void)now_ms;
	return capture->automake ? suite_log_feed(&capture->log, bytes, log_outside, log_inside,
	                                          capture, error)
	                         : log_outside(capture, bytes, error);
}

static int
mixed_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	struct capture *capture = context;
	return capture->subunit1 ? subunit1_mixed_feed(capture->subunit1, bytes, now_ms, error)
	                         : subunit1_text(capture, bytes, now_ms, error);
}

static void
open_subunit1(struct capture *capture, const struct capture_options *options)
{
	struct subunit1_mixed_options subunit1 = {
		.scope = {.script = options->id, .text = subunit1_text, .context = capture},
		.forced = options->from == CAPTURE_SUBUNIT1,
		.clock = when_clock,
	};
	capture->subunit1 = subunit1_mixed_new(&subunit1, &capture->events);
}

static bool
open_tap(struct capture *capture, const struct capture_options *options)
{
	struct tap_options tap = {
		.script = options->id,
		.strict = options->strict,
		.any_line = options->any_line,
		.automake = options->automake,
		.forced = options->from == CAPTURE_TAP,
		.ktap = options->from == CAPTURE_KTAP,
		.clock = when_clock,
		.text = tap_text,
		.context = capture,
	};
	capture->tap = tap_events_new(&tap, &capture->assertions);
	return capture->tap != NULL;
}

static void
open_automake(struct capture *capture, const struct capture_options *options)
{
	struct automake_options automake = {
		.test_id = options->id,
		.directory = options->directory ? options->directory : ".",
		.make_directory = options->make_directory,
		.begun = capture->begun,
		.forced = options->from == CAPTURE_AUTOMAKE,
		.clock = when_clock,
		.text = automake_text,
		.context = capture,
	};
	capture->automake = automake_new(&automake, &capture->events);
}

/* What is looked for in the text between the packets. */
static bool
open_text_formats(struct capture *capture, const struct capture_options *options)
{
	bool any = options->from == CAPTURE_AUTO;
	if (any || options->from == CAPTURE_SUBUNIT1)
		open_subunit1(capture, options);
	if (any || options->from == CAPTURE_AUTOMAKE)
		open_automake(capture, options);
	return !(any || options->from == CAPTURE_TAP || options->from == CAPTURE_KTAP) ||
	       open_tap(capture, options);
}

static int
channel_text(void *context, struct subunit2_view bytes, int64_t now_ms,
             struct subunit2_error *error)
{
	(void)now_ms;
	return feed_text(context, PROCESS_STDOUT, bytes, error);
}

/* Only once there is something to read: most of what is run says nothing, and
 * what it takes to read anything is not small. */
static int
open_mixed(struct capture *capture, struct subunit2_error *error)
{
	const struct capture_options *options = &capture->options;
	if (capture->mixed || options->from == CAPTURE_TEXT)
		return SUBUNIT2_OK;
	capture->mixed =
		mixed_new(&capture->events, options->from == CAPTURE_SUBUNIT, mixed_text, capture);
	if (open_text_formats(capture, options))
		return SUBUNIT2_OK;
	return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, NULL, "out of memory");
}

static struct subunit2_text *
open_text(struct capture *capture, const char *name)
{
	return subunit2_text_new(capture->sink, subunit2_view_of(name), capture->options.id,
	                         SUBUNIT2_ABSENT, true);
}

struct capture *
capture_new(const struct capture_options *options, struct subunit2_sink *sink)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	if (!capture)
		return NULL;
	capture->events = (struct subunit2_sink){events_event, ignore_finish, NULL};
	capture->assertions = (struct subunit2_sink){assertions_event, ignore_finish, NULL};
	capture->sink = sink;
	capture->options = *options;
	capture->begun = automake_log_now();
	capture->texts[PROCESS_STDOUT] = open_text(capture, "stdout");
	capture->texts[PROCESS_STDERR] = open_text(capture, "stderr");
	capture->others = subunit2_summary_new();
	capture->channel = subunit2_stream_new(&capture->events, true, channel_text, capture);
	if (capture->channel && capture->texts[PROCESS_STDOUT] && capture->texts[PROCESS_STDERR] &&
	    capture->others)
		return capture;
	capture_free(capture);
	return NULL;
}

void
capture_free(struct capture *capture)
{
	if (!capture)
		return;
	mixed_free(capture->mixed);
	subunit1_mixed_free(capture->subunit1);
	if (capture->channel)
		subunit2_stream_free(capture->channel);
	if (capture->tap)
		tap_events_free(capture->tap);
	if (capture->automake)
		automake_free(capture->automake);
	for (int i = 0; i < 2; i++)
		if (capture->texts[i])
			subunit2_text_free(capture->texts[i]);
	if (capture->others)
		subunit2_summary_free(capture->others);
	free(capture);
}

int
capture_feed(struct capture *capture, enum process_stream stream, struct subunit2_view bytes,
             int64_t now_ms, struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	int result = open_mixed(capture, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (stream == PROCESS_STDOUT && capture->mixed)
		return mixed_feed(capture->mixed, bytes, now_ms, error);
	if (capture->tap)
		result = tap_events_stderr(capture->tap, bytes, now_ms, error);
	return result == SUBUNIT2_OK ? feed_text(capture, stream, bytes, error) : result;
}

int
capture_feed_channel(struct capture *capture, struct subunit2_view bytes, int64_t now_ms,
                     struct subunit2_error *error)
{
	capture->now_ms = now_ms;
	return subunit2_stream_feed(capture->channel, bytes.data, bytes.len, now_ms, error);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
capture_deadline(const struct capture *capture)
{
	int64_t first = earlier(subunit2_text_deadline(capture->texts[PROCESS_STDOUT]),
	                        subunit2_text_deadline(capture->texts[PROCESS_STDERR]));
	first = earlier(first, subunit2_stream_deadline(capture->channel));
	if (capture->mixed)
		first = earlier(first, mixed_deadline(capture->mixed));
	if (capture->subunit1)
		first = earlier(first, subunit1_mixed_deadline(capture->subunit1));
	if (capture->tap)
		first = earlier(first, tap_events_deadline(capture->tap));
	if (capture->automake)
		first = earlier(first, automake_deadline(capture->automake));
	return first;
}

int
capture_tick(struct capture *capture, int64_t now_ms, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	capture->now_ms = now_ms;
	result = subunit2_stream_tick(capture->channel, now_ms, error);
	if (result == SUBUNIT2_OK && capture->mixed)
		result = mixed_tick(capture->mixed, now_ms, error);
	if (result == SUBUNIT2_OK && capture->subunit1)
		result = subunit1_mixed_tick(capture->subunit1, now_ms, error);
	if (result == SUBUNIT2_OK && capture->tap)
		result = tap_events_tick(capture->tap, now_ms, error);
	if (result == SUBUNIT2_OK && capture->automake)
		result = automake_tick(capture->automake, now_ms, error);
	for (int i = 0; i < 2 && result == SUBUNIT2_OK; i++)
		result = subunit2_text_tick(capture->texts[i], now_ms, error);
	return result;
}

int
capture_finish(struct capture *capture, struct subunit2_error *error)
{
	bool forced = capture->options.from != CAPTURE_AUTO;
	int result = subunit2_stream_finish(capture->channel, error);
	if (result == SUBUNIT2_OK && forced)
		result = open_mixed(capture, error);
	if (result == SUBUNIT2_OK && capture->mixed)
		result = mixed_finish(capture->mixed, error);
	if (result == SUBUNIT2_OK && capture->subunit1)
		result = subunit1_mixed_finish(capture->subunit1, error);
	if (result == SUBUNIT2_OK)
		result = suite_log_finish(&capture->log, log_inside, capture, error);
	if (result == SUBUNIT2_OK && capture->tap)
		result = tap_events_finish(capture->tap, error);
	if (result == SUBUNIT2_OK && capture->automake)
		result = automake_finish(capture->automake, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(capture->others), error);
	return result == SUBUNIT2_OK ? flush_texts(capture, error) : result;
}

struct capture_verdict
capture_verdict(const struct capture *capture)
{
	return (struct capture_verdict){
		.tap = capture->tap ? tap_events_verdict(capture->tap) : NULL,
		.automake = capture->automake ? automake_verdict(capture->automake).reason : NULL,
		.packets = subunit2_summary_result(capture->others),
		.own = capture->own,
		.own_leaked = capture->own_leaked,
		.lacks_subunit1 = capture->options.from == CAPTURE_SUBUNIT1 &&
	                          !capture->any_other && !capture->own,
		.own_reason = capture->own_reason,
	};
}
