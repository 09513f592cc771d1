/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit_mixed.h"

#include "json_lines.h"
#include "memory.h"

#include <stdlib.h>
#include <subunit2/damage.h>

struct mixed {
	struct subunit2_sink packets; /* what the stream finds, but for text */
	struct subunit2_sink *sink;
	struct subunit2_stream *stream;
	struct json_lines *lines;
	int64_t now_ms; /* of the call that is running */
};

static int
packets_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct mixed *mixed = (struct mixed *)self;
	int result = json_lines_end(mixed->lines, mixed->now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(mixed->sink, event, error) : result;
}

static int
stream_text(void *context, struct subunit2_view text, int64_t now_ms, struct subunit2_error *error)
{
	struct mixed *mixed = context;
	return json_lines_feed(mixed->lines, text, now_ms, error);
}

struct mixed *
mixed_new(struct subunit2_sink *sink, bool declared,
          int (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
                      struct subunit2_error *error),
          void *context)
{
	struct mixed *mixed = memory_zeroed(1, sizeof(*mixed));
	mixed->packets = (struct subunit2_sink){packets_event, NULL, NULL};
	mixed->sink = sink;
	mixed->lines = json_lines_new(sink, false, text, context);
	mixed->stream =
		memory_have(subunit2_stream_new(&mixed->packets, declared, stream_text, mixed));
	return mixed;
}

void
mixed_free(struct mixed *mixed)
{
	if (!mixed)
		return;
	subunit2_stream_free(mixed->stream);
	json_lines_free(mixed->lines);
	free(mixed);
}

int
mixed_feed(struct mixed *mixed, struct subunit2_view bytes, int64_t now_ms,
           struct subunit2_error *error)
{
	mixed->now_ms = now_ms;
	return subunit2_stream_feed(mixed->stream, bytes.data, bytes.len, now_ms, error);
}

int64_t
mixed_deadline(const struct mixed *mixed)
{
	int64_t stream = subunit2_stream_deadline(mixed->stream);
	int64_t lines = json_lines_deadline(mixed->lines);
	return stream < lines ? stream : lines;
}

int
mixed_tick(struct mixed *mixed, int64_t now_ms, struct subunit2_error *error)
{
	mixed->now_ms = now_ms;
	int result = subunit2_stream_tick(mixed->stream, now_ms, error);
	return result == SUBUNIT2_OK ? json_lines_tick(mixed->lines, now_ms, error) : result;
}

int
mixed_finish(struct mixed *mixed, struct subunit2_error *error)
{
	int result = subunit2_stream_finish(mixed->stream, error);
	return result == SUBUNIT2_OK ? json_lines_end(mixed->lines, mixed->now_ms, error) : result;
}
