/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finding packets. The scan has a position; everything before it is decided. It moves from one
 * signature byte to the next. At a signature byte, there may be
 *
 *   no header         ordinary bytes: continue at the next byte
 *   an unfinished packet
 *                     wait for more input and hold the bytes from here on
 *   a matching CRC    a packet, or damage if its fields are wrong: continue after it
 *   another CRC       not a packet. At a legal place, it is a damaged one if packets are expected
 *                     or if it shows a test: begin a damaged stretch, which ends where the packet
 *                     claims to end. Continue at the next byte
 *
 * Directly after a packet, and at the start of an input that begins with one, a signature
 * byte without a valid header is damage, too, and so is a packet of which only the signature was
 * changed, by one bit.
 *
 * Bytes up to the position are passed on: as damage within the open stretch, otherwise as text.
 * Only silence passes on more: see reader_on_silence.
 */
#include <subunit2/reader.h>

#include "candidate.h"
#include "decode.h"
#include "delivery.h"
#include "reader.h"
#include "sized_options.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes are copied at once to the end of those held. */
#define STEP 4096u

struct subunit2_reader {
	struct delivery delivery; /* past the position of the scan only after silence */
	struct window window;     /* the bytes held, from the position of the scan */
	struct checkpoints checkpoints;

	uint64_t at;     /* the position of the scan */
	uint64_t needed; /* how far the input must reach before the scan can continue */
	uint64_t legal;  /* the last legal place that is not after a newline */
	uint64_t after;  /* the place directly after the last packet, or the start of an input
	                    that begins with one; UINT64_MAX: no packet */
	bool newline;    /* the byte before the available bytes is a newline */
	bool declared, has_packets;
	uint64_t examined; /* candidates looked at */

	uint64_t given_up;     /* unfinished candidates before this place are not packets */
	uint64_t released;     /* how far text after AT was examined for release */
	int64_t last_input_ms; /* when the last bytes arrived */
	bool silence_handled;  /* the silence since then was handled */
};

struct subunit2_reader *
subunit2_reader_new(const struct subunit2_reader_handler *handler, void *context, unsigned flags)
{
	struct subunit2_reader_handler known;
	struct subunit2_reader *reader;

	if (!sized_options_copy(&known, sizeof(known), handler, sizeof(known)))
		return NULL;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->delivery.handler = known;
	reader->delivery.context = context;
	reader->declared = flags & (SUBUNIT2_READER_DECLARED | SUBUNIT2_READER_PACKET_FIRST);
	reader->silence_handled = true;
	reader->after = flags & SUBUNIT2_READER_PACKET_FIRST ? 0 : UINT64_MAX;
	return reader;
}

void
subunit2_reader_free(struct subunit2_reader *reader)
{
	if (!reader)
		return;
	window_free(&reader->window);
	checkpoints_free(&reader->checkpoints);
	free(reader);
}

bool
subunit2_reader_has_packets(const struct subunit2_reader *reader)
{
	return reader->has_packets;
}

uint64_t
reader_work(const struct subunit2_reader *reader)
{
	return reader->examined + reader->checkpoints.work + reader->window.moved;
}

static uint64_t
reader_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
reader_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Return the first place at or after FROM at which a packet may begin. */
static uint64_t
reader_next_place(const struct subunit2_reader *reader, const struct span *span, uint64_t from)
{
	bool damaged = from == reader->after && from < span_end(span) &&
	               candidate_is_damaged_signature(*span_at(span, from));
	return damaged ? from : candidate_next_signature(span, from);
}

static bool
reader_is_legal(const struct subunit2_reader *reader, const struct span *span, uint64_t place)
{
	if (place == reader->legal || place == reader->delivery.stretch.end)
		return true;
	return place > span->base ? *span_at(span, place - 1) == '\n' : reader->newline;
}

static struct candidate
reader_examine(struct subunit2_reader *reader, const struct span *span, uint64_t place)
{
	reader->examined++;
	return candidate_examine(&reader->checkpoints, span, reader->at, place,
	                         place == reader->after, reader_is_legal(reader, span, place));
}

