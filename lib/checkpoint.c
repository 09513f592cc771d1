#include "checkpoint.h"

#include "crc.h"

#include <subunit2/packet.h>

#include <stdlib.h>

#define GRID 128u
/* Grid points that a packet can span; a power of two. */
#define POINTS ((SUBUNIT2_PACKET_MAX + 1) / GRID)
/* A CRC over no more than this costs less than a combination. */
#define PLAIN_MAX 512u

/* The polynomials 1 and x^8, bit-reflected as in the CRC: the top bit is x^0. */
#define ONE 0x80000000u
#define X8 0x00800000u

static uint32_t
multiply(uint32_t a, uint32_t b)
{
	uint64_t product = 0;
	for (unsigned bit = 0; bit < 32; bit++)
		product ^= (uint64_t)b << bit & -(uint64_t)(a >> bit & 1);

	/* The upper half is reduced already; the lower one is a multiple of x^32,
	 * and that is what the CRC of its four bytes makes of it. */
	product <<= 1;
	uint32_t low = (uint32_t)product;
	uint8_t bytes[4] = {(uint8_t)low, (uint8_t)(low >> 8), (uint8_t)(low >> 16),
	                    (uint8_t)(low >> 24)};
	return (uint32_t)(product >> 32) ^ ~crc_add(~0u, bytes, sizeof(bytes));
}

static bool
allocate(struct checkpoints *checkpoints)
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
		checkpoints->power[1] = multiply(checkpoints->power[1], checkpoints->power[1]);
	checkpoints->power_count = 2;
	return true;
}

static uint32_t
power(struct checkpoints *checkpoints, size_t k)
{
	for (; checkpoints->power_count <= k; checkpoints->power_count++)
		checkpoints->power[checkpoints->power_count] = multiply(
			checkpoints->power[checkpoints->power_count - 1], checkpoints->power[1]);
	return checkpoints->power[k];
}

static uint32_t
plain_crc(struct checkpoints *checkpoints, uint32_t crc, const struct span *span, uint64_t from,
          uint64_t to)
{
	checkpoints->work += to - from;
	return crc_add(crc, span_at(span, from), (size_t)(to - from));
}

static uint32_t *
prefix(struct checkpoints *checkpoints, uint64_t point)
{
	return &checkpoints->prefix[point % POINTS];
}

/* Sees to it that every grid point from FLOOR to LAST has a prefix. */
static void
extend(struct checkpoints *checkpoints, const struct span *span, uint64_t floor, uint64_t last)
{
	uint64_t first = (floor + GRID - 1) / GRID;
	if (checkpoints->next <= first) {
		*prefix(checkpoints, first) = 0;
		checkpoints->next = first + 1;
	}
	for (; checkpoints->next <= last; checkpoints->next++)
		*prefix(checkpoints, checkpoints->next) =
			plain_crc(checkpoints, *prefix(checkpoints, checkpoints->next - 1), span,
		                  (checkpoints->next - 1) * GRID, checkpoints->next * GRID);
}

uint32_t
checkpoints_crc(struct checkpoints *checkpoints, const struct span *span, uint64_t floor,
                uint64_t from, uint64_t to)
{
	if (to - from <= PLAIN_MAX)
		return plain_crc(checkpoints, 0, span, from, to);
	if (from >= checkpoints->direct_end || !allocate(checkpoints)) {
		checkpoints->direct_end = to;
		return plain_crc(checkpoints, 0, span, from, to);
	}

	uint64_t first = (from + GRID - 1) / GRID, last = to / GRID;
	extend(checkpoints, span, floor, last);
	checkpoints->work += GRID;
	uint32_t crc = plain_crc(checkpoints, 0, span, from, first * GRID);
	crc = *prefix(checkpoints, last) ^ multiply(*prefix(checkpoints, first) ^ crc,
	                                            power(checkpoints, (size_t)(last - first)));
	return plain_crc(checkpoints, crc, span, last * GRID, to);
}

void
checkpoints_free(struct checkpoints *checkpoints)
{
	free(checkpoints->prefix);
	*checkpoints = (struct checkpoints){0};
}
