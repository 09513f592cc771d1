/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Candidates: places of the input at which a packet may begin, and what an examination finds there.
 */
#ifndef CANDIDATE_H
#define CANDIDATE_H

#include "checkpoint.h"
#include "header.h"

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
	bool plausible; /* if not a packet, then a damaged one: a legal place, and a first field
	                   that fits */
	/* The reason if it is damage: PLAUSIBLE is set and LOOK is LOOK_FAILED. */
	const char *reason;
	uint64_t reason_offset;
};

/* Return the place of the first signature byte at or after FROM, or the end of the span. */
uint64_t candidate_next_signature(const struct span *span, uint64_t from);

/* Return whether BYTE differs from a signature in one bit. */
bool candidate_is_damaged_signature(uint8_t byte);

/*
 * Examine PLACE. This takes constant time, except for the CRC of a packet that overlaps no other.
 * FLOOR is that of checkpoints_crc. AFTER: PLACE is directly after a packet. LEGAL: it is a legal
 * place.
 */
struct candidate candidate_examine(struct checkpoints *checkpoints, const struct span *span,
                                   uint64_t floor, uint64_t place, bool after, bool legal);

#endif
