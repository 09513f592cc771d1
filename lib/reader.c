/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finding packets. The scan has a position; everything before it is decided. It moves from one
 * signature byte to the next. At a signature byte, there may be
 *
 *   no header         ordinary bytes: continue at the next byte
 *   an unfinished packet
 *                     wait for more input and hold the bytes from here on
 *   a matching CRC    a packet, or damage if its fields are wrong: continue after it
 *   another CRC       not a packet. At a legal place it was one once: a damaged stretch opens,
 *                     which ends where the packet claims to end. Continue at the next byte
 *
 * Directly after a packet, and at the start of an input that begins with one, a signature
 * byte without a valid header is damage, too, and so is a packet of which only the signature was
 * changed, by one bit.
 *
 * Bytes up to the position are passed on: as damage within the open stretch, otherwise as text.
 * Only silence passes on more: see reader_on_silence.
 */
#include <subunit2/reader.h>

#include "checkpoint.h"
#include "crc.h"
#include "decode.h"
#include "number.h"
#include "options.h"
#include "reader.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

/* How many bytes are copied at once to the end of those held. */
#define STEP 4096u

/* Longer packets are not recognized if their signature was changed. */
#define BENT_MAX 512u

/* The damaged stretch that is being reported. */
struct stretch {
	bool open, begun; /* begun: its first piece was reported */
	uint64_t start, end;
	const char *reason;
	uint64_t reason_offset;
};

struct subunit2_reader {
	struct subunit2_reader_handler handler;
	void *context;
	struct subunit2_error *error; /* of the call that is running */

	struct window window; /* the bytes held, from the position of the scan */
	struct checkpoints checkpoints;
	struct stretch stretch;

	uint64_t at;      /* the position of the scan */
	uint64_t emitted; /* everything before was passed on; after AT only after silence */
	uint64_t needed;  /* how far the input must reach before the scan can continue */
	uint64_t legal;   /* the last legal place that is not after a newline */
	uint64_t after;   /* the place directly after the last packet, or the start of an input
	                     that begins with one; UINT64_MAX: no packet */
	bool newline;     /* the byte before the available bytes is a newline */
	bool declared, has_packets;
	uint64_t examined; /* candidates looked at */

	uint64_t given_up;     /* unfinished candidates before this place are not packets */
	uint64_t released;     /* how far text after AT was examined for release */
	int64_t last_input_ms; /* when the last bytes arrived */
	bool silence_handled;  /* the silence since then was handled */
};

enum look {
	LOOK_NONE,       /* no header */
	LOOK_UNFINISHED, /* more bytes are needed */
	LOOK_FAILED,     /* the CRC does not match */
	LOOK_PROVED,     /* the CRC matches */
};

/* A place with a signature byte, and the result of its examination. */
struct candidate {
	uint64_t place;
	enum look look;
	enum header_state header_state;
	struct header header;
	bool stands; /* at a legal place with a first field that fits: it was a packet once */
	/* The reason if it is damage: STANDS is set and LOOK is LOOK_FAILED. */
	const char *reason;
	uint64_t reason_offset;
};

