/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Checks for ASCII, eight bytes at a time. */
#ifndef ASCII_H
#define ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ASCII_HIGH_BITS 0x8080808080808080u
#define ASCII_LOW_ONES 0x0101010101010101u

static inline uint64_t
ascii_load(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

/* Return WORD with high bits set if one of its bytes is not ASCII or is NUL: subtracting one from
 * each byte sets a high bit only if there is a zero. The other bits have no meaning. */
static inline uint64_t
ascii_mark_nul_too(uint64_t word)
{
	return word | (word - ASCII_LOW_ONES);
}

/* Return whether all LEN bytes at TEXT are ASCII and none of them is NUL. */
static inline bool
ascii_is_string(const char *text, size_t len)
{
	uint64_t marks = 0;

	if (len >= 8) {
		for (size_t i = 0; i + 8 < len; i += 8)
			marks |= ascii_mark_nul_too(ascii_load(text + i));
		/* The last eight bytes overlap those before. */
		marks |= ascii_mark_nul_too(ascii_load(text + len - 8));
	} else if (len >= 4) {
		uint32_t first, last;

		memcpy(&first, text, sizeof(first));
		memcpy(&last, text + len - 4, sizeof(last));
		marks = ascii_mark_nul_too((uint64_t)first << 32 | last);
	} else if (len > 0) {
		uint64_t bytes = (uint64_t)(uint8_t)text[0] << 16 |
		                 (uint64_t)(uint8_t)text[len / 2] << 8 | (uint8_t)text[len - 1];

		marks = ascii_mark_nul_too(ASCII_LOW_ONES << 24 | bytes);
	}
	return !(marks & ASCII_HIGH_BITS);
}

#endif
