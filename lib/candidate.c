/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "candidate.h"

#include "crc.h"
#include "number.h"

#include <string.h>

/* Longer packets are not recognised if their signature was changed. */
#define CHANGED_LEN_MAX 512u

uint64_t
candidate_next_signature(const struct span *span, uint64_t from)
{
	if (from == span_end(span))
		return from;
	const uint8_t *start = span_at(span, from);
	if (*start == SUBUNIT2_SIGNATURE) /* as after every packet of a clean stream */
		return from;
	const uint8_t *found = memchr(start, SUBUNIT2_SIGNATURE, (size_t)(span_end(span) - from));
	return found ? from + (uint64_t)(found - start) : span_end(span);
}

bool
candidate_is_damaged_signature(uint8_t byte)
{
	uint8_t bits = byte ^ SUBUNIT2_SIGNATURE;
	return bits && !(bits & (bits - 1));
}

/* Examine CANDIDATE, which is directly after a packet and has no valid header: a damaged packet.
 * Its length is the claimed one if that is valid, else that of the shortest packet. */
static void
candidate_examine_broken_header(struct candidate *candidate, const uint8_t *bytes, size_t available)
{
	size_t where = 0;
	uint32_t len = 0;
	if (available < HEADER_MAX) {
		candidate->header_state = HEADER_NEED_MORE;
		candidate->look = LOOK_UNFINISHED;
		candidate->plausible = true;
		return;
	}
	header_read(bytes, available, &candidate->header, &candidate->reason, &where);
	bool claims = bytes[3] >> 6 < 3 && number_read(bytes + 3, available - 3, &len) &&
	              len >= SUBUNIT2_PACKET_MIN;
	candidate->header.len = claims ? len : SUBUNIT2_PACKET_MIN;
	candidate->header_state = HEADER_WHOLE;
	candidate->look = LOOK_FAILED;
	candidate->plausible = true;
	candidate->reason_offset = candidate->place + where;
}

/* Examine PLACE, directly after a packet, for a packet whose signature has a changed bit. */
static struct candidate
candidate_examine_damaged(const struct span *span, uint64_t place)
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
	    (candidate.header_state == HEADER_WHOLE && candidate.header.len > CHANGED_LEN_MAX))
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
	candidate.plausible = true;
	candidate.reason = "no packet signature";
	candidate.reason_offset = place;
	return candidate;
}

struct candidate
candidate_examine(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                  uint64_t place, bool after, bool legal)
{
	const uint8_t *bytes = span_at(span, place);
	size_t available = (size_t)(span_end(span) - place);
	struct candidate candidate = {.place = place};
	if (*bytes != SUBUNIT2_SIGNATURE)
		return candidate_examine_damaged(span, place);
	candidate.header_state = header_read(bytes, available, &candidate.header, NULL, NULL);
	if (candidate.header_state == HEADER_NONE) {
		candidate.look = LOOK_NONE;
		if (after)
			candidate_examine_broken_header(&candidate, bytes, available);
		return candidate;
	}
	if (candidate.header_state == HEADER_NEED_MORE || available < candidate.header.len) {
		candidate.look = LOOK_UNFINISHED;
	} else {
		uint32_t crc = checkpoints_crc(checkpoints, span, floor, place,
		                               place + candidate.header.len - CRC_LEN);
		if (crc == packet_crc(&candidate.header, bytes)) {
			candidate.look = LOOK_PROVED;
			return candidate;
		}
		candidate.look = LOOK_FAILED;
	}
	candidate.reason = "the CRC does not match";
	candidate.reason_offset = place + candidate.header.len - CRC_LEN;
	candidate.plausible = legal && (after || candidate.header_state == HEADER_NEED_MORE ||
	                                header_fits(&candidate.header, bytes, available, true));
	return candidate;
}
