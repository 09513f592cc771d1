/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit_mixed.h"

#include "json_lines.h"
#include "memory.h"

#include <stdlib.h>
#include <subunit2/damage.h>

struct subunit_mixed {
	struct subunit2_sink packets; /* gets all that is found in the stream, except text */
	struct subunit2_sink *sink;
	struct subunit2_stream *stream;
	struct json_lines *lines;
	int64_t now_ms; /* of the call that is running */
	bool has_text;  /* text came after the last packet */
};

/* Not inlined, so that the function below needs no stack frame in the common case. */
static __attribute__((noinline)) enum subunit2_result
subunit_mixed_event_after_text(struct subunit_mixed *mixed, const struct subunit2_event *event,
                               struct subunit2_error *error)
{
	mixed->has_text = false;
	enum subunit2_result result = json_lines_end(mixed->lines, mixed->now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(mixed->sink, event, error) : result;
}

static enum subunit2_result
subunit_mixed_packets_event(struct subunit2_sink *self, const struct subunit2_event *event,
                            struct subunit2_error *error)
{
	struct subunit_mixed *mixed = (struct subunit_mixed *)self;
	return mixed->has_text ? subunit_mixed_event_after_text(mixed, event, error)
	                       : subunit2_sink_event(mixed->sink, event, error);
}

static enum subunit2_result
subunit_mixed_stream_text(void *context, struct subunit2_view text, int64_t now_ms,
                          struct subunit2_error *error)
{
	struct subunit_mixed *mixed = context;
	mixed->has_text = true;
	return json_lines_feed(mixed->lines, text, now_ms, error);
}

struct subunit_mixed *
subunit_mixed_new(struct subunit2_sink *sink, unsigned flags,
                  enum subunit2_result (*text)(void *context, struct subunit2_view bytes,
                                               int64_t now_ms, struct subunit2_error *error),
                  void *context)
{
	struct subunit_mixed *mixed = memory_zeroed(1, sizeof(*mixed));
	mixed->packets = (struct subunit2_sink){subunit_mixed_packets_event, NULL, NULL};
	mixed->sink = sink;
	mixed->lines = json_lines_new(sink, false, text, context);
	mixed->stream = memory_have(
		subunit2_stream_new(&mixed->packets, flags, subunit_mixed_stream_text, mixed));
	return mixed;
}

void
subunit_mixed_free(struct subunit_mixed *mixed)
{
	if (!mixed)
		return;
	subunit2_stream_free(mixed->stream);
	json_lines_free(mixed->lines);
	free(mixed);
}

enum subunit2_result
subunit_mixed_feed(struct subunit_mixed *mixed, struct subunit2_view bytes, int64_t now_ms,
                   struct subunit2_error *error)
{
	mixed->now_ms = now_ms;
	return subunit2_stream_feed(mixed->stream, bytes.data, bytes.len, now_ms, error);
}

int64_t
subunit_mixed_deadline(const struct subunit_mixed *mixed)
{
	int64_t stream = subunit2_stream_deadline(mixed->stream);
	int64_t lines = json_lines_deadline(mixed->lines);
	return stream < lines ? stream : lines;
}

enum subunit2_result
subunit_mixed_tick(struct subunit_mixed *mixed, int64_t now_ms, struct subunit2_error *error)
{
	mixed->now_ms = now_ms;
	enum subunit2_result result = subunit2_stream_tick(mixed->stream, now_ms, error);
	return result == SUBUNIT2_E_OK ? json_lines_tick(mixed->lines, now_ms, error) : result;
}

enum subunit2_result
subunit_mixed_finish(struct subunit_mixed *mixed, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_stream_finish(mixed->stream, error);
	return result == SUBUNIT2_E_OK ? json_lines_end(mixed->lines, mixed->now_ms, error)
	                               : result;
}
