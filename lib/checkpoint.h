/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Checkpoints: the CRC of any range of the input, each at a constant cost.
 *
 * Candidates overlap: where each claims millions of bytes, a CRC over every one
 * of them would be quadratic. So the CRC of a long range that overlaps an
 * earlier one is put together from prefix CRCs, kept on a grid. Let C(m) be the
 * CRC of m; then C(ab) = C(a)·x^(8|b|) + C(b), over GF(2) modulo the CRC's
 * polynomial. (zlib's crc32_combine rests on the same.)
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "window.h"

/* Starts as all zeroes. */
struct checkpoints {
	uint32_t *prefix;    /* CRC from some place before the first query up to a grid
	                        point, for the last points; NULL until needed */
	uint32_t *power;     /* x^(8·k·grid) for every k a packet can ask for */
	size_t power_count;  /* how many of them are known */
	uint64_t next;       /* the first grid point without a prefix */
	uint64_t direct_end; /* up to here each byte was once part of a plain CRC */
	uint64_t work;       /* bytes that went through a CRC, a combination counted as some */
};

/*
 * The CRC of FROM up to TO, both within SPAN and at most SUBUNIT2_PACKET_MAX
 * apart. FLOOR promises that no later range begins before it; it never
 * decreases.
 */
uint32_t checkpoints_crc(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                         uint64_t from, uint64_t to);

void checkpoints_free(struct checkpoints *checkpoints);

#endif