struct subunit2_reader *
subunit2_reader_new(const struct subunit2_reader_handler *handler, void *context, unsigned flags)
{
	struct subunit2_reader_handler known;
	struct subunit2_reader *reader;

	if (!options_copy(&known, sizeof(known), handler, sizeof(known)))
		return NULL;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->handler = known;
	reader->context = context;
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

/* Return the place of the first signature byte at or after FROM, or the end of the span. */
static uint64_t
reader_next_signature(const struct span *span, uint64_t from)
{
	if (from == span_end(span))
		return from;
	const uint8_t *start = span_at(span, from);
	if (*start == SUBUNIT2_SIGNATURE) /* as after every packet of a clean stream */
		return from;
	const uint8_t *found = memchr(start, SUBUNIT2_SIGNATURE, (size_t)(span_end(span) - from));
	return found ? from + (uint64_t)(found - start) : span_end(span);
}

/* Return whether BYTE differs from a signature in one bit. */
static bool
reader_is_bent_signature(uint8_t byte)
{
	uint8_t bits = byte ^ SUBUNIT2_SIGNATURE;
	return bits && !(bits & (bits - 1));
}

/* Return the first place at or after FROM at which a packet may begin. */
static uint64_t
reader_next_place(const struct subunit2_reader *reader, const struct span *span, uint64_t from)
{
	bool bent = from == reader->after && from < span_end(span) &&
	            reader_is_bent_signature(*span_at(span, from));
	return bent ? from : reader_next_signature(span, from);
}

static bool
reader_is_legal(const struct subunit2_reader *reader, const struct span *span, uint64_t place)
{
	if (place == reader->legal || (reader->stretch.open && place == reader->stretch.end))
		return true;
	return place > span->base ? *span_at(span, place - 1) == '\n' : reader->newline;
}

/* Set the result for CANDIDATE, which is directly after a packet and has no valid header: it was a
 * packet once. Its length is the claimed one if that is valid, else that of the shortest packet. */
static void
reader_examine_broken_header(struct candidate *candidate, const uint8_t *bytes, size_t available)
{
	size_t where = 0;
	uint32_t len = 0;
	if (available < HEADER_MAX) {
		candidate->header_state = HEADER_NEED_MORE;
		candidate->look = LOOK_UNFINISHED;
		candidate->stands = true;
		return;
	}
	header_read(bytes, available, &candidate->header, &candidate->reason, &where);
	bool claims = bytes[3] >> 6 < 3 && number_read(bytes + 3, available - 3, &len) &&
	              len >= SUBUNIT2_PACKET_MIN;
	candidate->header.len = claims ? len : SUBUNIT2_PACKET_MIN;
	candidate->header_state = HEADER_WHOLE;
	candidate->look = LOOK_FAILED;
	candidate->stands = true;
	candidate->reason_offset = candidate->place + where;
}

/* Examine PLACE, directly after a packet, for a packet whose signature has a changed bit. */
static struct candidate
reader_examine_bent(const struct span *span, uint64_t place)
{
	static const uint8_t signature = SUBUNIT2_SIGNATURE;
	struct candidate candidate = {.place = place, .look = LOOK_NONE};
	const uint8_t *bytes = span_at(span, place);
	size_t available = (size_t)(span_end(span) - place);
	uint8_t start[HEADER_MAX] = {SUBUNIT2_SIGNATURE};
	size_t len = available < sizeof(start) ? available : sizeof(start);
	memcpy(start + 1, bytes + 1, len - 1);
	candidate.header_state = header_read(start, len, &candidate.header, NULL, NULL);
	if (candidate.header_state == HEADER_NONE ||
	    (candidate.header_state == HEADER_WHOLE && candidate.header.len > BENT_MAX))
		return candidate;
	if (candidate.header_state == HEADER_NEED_MORE || available < candidate.header.len) {
		candidate.look = LOOK_UNFINISHED;
		return candidate;
	}
	uint32_t crc =
		crc_add(crc_add(0, &signature, 1), bytes + 1, candidate.header.len - CRC_LEN - 1);
	if (crc != packet_crc(&candidate.header, bytes))
		return candidate;
	candidate.look = LOOK_FAILED;
	candidate.stands = true;
	candidate.reason = "no packet signature";
	candidate.reason_offset = place;
	return candidate;
}

/* Examine PLACE. The effort is constant, except for the CRC of a packet that overlaps no other. */
static struct candidate
reader_examine(struct subunit2_reader *reader, const struct span *span, uint64_t place)
{
	const uint8_t *bytes = span_at(span, place);
	size_t available = (size_t)(span_end(span) - place);
	struct candidate candidate = {.place = place};
	bool after = place == reader->after;
	reader->examined++;
	if (*bytes != SUBUNIT2_SIGNATURE)
		return reader_examine_bent(span, place);
	candidate.header_state = header_read(bytes, available, &candidate.header, NULL, NULL);
	if (candidate.header_state == HEADER_NONE) {
		candidate.look = LOOK_NONE;
		if (after)
			reader_examine_broken_header(&candidate, bytes, available);
		return candidate;
	}
	if (candidate.header_state == HEADER_NEED_MORE || available < candidate.header.len) {
		candidate.look = LOOK_UNFINISHED;
	} else {
		uint32_t crc = checkpoints_crc(&reader->checkpoints, span, reader->at, place,
		                               place + candidate.header.len - CRC_LEN);
		if (crc == packet_crc(&candidate.header, bytes)) {
			candidate.look = LOOK_PROVED;
			return candidate;
		}
		candidate.look = LOOK_FAILED;
	}
	candidate.reason = "the CRC does not match";
	candidate.reason_offset = place + candidate.header.len - CRC_LEN;
	candidate.stands = reader_is_legal(reader, span, place) &&
	                   (after || candidate.header_state == HEADER_NEED_MORE ||
	                    header_fits(&candidate.header, bytes, available, true));
	return candidate;
}

/* Return whether a candidate that stands and fails is damage, not text. */
static bool
reader_packets_expected(const struct subunit2_reader *reader)
{
	return reader->declared || reader->has_packets;
}

static enum subunit2_result
reader_emit_text(struct subunit2_reader *reader, const struct span *span, uint64_t to)
{
	struct subunit2_view text = {(const char *)span_at(span, reader->emitted),
	                             (size_t)(to - reader->emitted)};
	reader->emitted = to;
	return reader->handler.text(reader->context, text, reader->error);
}

/* Report the next piece of the open stretch, up to TO at most. */
static enum subunit2_result
reader_emit_damage(struct subunit2_reader *reader, const struct span *span, uint64_t to)
{
	struct stretch *stretch = &reader->stretch;
	uint64_t from = reader->emitted;
	to = reader_earlier(to, stretch->end);
	struct subunit2_damage damage = {
		.piece = {"", 0},
		.offset = stretch->start,
		.first = !stretch->begun,
		.last = to == stretch->end,
	};
	if (from < to)
		damage.piece = (struct subunit2_view){(const char *)span_at(span, from),
		                                      (size_t)(to - from)};
	if (damage.last) {
		damage.reason = stretch->reason;
		damage.reason_offset = stretch->reason_offset;
		reader->legal = stretch->end;
	}
	stretch->begun = true;
	stretch->open = !damage.last;
	if (from < to)
		reader->emitted = to;
	return reader->handler.damage(reader->context, &damage, reader->error);
}

/* Pass on the bytes before TO that were not passed on yet. End the open stretch if its end is at or
 * before TO. */
static enum subunit2_result
reader_emit(struct subunit2_reader *reader, const struct span *span, uint64_t to)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (!result &&
	       (reader->emitted < to || (reader->stretch.open && reader->stretch.end <= to)))
		result = reader->stretch.open ? reader_emit_damage(reader, span, to)
		                              : reader_emit_text(reader, span, to);
	return result;
}

