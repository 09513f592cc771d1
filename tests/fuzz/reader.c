/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reader: for any input, and however it is cut into pieces, every byte
 * comes out once and in order, in the same packets, text and damage.
 *
 * Chance finds no CRC, so that most of what the mutator makes of a packet is
 * given the right one.
 */
#include "transcript.h"

#include <subunit2/packet.h>
#include <subunit2/reader.h>

#include <libdeflate.h>
#include <stdint.h>

struct outcome {
	struct transcript bytes; /* all that came out: the input again */
	struct transcript parts; /* with what it was */
};

static void
came_out(struct outcome *outcome, char kind, bool break_before, struct subunit2_view bytes)
{
	transcript_put(&outcome->bytes, bytes);
	transcript_piece(&outcome->parts, kind, break_before, bytes);
}

static enum subunit2_result
packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)error;
	came_out(context, 'p', true, event->packet);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
text(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	(void)error;
	came_out(context, 't', false, bytes);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
damage(void *context, const struct subunit2_damage *piece, struct subunit2_error *error)
{
	(void)error;
	if (piece->last != (piece->reason != NULL))
		abort();
	came_out(context, 'd', piece->first, piece->piece);
	return SUBUNIT2_E_OK;
}

static struct outcome
read_in_pieces(const uint8_t *data, size_t size, size_t step, bool declared)
{
	const struct subunit2_reader_handler handler = {sizeof(handler), packet, text, damage};
	struct outcome outcome = {0};
	struct subunit2_reader *reader =
		subunit2_reader_new(&handler, &outcome, declared ? SUBUNIT2_READER_DECLARED : 0);
	struct subunit2_error error;
	for (size_t at = 0; at < size; at += step) {
		size_t len = size - at < step ? size - at : step;
		if (subunit2_reader_feed(reader, data + at, len, 0, &error) != SUBUNIT2_E_OK)
			abort();
	}
	if (subunit2_reader_finish(reader, &error) != SUBUNIT2_E_OK)
		abort();
	subunit2_reader_free(reader);
	const struct transcript input = {.bytes = (char *)data, .len = size};
	if (!transcript_equal(&outcome.bytes, &input))
		abort();
	free(outcome.bytes.bytes);
	return outcome;
}

static enum subunit2_result
ignore_packet(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)context, (void)event, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_text(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	(void)context, (void)bytes, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_damage(void *context, const struct subunit2_damage *piece, struct subunit2_error *error)
{
	(void)context, (void)piece, (void)error;
	return SUBUNIT2_E_OK;
}

/* Silence may let bytes out twice; here only the sanitizers judge. */
static void
read_with_silence(const uint8_t *data, size_t size, size_t step)
{
	const struct subunit2_reader_handler handler = {sizeof(handler), ignore_packet, ignore_text,
	                                                ignore_damage};
	struct subunit2_reader *reader =
		subunit2_reader_new(&handler, NULL, SUBUNIT2_READER_DECLARED);
	int64_t now_ms = 0;
	for (size_t at = 0; at < size; at += step, now_ms += 400 * (int64_t)(at % 4)) {
		size_t len = size - at < step ? size - at : step;
		if (subunit2_reader_feed(reader, data + at, len, now_ms, NULL) != SUBUNIT2_E_OK)
			abort();
	}
	if (subunit2_reader_finish(reader, NULL) != SUBUNIT2_E_OK)
		abort();
	subunit2_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int declared = 0; declared < 2; declared++) {
		struct outcome whole = read_in_pieces(data, size, size + 1, declared);
		struct outcome pieces = read_in_pieces(data, size, 1 + size % 7, declared);
		if (!transcript_equal(&whole.parts, &pieces.parts))
			abort();
		free(whole.parts.bytes);
		free(pieces.parts.bytes);
	}
	if (size <= 4096)
		read_with_silence(data, size, 1 + size % 50);
	return 0;
}

/* The length that the packet at DATA claims to have; 0 when it cannot be one. */
static size_t
claimed_length(const uint8_t *data, size_t size)
{
	if (size < SUBUNIT2_PACKET_MIN || data[0] != SUBUNIT2_SIGNATURE)
		return 0;
	size_t bytes = data[3] >> 6;
	size_t length = data[3] & 0x3f;
	for (size_t i = 1; i <= bytes; i++)
		length = length << 8 | data[3 + i];
	return length >= SUBUNIT2_PACKET_MIN && length <= size ? length : 0;
}

static void
mend_crc(uint8_t *data, size_t length)
{
	uint32_t crc = libdeflate_crc32(0, data, length - 4);
	for (size_t i = 0; i < 4; i++)
		data[length - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 8 == 0)
		return size;
	for (size_t at = 0; at < size;) {
		size_t length = claimed_length(data + at, size - at);
		if (length > 0)
			mend_crc(data + at, length);
		at += length > 0 ? length : 1;
	}
	return size;
}