/* Return whether a plausible candidate that is not a packet is damage, not text. */
static bool
reader_packets_expected(const struct subunit2_reader *reader)
{
	return reader->declared || reader->has_packets;
}

/* Return whether CANDIDATE, at the position of the scan, which is not a packet, is a damaged one.
 * If no packet is expected, it must show a test. */
static bool
reader_is_damaged(const struct subunit2_reader *reader, const struct span *span,
                  const struct candidate *candidate)
{
	if (!candidate->plausible || reader_packets_expected(reader))
		return candidate->plausible;
	return candidate->header_state == HEADER_WHOLE && reader->delivery.emitted <= reader->at &&
	       header_shows_test(&candidate->header, span_at(span, candidate->place),
	                         (size_t)(span_end(span) - candidate->place));
}

/* Pass on the packet with HEADER at the position of the scan; its CRC matches. It is passed on as a
 * whole even if some of its bytes were released as text after silence. */
static enum subunit2_result
reader_accept_packet(struct subunit2_reader *reader, const struct span *span,
                     const struct header *header)
{
	struct subunit2_event event;
	size_t where = 0;
	uint64_t end = reader->at + header->len;
	if (reader->delivery.stretch.open)
		reader->delivery.stretch.end =
			reader_earlier(reader->delivery.stretch.end, reader->at);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (reader->delivery.emitted < reader->at || reader->delivery.stretch.open)
		result = delivery_emit(&reader->delivery, span, reader->at);
	if (result)
		return result;

	uint64_t released = reader->delivery.emitted;
	const char *bad = fields_decode(header, span_at(span, reader->at), &event, &where);
	if (bad) {
		delivery_begin_stretch(&reader->delivery, reader->at, end, bad, reader->at + where);
		reader->delivery.emitted = reader->at;
		result = delivery_emit(&reader->delivery, span, end);
	} else {
		reader->has_packets = true;
		result = reader->delivery.handler.packet(reader->delivery.context, &event,
		                                         reader->delivery.error);
	}
	reader->at = reader->legal = reader->after = end;
	reader->delivery.emitted = reader_later(released, end);
	return result;
}

/* Move past the candidate at the position of the scan, which is not a packet. */
static enum subunit2_result
reader_skip_candidate(struct subunit2_reader *reader, const struct span *span,
                      const struct candidate *candidate, const char *reason, uint64_t reason_offset)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool inside = reader->delivery.stretch.open && reader->at < reader->delivery.stretch.end;
	if (!inside && reader_is_damaged(reader, span, candidate)) {
		result = delivery_emit(&reader->delivery, span, reader->at);
		delivery_begin_stretch(&reader->delivery, reader->at,
		                       candidate->header_state == HEADER_WHOLE
		                               ? reader->at + candidate->header.len
		                               : UINT64_MAX,
		                       reason, reason_offset);
	}
	reader->at++;
	return result;
}

/*
 * Pass on the packets that follow each other directly, from the position of the scan on. Stop at
 * the first place where something else is, where the fields are wrong, or where bytes are missing.
 * Almost all packets of a clean stream are found so, in a third of the instructions that
 * reader_examine and reader_accept_packet take.
 */
static enum subunit2_result
reader_pass_sequence(struct subunit2_reader *reader, const struct span *span)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	struct subunit2_event event;
	struct header header;
	size_t where;

	while (!result && reader->at == reader->after && reader->delivery.emitted == reader->at) {
		size_t available = (size_t)(span_end(span) - reader->at);
		if (available < HEADER_MAX)
			break;
		const uint8_t *packet = span_at(span, reader->at);
		if (!header_read_valid(packet, &header) || available < header.len)
			break;
		uint64_t end = reader->at + header.len;
		if (checkpoints_crc(&reader->checkpoints, span, reader->at, reader->at,
		                    end - CRC_LEN) != packet_crc(&header, packet) ||
		    fields_decode(&header, packet, &event, &where))
			break;
		reader->examined++;
		reader->has_packets = true;
		result = reader->delivery.handler.packet(reader->delivery.context, &event,
		                                         reader->delivery.error);
		reader->at = reader->legal = reader->after = reader->delivery.emitted = end;
	}
	return result;
}

