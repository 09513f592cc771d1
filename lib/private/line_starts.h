/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The two bytes with which lines begin that a reader looks for in other text. Few other lines begin
 * with the same two. This header is not installed; tap and src may include it.
 */
#ifndef LINE_STARTS_H
#define LINE_STARTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* For each first byte, a set of second bytes. A set does not distinguish bytes with the same lower
 * six bits, such as a capital letter and a control character. */
struct line_starts {
	uint64_t second[UCHAR_MAX + 1];
};

/* Sets of second bytes. */
#define LINE_SECOND(byte) (UINT64_C(1) << ((byte)&63))
#define LINE_SECOND_DIGIT (UINT64_C(0x3ff) << ('0' & 63))
#define LINE_SECOND_ANY UINT64_MAX

/* Return whether SECOND is in the set SECONDS. */
static inline bool
line_starts_has(uint64_t seconds, char second)
{
	return seconds >> (second & 63) & 1;
}

#endif
