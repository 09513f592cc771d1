/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * json: an event a line. Where the user named the format, every line that is no
 * event is damage; where it was found out, only lines that claim to be one are,
 * and the rest is text.
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
	struct loose_text loose;
	int64_t now_ms;
};

static int
json_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
          struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	self->now_ms = now_ms;
	return json_lines_feed(self->lines, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
json_deadline(const struct input *input)
{
	const struct json_input *self = (const struct json_input *)input;
	int64_t lines = json_lines_deadline(self->lines);
	int64_t text = subunit2_text_deadline(self->loose.text);
	return lines < text ? lines : text;
}

static int
json_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	self->now_ms = now_ms;
	int result = json_lines_tick(self->lines, now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_tick(self->loose.text, now_ms, error) : result;
}

static int
json_finish(struct input *input, struct subunit2_error *error)
{
	struct json_input *self = (struct json_input *)input;
	int result = json_lines_end(self->lines, self->now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(self->loose.text, error) : result;
}

static void
json_free(struct input *input)
{
	struct json_input *self = (struct json_input *)input;
	json_lines_free(self->lines);
	loose_text_clear(&self->loose);
	free(self);
}

struct input *
input_json(const struct input_options *options, struct subunit2_sink *sink,
           struct subunit2_error *error)
{
	(void)error;
	struct json_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){json_feed, json_deadline, json_tick, json_finish, json_free};
	loose_text_init(&self->loose, SUBUNIT2_ABSENT, sink);
	self->lines =
		json_lines_new(&self->loose.sink, options->declared, loose_text_feed, &self->loose);
	return &self->input;
}

/* Those that stand further behind may have packets among them: see subunit.c. */
struct sign
recognise_json(const struct head *head)
{
	bool first = head->begins && json_event_match(head->bytes) == JSON_EVENT_YES;
	return sign_at(first ? 0 : SIGN_NONE);
}