/*
 * Move the scan until a candidate is unfinished or the span ends. ENDED says that no bytes will
 * follow the span: then do not wait.
 */
static enum subunit2_result
reader_scan(struct subunit2_reader *reader, const struct span *span, bool ended)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (;;) {
		if (!result)
			result = reader_pass_sequence(reader, span);
		if (result)
			return result;
		reader->at = reader_next_place(reader, span, reader->at);
		if (reader->at == span_end(span))
			return delivery_emit(&reader->delivery, span, reader->at);
		struct candidate candidate = reader_examine(reader, span, reader->at);
		switch (candidate.look) {
		case LOOK_NONE:
			reader->at++;
			break;
		case LOOK_PROVED:
			result = reader_accept_packet(reader, span, &candidate.header);
			break;
		case LOOK_FAILED:
			result = reader_skip_candidate(reader, span, &candidate, candidate.reason,
			                               candidate.reason_offset);
			break;
		case LOOK_UNFINISHED:
			if (ended) {
				result = reader_skip_candidate(reader, span, &candidate,
				                               "cut short by the end of the input",
				                               span_end(span));
			} else if (reader->at < reader->given_up) {
				result = reader_skip_candidate(reader, span, &candidate,
				                               "cut short by what follows",
				                               reader->given_up);
			} else {
				reader->needed = candidate.header_state == HEADER_WHOLE
				                         ? reader->at + candidate.header.len
				                         : span_end(span) + 1;
				return delivery_emit(&reader->delivery, span, reader->at);
			}
			break;
		}
	}
}

/* Set *PLACE to that of the first packet with a matching CRC after the position of the scan. Return
 * false if there is no such packet. */
static bool
reader_find_verified(struct subunit2_reader *reader, const struct span *span, uint64_t *place)
{
	uint64_t end = span_end(span);
	for (*place = reader->at + 1; *place < end; ++*place) {
		*place = candidate_next_signature(span, *place);
		if (*place < end && reader_examine(reader, span, *place).look == LOOK_PROVED)
			return true;
	}
	return false;
}

/*
 * Pass on bytes as text while the scan waits at a candidate that is likely to be text: up to the
 * first plausible candidate if packets are expected. Only more input can tell whether that
 * one is a packet or a part of the other. A packet whose CRC matches rules out all candidates
 * before it.
 */
static enum subunit2_result
reader_release(struct subunit2_reader *reader, const struct span *span)
{
	uint64_t end = span_end(span);
	while ((reader->released = candidate_next_signature(span, reader->released)) < end) {
		struct candidate candidate = reader_examine(reader, span, reader->released);
		if (candidate.look == LOOK_PROVED) {
			reader->given_up = reader->released;
			return reader_scan(reader, span, false);
		}
		if (candidate.look != LOOK_NONE && candidate.plausible &&
		    reader_packets_expected(reader))
			break;
		reader->released++;
	}
	return delivery_emit(&reader->delivery, span, reader->released);
}

/*
 * Handle the silence of the input. An unfinished candidate is not a packet if a packet follows it.
 * Otherwise, a plausible candidate continues to wait if packets are expected; any other is
 * released as text, but the scan keeps its position: if the candidate becomes a packet, it is
 * delivered.
 */
static enum subunit2_result
reader_on_silence(struct subunit2_reader *reader, const struct span *span)
{
	while (reader_find_verified(reader, span, &reader->given_up)) {
		enum subunit2_result result = reader_scan(reader, span, false);
		if (result || reader->at == span_end(span))
			return result;
	}
	reader->given_up = 0;
	reader->released = reader->at;
	return reader_release(reader, span);
}

/* Run LOOK on SPAN, which contains the position of the scan, and drop the bytes before the new
 * position. */
