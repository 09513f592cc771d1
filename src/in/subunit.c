/*
 * subunit: packets of version 2, amid text and damage; JSON events that stand
 * alone on a line of that text are events too.
 */
#include "damage.h"
#include "input.h"
#include "json_lines.h"
#include "memory.h"

#include <stdlib.h>

struct subunit_input {
	struct input input;
	struct subunit2_sink packets; /* what the stream finds, but for text */
	struct subunit2_stream *stream;
	struct json_lines *lines;
	struct subunit2_text *text;
	struct subunit2_sink *sink;
	int64_t now_ms;
};

static struct subunit_input *
of_packets(struct subunit2_sink *sink)
{
	return (struct subunit_input *)((char *)sink - offsetof(struct subunit_input, packets));
}

/* A packet ends the text before it. */
static int
packets_event(struct subunit2_sink *sink, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct subunit_input *self = of_packets(sink);
	int result = json_lines_end(self->lines, self->now_ms, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_text_flush(self->text, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(self->sink, event, error) : result;
}

static int
packets_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_OK;
}

static int
stream_text(void *context, struct subunit2_view text, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = context;
	return json_lines_feed(self->lines, text, now_ms, error);
}

static int
lines_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct subunit_input *self = context;
	int result = subunit2_text_flush(self->text, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(self->sink, event, error) : result;
}

static int
lines_other(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = context;
	return subunit2_text_feed(self->text, bytes, now_ms, error);
}

static int
lines_bad(void *context, struct subunit2_view line, const char *reason,
          struct subunit2_error *error)
{
	struct subunit_input *self = context;
	int result = subunit2_text_flush(self->text, error);
	return result == SUBUNIT2_OK ? damage_tell(self->sink, line, reason, error) : result;
}

static int
subunit_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
             struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	self->now_ms = now_ms;
	return subunit2_stream_feed(self->stream, data, len, now_ms, error);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
subunit_deadline(const struct input *input)
{
	const struct subunit_input *self = (const struct subunit_input *)input;
	return earlier(
		subunit2_stream_deadline(self->stream),
		earlier(json_lines_deadline(self->lines), subunit2_text_deadline(self->text)));
}

static int
subunit_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	self->now_ms = now_ms;
	int result = subunit2_stream_tick(self->stream, now_ms, error);
	if (result == SUBUNIT2_OK)
		result = json_lines_tick(self->lines, now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_tick(self->text, now_ms, error) : result;
}

static int
subunit_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	int result = subunit2_stream_finish(self->stream, error);
	if (result == SUBUNIT2_OK)
		result = json_lines_end(self->lines, self->now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(self->text, error) : result;
}

static void
subunit_free(struct input *input)
{
	struct subunit_input *self = (struct subunit_input *)input;
	subunit2_stream_free(self->stream);
	json_lines_free(self->lines);
	subunit2_text_free(self->text);
	free(self);
}

struct input *
input_subunit(const struct input_options *options, struct subunit2_sink *sink,
              struct subunit2_error *error)
{
	static const struct json_lines_handler handler = {lines_event, lines_other, lines_bad};
	(void)error;
	struct subunit_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){subunit_feed, subunit_deadline, subunit_tick, subunit_finish,
	                             subunit_free};
	self->packets = (struct subunit2_sink){packets_event, packets_finish, NULL};
	self->sink = sink;
	self->lines = json_lines_new(&handler, self, false);
	self->text = memory_have(subunit2_text_new(sink, SUBUNIT2_LITERAL("stdout"),
	                                           SUBUNIT2_ABSENT, SUBUNIT2_ABSENT, false));
	self->stream = memory_have(
		subunit2_stream_new(&self->packets, options->declared, stream_text, self));
	return &self->input;
}
