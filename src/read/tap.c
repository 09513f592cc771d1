/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * tap: the output of one script. The script is a runnable test, whose id is --id or the name of the
 * file. Its assertions are its subtests, and other text is its stdout. A file has no exit status,
 * and no times but the durations of some tests.
 */
#include "console.h"
#include "input.h"
#include "memory.h"
#include "stray_text.h"

#include <stdlib.h>
#include <subunit2/utf8.h>
#include <tap/detect.h>
#include <tap/events.h>

#define ID_MAX 1024

struct tap_input {
	struct input input;
	struct subunit2_sink *sink;
	struct tap_events *tap;
	struct console *console; /* the lines of prove around the TAP of each script */
	struct stray_text stray_text;
	char id[ID_MAX];
	size_t id_len;
	bool begun;
};

static struct subunit2_event
tap_input_script_event(const struct tap_input *self)
{
	return (struct subunit2_event){
		.test_id = {self->id, self->id_len},
		.runnable = true,
	};
}

static enum subunit2_result
tap_input_begin(struct tap_input *self, struct subunit2_error *error)
{
	if (self->begun)
		return SUBUNIT2_E_OK;
	self->begun = true;
	struct subunit2_event event = tap_input_script_event(self);
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	return subunit2_sink_event(self->sink, &event, error);
}

static enum subunit2_result
tap_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
               struct subunit2_error *error)
{
	struct tap_input *self = (struct tap_input *)input;
	enum subunit2_result result = tap_input_begin(self, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	return tap_events_feed(self->tap, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
tap_input_deadline(const struct input *input)
{
	const struct tap_input *self = (const struct tap_input *)input;
	int64_t tap = tap_events_deadline(self->tap);
	int64_t text = subunit2_text_deadline(self->stray_text.text);
	int64_t console = console_deadline(self->console);
	text = console < text ? console : text;
	return tap < text ? tap : text;
}

static enum subunit2_result
tap_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct tap_input *self = (struct tap_input *)input;
	enum subunit2_result result = tap_events_tick(self->tap, now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result = console_tick(self->console, now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_tick(self->stray_text.text, now_ms, error)
	                               : result;
}

static enum subunit2_result
tap_input_text(void *context, struct subunit2_view bytes, int64_t now_ms,
               struct subunit2_error *error)
{
	return console_feed(((struct tap_input *)context)->console, bytes, now_ms, error);
}

/* Emits the final status of the script: it failed if its TAP says so, or if prove printed that
 * one of several scripts did. */
static enum subunit2_result
tap_input_emit_verdict(struct tap_input *self, struct subunit2_error *error)
{
	const struct tap_verdict *verdict = tap_events_verdict(self->tap);
	struct subunit2_event event = tap_input_script_event(self);
	if (verdict->reason.len > 0) {
		event.file_name = SUBUNIT2_LITERAL("reason");
		event.file_bytes = verdict->reason;
		event.mime_type = SUBUNIT2_TEXT_TYPE;
		event.eof = true;
	}
	bool failed = verdict->failed || console_verdict(self->console).failed;
	event.status = failed             ? SUBUNIT2_STATUS_FAIL
	               : verdict->skipped ? SUBUNIT2_STATUS_SKIP
	                                  : SUBUNIT2_STATUS_SUCCESS;
	return subunit2_sink_event(self->sink, &event, error);
}

static enum subunit2_result
tap_input_finish(struct input *input, struct subunit2_error *error)
{
	struct tap_input *self = (struct tap_input *)input;
	enum subunit2_result result = tap_input_begin(self, error);
	if (result == SUBUNIT2_E_OK)
		result = tap_events_finish(self->tap, error);
	if (result == SUBUNIT2_E_OK)
		result = console_finish(self->console, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_flush(self->stray_text.text, error);
	return result == SUBUNIT2_E_OK ? tap_input_emit_verdict(self, error) : result;
}

static void
tap_input_free(struct input *input)
{
	struct tap_input *self = (struct tap_input *)input;
	tap_events_free(self->tap);
	console_free(self->console);
	stray_text_clear(&self->stray_text);
	free(self);
}

struct input *
input_tap(const struct input_options *options, struct subunit2_sink *sink,
          struct subunit2_error *error)
{
	(void)error;
	struct tap_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){tap_input_feed, tap_input_deadline, tap_input_tick,
	                             tap_input_finish, tap_input_free};
	self->sink = sink;
	self->id_len = subunit2_utf8_escape(
		subunit2_view_of(options->id ? options->id : options->name), self->id, ID_MAX);

	struct subunit2_view id = {self->id, self->id_len};
	stray_text_init(&self->stray_text, id, sink);
	const struct tap_options tap = {
		.script = id,
		.strict = options->strict,
		.forced = options->declared,
		.text = tap_input_text,
		.context = self,
	};
	const struct console_options console = {
		.test_id = id,
		.only = &console_prove,
		.text = stray_text_feed,
		.context = &self->stray_text,
	};
	self->console = console_new(&console, &self->stray_text.sink);
	self->tap = memory_have(tap_events_new(&tap, &self->stray_text.sink));
	return &self->input;
}

struct detect_result
recognise_tap(const struct detect_head *head)
{
	struct detect_result sign = detect_at(DETECT_NONE);
	sign.at = tap_detect(head->lines.data, head->lines.len, &sign.promise);
	return sign;
}