static enum subunit2_result
reader_advance(struct subunit2_reader *reader, const struct span *span,
               enum subunit2_result (*look)(struct subunit2_reader *reader,
                                            const struct span *span))
{
	uint64_t before = reader->at;
	enum subunit2_result result = look(reader, span);
	if (reader->at > before)
		reader->newline = *span_at(span, reader->at - 1) == '\n';
	window_drop(&reader->window, reader->at);
	return result;
}

/* Handle new bytes. */
static enum subunit2_result
reader_on_bytes(struct subunit2_reader *reader, const struct span *span)
{
	bool releasing = reader->delivery.emitted > reader->at;
	enum subunit2_result result = reader_scan(reader, span, false);
	/* The scan may be past the bytes that silence had released. */
	if (reader->released < reader->at)
		reader->released = reader->at;
	if (!result && releasing && reader->delivery.emitted > reader->at)
		result = reader_release(reader, span);
	return result;
}

/* Handle the end of the input. */
static enum subunit2_result
reader_on_eof(struct subunit2_reader *reader, const struct span *span)
{
	enum subunit2_result result = reader_scan(reader, span, true);
	if (!result && reader->delivery.stretch.open) {
		reader->delivery.stretch.end = span_end(span);
		result = delivery_emit(&reader->delivery, span, span_end(span));
	}
	return result;
}

/* Hold the bytes of CHUNK that follow the held ones, up to TO. */
static enum subunit2_result
reader_hold(struct subunit2_reader *reader, const struct span *chunk, uint64_t to)
{
	uint64_t from = span_end(&reader->window.held);
	if (window_append(&reader->window, span_at(chunk, from), (size_t)(to - from)))
		return SUBUNIT2_E_OK;
	return subunit2_error_set(reader->delivery.error, SUBUNIT2_E_NO_MEMORY, NULL,
	                          "out of memory");
}

enum subunit2_result
subunit2_reader_feed(struct subunit2_reader *reader, const void *data, size_t len, int64_t now_ms,
                     struct subunit2_error *error)
{
	const struct span *held = &reader->window.held;
	struct span chunk = {data, span_end(held), len};
	enum subunit2_result result = subunit2_reader_tick(reader, now_ms, error);
	if (result || !len)
		return result;
	reader->last_input_ms = now_ms;
	reader->silence_handled = false;

	/* Copy the bytes that complete the candidate, and some more, because the next candidate
	 * may overlap it. When the scan is past the older bytes, it continues in those of the
	 * caller. */
	while (!result && reader->at < chunk.base && span_end(held) < span_end(&chunk)) {
		uint64_t to = reader_later(reader->needed, span_end(held) + STEP);
		result = reader_hold(reader, &chunk, reader_earlier(span_end(&chunk), to));
		struct span span = *held;
		if (!result &&
		    (span_end(held) >= reader->needed || reader->delivery.emitted > reader->at))
			result = reader_advance(reader, &span, reader_on_bytes);
	}
	if (!result && reader->at >= chunk.base) {
		result = reader_advance(reader, &chunk, reader_on_bytes);
		if (!result && reader->at < span_end(&chunk))
			result = reader_hold(reader, &chunk, span_end(&chunk));
	}
	return result;
}

int64_t
subunit2_reader_deadline(const struct subunit2_reader *reader)
{
	bool waits = reader->window.held.len && !reader->silence_handled;
	return waits ? reader->last_input_ms + SUBUNIT2_READER_SILENCE_MS : INT64_MAX;
}

enum subunit2_result
subunit2_reader_tick(struct subunit2_reader *reader, int64_t now_ms, struct subunit2_error *error)
{
	reader->delivery.error = error;
	if (now_ms < subunit2_reader_deadline(reader))
		return SUBUNIT2_E_OK;
	reader->silence_handled = true;
	struct span span = reader->window.held;
	return reader_advance(reader, &span, reader_on_silence);
}

enum subunit2_result
subunit2_reader_finish(struct subunit2_reader *reader, struct subunit2_error *error)
{
	reader->delivery.error = error;
	struct span span = reader->window.held;
	return reader_advance(reader, &span, reader_on_eof);
}
