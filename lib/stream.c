/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/stream.h>

#include <subunit2/damage.h>
#include <subunit2/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct subunit2_stream {
	struct subunit2_reader *reader;
	struct subunit2_sink *sink;
	struct subunit2_text *text; /* NULL if the caller takes the text */
	enum subunit2_result (*take_text)(void *context, struct subunit2_view text, int64_t now_ms,
	                                  struct subunit2_error *error);
	void *text_context;
	int64_t now_ms; /* of the current call */
	bool has_time;  /* of the last packet with a time */
	struct subunit2_time time;
};

static enum subunit2_result
stream_text(void *context, struct subunit2_view text, struct subunit2_error *error)
{
	struct subunit2_stream *stream = context;
	return stream->text ? subunit2_text_feed(stream->text, text, stream->now_ms, error)
	                    : stream->take_text(stream->text_context, text, stream->now_ms, error);
}

/* Send the text before an event that followed it. */
static enum subunit2_result
stream_flush_text(struct subunit2_stream *stream, struct subunit2_error *error)
{
	return stream->text ? subunit2_text_flush(stream->text, error) : SUBUNIT2_E_OK;
}

/* Not inlined, so that the function below needs no stack frame in the common case. */
static __attribute__((noinline)) enum subunit2_result
stream_event_after_text(struct subunit2_stream *stream, const struct subunit2_event *event,
                        struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_text_flush(stream->text, error);
	return result ? result : subunit2_sink_event(stream->sink, event, error);
}

static enum subunit2_result
stream_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct subunit2_stream *stream = context;
	if (event->has_timestamp) {
		stream->has_time = true;
		stream->time = event->timestamp;
	}
	return stream->text ? stream_event_after_text(stream, event, error)
	                    : subunit2_sink_event(stream->sink, event, error);
}

static enum subunit2_result
stream_damage(void *context, const struct subunit2_damage *damage, struct subunit2_error *error)
{
	struct subunit2_stream *stream = context;
	const struct subunit2_time *time = stream->has_time ? &stream->time : NULL;
	char reason[256];
	if (damage->last)
		snprintf(reason, sizeof(reason),
		         "%s (at byte %" PRIu64 ", in the packet at byte %" PRIu64 ")",
		         damage->reason, damage->reason_offset, damage->offset);
	enum subunit2_result result = stream_flush_text(stream, error);
	return result ? result
	              : subunit2_damage_emit(stream->sink, damage->piece,
	                                     damage->first ? SUBUNIT2_DAMAGE_FIRST : 0,
	                                     damage->last ? reason : NULL, time, error);
}

struct subunit2_stream *
subunit2_stream_new(struct subunit2_sink *sink, unsigned flags,
                    enum subunit2_result (*text)(void *context, struct subunit2_view text,
                                                 int64_t now_ms, struct subunit2_error *error),
                    void *text_context)
{
	const struct subunit2_reader_handler handler = {sizeof(handler), stream_packet, stream_text,
	                                                stream_damage};
	struct subunit2_stream *stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->sink = sink;
	stream->take_text = text;
	stream->text_context = text_context;
	stream->reader = subunit2_reader_new(&handler, stream, flags);
	if (!text)
		stream->text = subunit2_text_new(sink, SUBUNIT2_LITERAL("stdout"), SUBUNIT2_ABSENT,
		                                 SUBUNIT2_ABSENT, 0);
	if (!stream->reader || (!text && !stream->text)) {
		subunit2_stream_free(stream);
		return NULL;
	}
	return stream;
}

void
subunit2_stream_free(struct subunit2_stream *stream)
{
	if (!stream)
		return;
	subunit2_reader_free(stream->reader);
	subunit2_text_free(stream->text);
	free(stream);
}

enum subunit2_result
subunit2_stream_feed(struct subunit2_stream *stream, const void *data, size_t len, int64_t now_ms,
                     struct subunit2_error *error)
{
	stream->now_ms = now_ms;
	return subunit2_reader_feed(stream->reader, data, len, now_ms, error);
}

int64_t
subunit2_stream_deadline(const struct subunit2_stream *stream)
{
	int64_t reader = subunit2_reader_deadline(stream->reader);
	int64_t text = stream->text ? subunit2_text_deadline(stream->text) : INT64_MAX;
	return reader < text ? reader : text;
}

enum subunit2_result
subunit2_stream_tick(struct subunit2_stream *stream, int64_t now_ms, struct subunit2_error *error)
{
	stream->now_ms = now_ms;
	enum subunit2_result result = subunit2_reader_tick(stream->reader, now_ms, error);
	return result || !stream->text ? result : subunit2_text_tick(stream->text, now_ms, error);
}

enum subunit2_result
subunit2_stream_finish(struct subunit2_stream *stream, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_reader_finish(stream->reader, error);
	return result ? result : stream_flush_text(stream, error);
}

bool
subunit2_stream_has_packets(const struct subunit2_stream *stream)
{
	return subunit2_reader_has_packets(stream->reader);
}
