/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Numbers at random: the same for the same start on every machine.
 */
#ifndef RANDOM_DRAW_H
#define RANDOM_DRAW_H

#include <stdint.h>

/* Returns a number below LIMIT, which is not 0, and moves *STATE on. */
static inline uint32_t
random_draw(uint64_t *state, uint32_t limit)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % limit;
}

#endif
