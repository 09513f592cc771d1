/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tests of eight bytes at a time, for loops that look for the next special byte in a text. A result
 * other than 0 means that one of the bytes is special; the caller then looks at each byte.
 */
#ifndef WORD_SCAN_H
#define WORD_SCAN_H

#include <stdint.h>
#include <string.h>

static inline uint64_t
word_scan_load(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint64_t
word_scan_repeat(unsigned char byte)
{
	return UINT64_C(0x0101010101010101) * byte;
}

/* Looks for bytes below LIMIT, which is at most 0x80. */
static inline uint64_t
word_scan_below(uint64_t word, unsigned char limit)
{
	return (word - word_scan_repeat(limit)) & ~word & word_scan_repeat(0x80);
}

/* Looks for BYTE. */
static inline uint64_t
word_scan_equal(uint64_t word, unsigned char byte)
{
	return word_scan_below(word ^ word_scan_repeat(byte), 1);
}

#endif
