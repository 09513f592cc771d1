/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "checkpoint.h"

#include <subunit2/packet.h>

#include <stdlib.h>

#define GRID 128u
/* Grid points that a packet can span; a power of two. */
#define POINTS ((SUBUNIT2_PACKET_MAX + 1) / GRID)

/* The polynomials 1 and x^8, bit-reflected as in the CRC: the top bit is x^0. */
#define ONE 0x80000000u
#define X8 0x00800000u

#define POLYNOMIAL 0xedb88320u

/* The remainders modulo the polynomial of four bits that were shifted out. */
static const uint32_t shifted_out[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static uint32_t
checkpoint_times_x(uint32_t a)
{
	return a >> 1 ^ (POLYNOMIAL & -(a & 1));
}

/* Return the product modulo the polynomial, computed from four bits of A at a time. */
static uint32_t
checkpoint_multiply(uint32_t a, uint32_t b)
{
	uint32_t multiple[16];
	multiple[0] = 0;
	multiple[8] = b;
	for (unsigned i = 4; i; i /= 2)
		multiple[i] = checkpoint_times_x(multiple[i * 2]);
	for (unsigned i = 2; i < 16; i *= 2)
		for (unsigned j = 1; j < i; j++)
			multiple[i + j] = multiple[i] ^ multiple[j];

	uint32_t product = 0;
	for (unsigned bit = 0; bit < 32; bit += 4)
		product = product >> 4 ^ shifted_out[product & 15] ^ multiple[a >> bit & 15];
	return product;
}

static bool
checkpoint_allocate(struct checkpoints *checkpoints)
{
	if (checkpoints->prefix)
		return true;
	checkpoints->prefix = malloc(2 * POINTS * sizeof(uint32_t));
	if (!checkpoints->prefix)
		return false;
	checkpoints->power = checkpoints->prefix + POINTS;
	checkpoints->power[0] = ONE;
	checkpoints->power[1] = X8;
	for (unsigned i = 1; i < GRID; i *= 2)
		checkpoints->power[1] =
			checkpoint_multiply(checkpoints->power[1], checkpoints->power[1]);
	checkpoints->power_count = 2;
	return true;
}

static uint32_t
checkpoint_power(struct checkpoints *checkpoints, size_t k)
{
	for (; checkpoints->power_count <= k; checkpoints->power_count++)
		checkpoints->power[checkpoints->power_count] = checkpoint_multiply(
			checkpoints->power[checkpoints->power_count - 1], checkpoints->power[1]);
	return checkpoints->power[k];
}

static uint32_t
checkpoint_direct_crc(struct checkpoints *checkpoints, uint32_t crc, const struct span *span,
                      uint64_t from, uint64_t to)
{
	checkpoints->work += to - from;
	return crc_add(crc, span_at(span, from), (size_t)(to - from));
}

static uint32_t *
checkpoint_prefix(struct checkpoints *checkpoints, uint64_t point)
{
	return &checkpoints->prefix[point % POINTS];
}

/* Compute the prefixes of all grid points from FLOOR to LAST. */
static void
checkpoint_extend(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                  uint64_t last)
{
	uint64_t first = (floor + GRID - 1) / GRID;
	if (checkpoints->next <= first) {
		*checkpoint_prefix(checkpoints, first) = 0;
		checkpoints->next = first + 1;
	}
	for (; checkpoints->next <= last; checkpoints->next++)
		*checkpoint_prefix(checkpoints, checkpoints->next) = checkpoint_direct_crc(
			checkpoints, *checkpoint_prefix(checkpoints, checkpoints->next - 1), span,
			(checkpoints->next - 1) * GRID, checkpoints->next * GRID);
}

uint32_t
checkpoints_long_crc(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                     uint64_t from, uint64_t to)
{
	if (from >= checkpoints->direct_end || !checkpoint_allocate(checkpoints)) {
		checkpoints->direct_end = to;
		return checkpoint_direct_crc(checkpoints, 0, span, from, to);
	}

	uint64_t first = (from + GRID - 1) / GRID, last = to / GRID;
	checkpoint_extend(checkpoints, span, floor, last);
	checkpoints->work += GRID;
	uint32_t crc = checkpoint_direct_crc(checkpoints, 0, span, from, first * GRID);
	crc = *checkpoint_prefix(checkpoints, last) ^
	      checkpoint_multiply(*checkpoint_prefix(checkpoints, first) ^ crc,
	                          checkpoint_power(checkpoints, (size_t)(last - first)));
	return checkpoint_direct_crc(checkpoints, crc, span, last * GRID, to);
}

void
checkpoints_free(struct checkpoints *checkpoints)
{
	free(checkpoints->prefix);
	*checkpoints = (struct checkpoints){0};
}
