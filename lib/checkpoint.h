/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Checkpoints: the CRC of any range of the input, in constant time.
 *
 * Candidates overlap. If each claims millions of bytes, a CRC over each of them takes quadratic
 * time. So the CRC of a long range that overlaps an earlier one is computed from the CRCs of
 * prefixes, which are kept on a grid. Let C(m) be the CRC of m. Then C(ab) = C(a)·x^(8|b|) + C(b),
 * over GF(2) modulo the polynomial of the CRC, as in zlib's crc32_combine.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "crc.h"
#include "window.h"

/* A CRC over at most this many bytes costs less than a combination. */
#define CHECKPOINTS_DIRECT_MAX 512u

/* Starts as all zeroes. */
struct checkpoints {
	uint32_t *prefix;    /* the last grid points, each with the CRC of the bytes from a common
	                        start before the first query; NULL until needed */
	uint32_t *power;     /* x^(8·k·grid) for every k a packet can ask for */
	size_t power_count;  /* how many of them are computed */
	uint64_t next;       /* the first grid point without a prefix */
	uint64_t direct_end; /* each byte before this offset was part of a CRC computed directly */
	uint64_t work;       /* bytes of which a CRC was computed; a combination counts as a few */
};

/* Return the same as checkpoints_crc, for a range of any length. */
uint32_t checkpoints_long_crc(struct checkpoints *checkpoints, const struct span *span,
                              uint64_t floor, uint64_t from, uint64_t to);

/*
 * Return the CRC of the bytes from FROM to TO, which are within SPAN and at most
 * SUBUNIT2_PACKET_MAX apart. No later range may begin before FLOOR, which never decreases.
 */
static inline uint32_t
checkpoints_crc(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                uint64_t from, uint64_t to)
{
	size_t len = (size_t)(to - from);
	if (len > CHECKPOINTS_DIRECT_MAX)
		return checkpoints_long_crc(checkpoints, span, floor, from, to);
	checkpoints->work += len;
	return crc_add(0, span_at(span, from), len);
}

void checkpoints_free(struct checkpoints *checkpoints);

#endif
