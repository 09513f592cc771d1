/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * json: an event on each line. If the user named the format, any other line is damage. If the
 * format was detected, only a line that claims to be an event is damage, and the others are text.
 */
#include "input.h"
#include "json_event.h"
#include "json_lines.h"
#include "memory.h"
#include "stray_text.h"

#include <stdlib.h>

struct json_input {
	struct input input;
	struct json_lines *lines;
	struct stray_text stray_text;
	int64_t now_ms;
};

static enum subunit2_result
json_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	self->now_ms = now_ms;
	return json_lines_feed(self->lines, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
json_input_deadline(const struct input *input)
{
	const struct json_input *self = (const struct json_input *)input;
	int64_t lines = json_lines_deadline(self->lines);
	int64_t text = subunit2_text_deadline(self->stray_text.text);
	return lines < text ? lines : text;
}

static enum subunit2_result
json_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	self->now_ms = now_ms;
	enum subunit2_result result = json_lines_tick(self->lines, now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_tick(self->stray_text.text, now_ms, error)
	                               : result;
}

static enum subunit2_result
json_input_finish(struct input *input, struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	enum subunit2_result result = json_lines_end(self->lines, self->now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->stray_text.text, error) : result;
}

static void
json_input_free(struct input *input)
{
	struct json_input *self = (struct json_input *)input;
	json_lines_free(self->lines);
	stray_text_clear(&self->stray_text);
	free(self);
}

struct input *
input_json(const struct input_options *options, struct subunit2_sink *sink,
           struct subunit2_error *error)
{
	(void)error;
	struct json_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){json_input_feed, json_input_deadline, json_input_tick,
	                             json_input_finish, json_input_free};
	stray_text_init(&self->stray_text, SUBUNIT2_ABSENT, sink);
	self->lines = json_lines_new(&self->stray_text.sink, options->declared, stray_text_feed,
	                             &self->stray_text);
	return &self->input;
}

/* Those that stand further after may have packets among them: see subunit.c. */
struct detect_result
recognise_json(const struct detect_head *head)
{
	bool first = head->begins && json_event_match(head->bytes) == JSON_EVENT_YES;
	return detect_at(first ? 0 : DETECT_NONE);
}
