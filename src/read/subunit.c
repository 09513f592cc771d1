/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit: packets of version 2, amid text and damage; JSON events that stand
 * alone on a line of that text are events too.
 */
#include "input.h"
#include "json_event.h"
#include "memory.h"
#include "stray_text.h"
#include "subunit_mixed.h"

#include <stdlib.h>

struct subunit_input {
	struct input input;
	struct mixed *mixed;
	struct loose_text loose;
};

static int
subunit_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
             struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	return mixed_feed(self->mixed, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
subunit_deadline(const struct input *input)
{
	const struct subunit_input *self = (const struct subunit_input *)input;
	int64_t mixed = mixed_deadline(self->mixed);
	int64_t text = subunit2_text_deadline(self->loose.text);
	return mixed < text ? mixed : text;
}

static int
subunit_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	int result = mixed_tick(self->mixed, now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_tick(self->loose.text, now_ms, error) : result;
}

static int
subunit_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	int result = mixed_finish(self->mixed, error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(self->loose.text, error) : result;
}

static void
subunit_free(struct input *input)
{
	struct subunit_input *self = (struct subunit_input *)input;
	mixed_free(self->mixed);
	loose_text_clear(&self->loose);
	free(self);
}

struct input *
input_subunit(const struct input_options *options, struct subunit2_sink *sink,
              struct subunit2_error *error)
{
	(void)error;
	struct subunit_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){subunit_feed, subunit_deadline, subunit_tick, subunit_finish,
	                             subunit_free};
	loose_text_init(&self->loose, SUBUNIT2_ABSENT, sink);
	self->mixed =
		mixed_new(&self->loose.sink, options->declared, loose_text_feed, &self->loose);
	return &self->input;
}

/* True when a packet begins at AT in HEAD, and is whole. */
static bool
is_packet(const struct head *head, const char *at)
{
	struct subunit2_event event;
	size_t len = head->bytes.len - (size_t)(at - head->bytes.data);
	return subunit2_packet_decode(at, len, &event).outcome == SUBUNIT2_PACKET_WHOLE;
}

static bool
has_packet(const struct head *head)
{
	const char *at = head->bytes.data, *end = head->bytes.data + head->bytes.len;
	while (at < end && (at = memchr(at, SUBUNIT2_SIGNATURE, (size_t)(end - at)))) {
		if (is_packet(head, at))
			return true;
		at++;
	}
	return false;
}

/* What the end of HEAD cuts off may be a packet, where it begins a line. */
static bool
may_be_packet(const struct head *head, struct subunit2_view rest)
{
	struct subunit2_event event;
	if (head->ends || *(const unsigned char *)rest.data != SUBUNIT2_SIGNATURE)
		return false;
	struct subunit2_decoded decoded = subunit2_packet_decode(rest.data, rest.len, &event);
	return decoded.outcome == SUBUNIT2_PACKET_NEED_MORE && decoded.len > 0;
}

/* The first line that begins like a packet, or is an event. */
static size_t
first_event(const struct head *head)
{
	struct subunit2_view rest = head->bytes;
	while (rest.len > 0) {
		size_t at = (size_t)(rest.data - head->bytes.data);
		bool first = at == 0 && head->begins;
		if (may_be_packet(head, rest) ||
		    (!first && json_event_match(rest) == JSON_EVENT_YES))
			return at;
		sign_take_line(&rest);
	}
	return SIGN_NONE;
}

/* With one whole packet, the text around it does not matter. */
struct sign
recognise_subunit(const struct head *head)
{
	return sign_at(has_packet(head) ? 0 : first_event(head));
}
