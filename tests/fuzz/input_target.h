/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An input under the fuzzer: for any bytes, and however they are cut into
 * pieces, the same events come out, and a packet can hold each of them.
 */
#ifndef INPUT_TARGET_H
#define INPUT_TARGET_H

#include "input.h"
#include "transcript.h"

#include <stdint.h>

struct fuzz_sink {
	struct subunit2_sink sink;
	struct transcript events; /* packets, but for the bytes of files */
	struct transcript last;   /* the packet before, if more of its file may follow */
};

/* Where a file is cut into pieces makes no difference: those that follow one
 * another go into the transcript as one. */
static enum subunit2_result
fuzz_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	static char packet[SUBUNIT2_PACKET_MAX];
	struct fuzz_sink *self = (struct fuzz_sink *)sink;
	struct subunit2_event bare = *event;
	size_t len;
	if (subunit2_packet_encode(event, packet, sizeof(packet), &len, error) != SUBUNIT2_E_OK)
		abort();
	if (subunit2_view_present(event->file_name)) {
		bare.file_bytes.len = 0;
		bare.eof = false;
		bare.mime_type = SUBUNIT2_ABSENT;
	}
	subunit2_packet_encode(&bare, packet, sizeof(packet), &len, error);
	struct transcript now = {0};
	transcript_put(&now, (struct subunit2_view){packet, len});
	if (!subunit2_view_present(event->file_name) || !transcript_equal(&now, &self->last)) {
		transcript_put(&self->events, (struct subunit2_view){packet, len});
		transcript_put(&self->events, event->mime_type);
	}
	transcript_put(&self->events, event->file_bytes);
	transcript_put(&self->events, subunit2_view_of(event->eof ? "eof" : ""));
	free(self->last.bytes);
	self->last = now;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
fuzz_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static inline struct fuzz_sink
fuzz_read(input_open *open, bool declared, const uint8_t *data, size_t size, size_t step)
{
	const struct input_options options = {.name = "name", .declared = declared};
	struct fuzz_sink sink = {.sink = {fuzz_event, fuzz_finish, NULL}};
	struct subunit2_error error;
	struct input *input = open(&options, &sink.sink, &error);
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t at = 0; at < size && result == SUBUNIT2_E_OK; at += step) {
		size_t len = size - at < step ? size - at : step;
		result = input->feed(input, data + at, len, 0, &error);
	}
	if (result == SUBUNIT2_E_OK)
		result = input->finish(input, &error);
	transcript_put(&sink.events, subunit2_view_of(result == SUBUNIT2_E_OK ? "ok" : "error"));
	input->free(input);
	free(sink.last.bytes);
	return sink;
}

/* The last byte says whether the format was named, and the size of the pieces. The bytes before it
 * are the input, so that a fixture is a seed as it is. */
static inline void
fuzz_input(input_open *open, const uint8_t *data, size_t size)
{
	if (size == 0)
		return;
	uint8_t options = data[--size];
	bool declared = options & 1;
	size_t step = (size_t)(options >> 1) % 16 + 1;
	struct fuzz_sink whole = fuzz_read(open, declared, data, size, size + 1);
	struct fuzz_sink pieces = fuzz_read(open, declared, data, size, step);
	if (!transcript_equal(&whole.events, &pieces.events))
		abort();
	free(whole.events.bytes);
	free(pieces.events.bytes);
}

#endif
