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
	struct subunit_mixed *mixed;
	struct stray_text stray_text;
};

static enum subunit2_result
subunit_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                   struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	return subunit_mixed_feed(self->mixed, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
subunit_input_deadline(const struct input *input)
{
	const struct subunit_input *self = (const struct subunit_input *)input;
	int64_t mixed = subunit_mixed_deadline(self->mixed);
	int64_t text = subunit2_text_deadline(self->stray_text.text);
	return mixed < text ? mixed : text;
}

static enum subunit2_result
subunit_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	enum subunit2_result result = subunit_mixed_tick(self->mixed, now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_tick(self->stray_text.text, now_ms, error)
	                               : result;
}

static enum subunit2_result
subunit_input_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	enum subunit2_result result = subunit_mixed_finish(self->mixed, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->stray_text.text, error) : result;
}

static void
subunit_input_free(struct input *input)
{
	struct subunit_input *self = (struct subunit_input *)input;
	subunit_mixed_free(self->mixed);
	stray_text_clear(&self->stray_text);
	free(self);
}

struct input *
input_subunit(const struct input_options *options, struct subunit2_sink *sink,
              struct subunit2_error *error)
{
	(void)error;
	struct subunit_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){subunit_input_feed, subunit_input_deadline, subunit_input_tick,
	                             subunit_input_finish, subunit_input_free};
	stray_text_init(&self->stray_text, SUBUNIT2_ABSENT, sink);
	unsigned flags = options->declared ? SUBUNIT2_READER_PACKET_FIRST : 0;
	self->mixed = subunit_mixed_new(&self->stray_text.sink, flags, stray_text_feed,
	                                &self->stray_text);
	return &self->input;
}

/* Returns whether a whole packet begins at AT in HEAD. */
static bool
subunit_input_is_packet(const struct detect_head *head, const char *at)
{
	struct subunit2_event event;
	size_t len = head->bytes.len - (size_t)(at - head->bytes.data);
	return subunit2_packet_decode(at, len, &event).outcome == SUBUNIT2_PACKET_WHOLE;
}

static bool
subunit_input_has_packet(const struct detect_head *head)
{
	const char *at = head->bytes.data, *end = head->bytes.data + head->bytes.len;
	while (at < end && (at = memchr(at, SUBUNIT2_SIGNATURE, (size_t)(end - at)))) {
		if (subunit_input_is_packet(head, at))
			return true;
		at++;
	}
	return false;
}

/* Returns whether the end of HEAD may cut off a packet that begins a line. */
static bool
subunit_input_may_be_packet(const struct detect_head *head, struct subunit2_view rest)
{
	struct subunit2_event event;
	if (head->ends || *(const unsigned char *)rest.data != SUBUNIT2_SIGNATURE)
		return false;
	struct subunit2_decoded decoded = subunit2_packet_decode(rest.data, rest.len, &event);
	return decoded.outcome == SUBUNIT2_PACKET_NEED_MORE && decoded.len > 0;
}

/* Returns the offset of the first line that begins like a packet or is an event. */
static size_t
subunit_input_first_event(const struct detect_head *head)
{
	struct subunit2_view rest = head->bytes;
	while (rest.len > 0) {
		size_t at = (size_t)(rest.data - head->bytes.data);
		bool first = at == 0 && head->begins;
		if (subunit_input_may_be_packet(head, rest) ||
		    (!first && json_event_match(rest) == JSON_EVENT_YES))
			return at;
		detect_take_line(&rest);
	}
	return DETECT_NONE;
}

/* With one whole packet, the text around it does not matter. */
struct detect_result
recognise_subunit(const struct detect_head *head)
{
	return detect_at(subunit_input_has_packet(head) ? 0 : subunit_input_first_event(head));
}