static void
reader_stretch_begin(struct subunit2_reader *reader, uint64_t end, const char *reason,
                     uint64_t reason_offset)
{
	reader->stretch = (struct stretch){
		.open = true,
		.start = reader->at,
		.end = end,
		.reason = reason,
		.reason_offset = reason_offset,
	};
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
	if (reader->stretch.open)
		reader->stretch.end = reader_earlier(reader->stretch.end, reader->at);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (reader->emitted < reader->at || reader->stretch.open)
		result = reader_emit(reader, span, reader->at);
	if (result)
		return result;

	uint64_t released = reader->emitted;
	const char *bad = fields_decode(header, span_at(span, reader->at), &event, &where);
	if (bad) {
		reader_stretch_begin(reader, end, bad, reader->at + where);
		reader->emitted = reader->at;
		result = reader_emit(reader, span, end);
	} else {
		reader->has_packets = true;
		result = reader->handler.packet(reader->context, &event, reader->error);
	}
	reader->at = reader->legal = reader->after = end;
	reader->emitted = reader_later(released, end);
	return result;
}

/* Move past the candidate at the position of the scan, which is not a packet. */
static enum subunit2_result
reader_skip_candidate(struct subunit2_reader *reader, const struct span *span,
                      const struct candidate *candidate, const char *reason, uint64_t reason_offset)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool inside = reader->stretch.open && reader->at < reader->stretch.end;
	if (candidate->stands && !inside && reader_packets_expected(reader)) {
		result = reader_emit(reader, span, reader->at);
		reader_stretch_begin(reader,
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

	while (!result && reader->at == reader->after && reader->emitted == reader->at) {
		const uint8_t *packet = span_at(span, reader->at);
		size_t available = (size_t)(span_end(span) - reader->at);
		if (!header_read_valid(packet, available, &header) || available < header.len)
			break;
		uint64_t end = reader->at + header.len;
		if (checkpoints_crc(&reader->checkpoints, span, reader->at, reader->at,
		                    end - CRC_LEN) != packet_crc(&header, packet) ||
		    fields_decode(&header, packet, &event, &where))
			break;
		reader->examined++;
		reader->has_packets = true;
		result = reader->handler.packet(reader->context, &event, reader->error);
		reader->at = reader->legal = reader->after = reader->emitted = end;
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
			return reader_emit(reader, span, reader->at);
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
				return reader_emit(reader, span, reader->at);
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
		*place = reader_next_signature(span, *place);
		if (*place < end && reader_examine(reader, span, *place).look == LOOK_PROVED)
			return true;
	}
	return false;
}

/*
 * Pass on bytes as text while the scan waits at a candidate that is likely to be text: up to the
 * first candidate that stands where packets are expected. Only more input can tell whether that
 * one is a packet or a part of the other. A packet whose CRC matches rules out all candidates
 * before it.
 */
static enum subunit2_result
reader_release(struct subunit2_reader *reader, const struct span *span)
{
	uint64_t end = span_end(span);
	while ((reader->released = reader_next_signature(span, reader->released)) < end) {
		struct candidate candidate = reader_examine(reader, span, reader->released);
		if (candidate.look == LOOK_PROVED) {
			reader->given_up = reader->released;
			return reader_scan(reader, span, false);
		}
		if (candidate.look != LOOK_NONE && candidate.stands &&
		    reader_packets_expected(reader))
			break;
		reader->released++;
	}
	return reader_emit(reader, span, reader->released);
}

/*
 * Handle the silence of the input. An unfinished candidate is not a packet if a packet follows it.
 * Otherwise, a candidate that stands where packets are expected continues to wait; any other is
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
	bool releasing = reader->emitted > reader->at;
	enum subunit2_result result = reader_scan(reader, span, false);
	/* The scan may be past the bytes that silence had released. */
	if (reader->released < reader->at)
		reader->released = reader->at;
	if (!result && releasing && reader->emitted > reader->at)
		result = reader_release(reader, span);
	return result;
}

/* Handle the end of the input. */
static enum subunit2_result
reader_on_eof(struct subunit2_reader *reader, const struct span *span)
{
	enum subunit2_result result = reader_scan(reader, span, true);
	if (!result && reader->stretch.open) {
		reader->stretch.end = span_end(span);
		result = reader_emit(reader, span, span_end(span));
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
	return subunit2_error_set(reader->error, SUBUNIT2_E_NO_MEMORY, NULL, "out of memory");
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
		if (!result && (span_end(held) >= reader->needed || reader->emitted > reader->at))
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
	reader->error = error;
	if (now_ms < subunit2_reader_deadline(reader))
		return SUBUNIT2_E_OK;
	reader->silence_handled = true;
	struct span span = reader->window.held;
	return reader_advance(reader, &span, reader_on_silence);
}

enum subunit2_result
subunit2_reader_finish(struct subunit2_reader *reader, struct subunit2_error *error)
{
	reader->error = error;
	struct span span = reader->window.held;
	return reader_advance(reader, &span, reader_on_eof);
}
