/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds special bytes in a text, sixteen bytes at a time.
 *
 * A test takes a block and returns marks: a block in which the high bit of each special byte is
 * set, and the other bits have no meaning. If the processor has vector instructions, compilers use
 * them for a block. This header is not installed; tap and src may include it.
 */
#ifndef BYTE_BLOCK_H
#define BYTE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Ignore the warning that a vector argument changes the ABI: all functions are inlined. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

#define BYTE_BLOCK_LEN 16

typedef uint8_t byte_block __attribute__((vector_size(BYTE_BLOCK_LEN)));
typedef byte_block byte_block_test(byte_block block);

#define BYTE_BLOCK_INLINE static inline __attribute__((always_inline))

BYTE_BLOCK_INLINE byte_block
byte_block_load(const char *text)
{
	byte_block block;
	memcpy(&block, text, sizeof(block));
	return block;
}

/* Return a block of the LEN bytes at TEXT, some of them more than once. LEN is 1 to
 * BYTE_BLOCK_LEN - 1. */
BYTE_BLOCK_INLINE byte_block
byte_block_load_short(const char *text, size_t len)
{
	uint64_t words[2];
	if (len >= 8) {
		memcpy(&words[0], text, 8);
		memcpy(&words[1], text + len - 8, 8);
	} else if (len >= 4) {
		uint32_t halves[2];
		memcpy(&halves[0], text, 4);
		memcpy(&halves[1], text + len - 4, 4);
		words[0] = words[1] = (uint64_t)halves[0] << 32 | halves[1];
	} else {
		uint64_t two = (uint64_t)(uint8_t)text[0] << 8 | (uint8_t)text[len / 2];
		words[0] = words[1] = (two << 16 | two) * UINT64_C(0x100000001);
		words[1] = (uint8_t)text[len - 1] * UINT64_C(0x0101010101010101);
	}
	byte_block block;
	memcpy(&block, words, sizeof(block));
	return block;
}

#ifdef __SSE2__

/* Return the high bits of MARKS as a number whose lowest bit belongs to the first byte. Takes one
 * instruction; compilers need six for the portable byte_block_any below. */
BYTE_BLOCK_INLINE unsigned
byte_block_high_bits(byte_block marks)
{
	typedef char signed_block __attribute__((vector_size(BYTE_BLOCK_LEN)));
	return (unsigned)__builtin_ia32_pmovmskb128((signed_block)marks);
}

/* Return whether MARKS, a result of a test, marks any byte. */
BYTE_BLOCK_INLINE bool
byte_block_any(byte_block marks)
{
	return byte_block_high_bits(marks);
}

#else

/* A factor: the highest byte of its product with a word has the lowest bit of each byte of that
 * word, in the order of memory. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_BLOCK_GATHER UINT64_C(0x0102040810204080)
#else
#define BYTE_BLOCK_GATHER UINT64_C(0x8040201008040201)
#endif

/* Return the high bits of MARKS as a number whose lowest bit belongs to the first byte. */
BYTE_BLOCK_INLINE unsigned
byte_block_high_bits(byte_block marks)
{
	uint64_t words[2];
	marks >>= 7;
	memcpy(words, &marks, sizeof(words));
	return (unsigned)(words[0] * BYTE_BLOCK_GATHER >> 56) |
	       (unsigned)(words[1] * BYTE_BLOCK_GATHER >> 56) << 8;
}

BYTE_BLOCK_INLINE bool
byte_block_any(byte_block marks)
{
	uint64_t words[2];
	memcpy(words, &marks, sizeof(words));
	return (words[0] | words[1]) & UINT64_C(0x8080808080808080);
}

#endif

/* Return the offset of the first byte that MARKS marks. MARKS must mark one. */
BYTE_BLOCK_INLINE size_t
byte_block_first(byte_block marks)
{
	return (size_t)__builtin_ctz(byte_block_high_bits(marks));
}

/* Return whether one of the LEN bytes at TEXT is special. */
BYTE_BLOCK_INLINE bool
byte_block_has(const char *text, size_t len, byte_block_test *test)
{
	if (!len)
		return false;
	if (len < BYTE_BLOCK_LEN)
		return byte_block_any(test(byte_block_load_short(text, len)));
	byte_block marks = {0};
	for (size_t i = 0; i + BYTE_BLOCK_LEN < len; i += BYTE_BLOCK_LEN)
		marks |= test(byte_block_load(text + i));
	/* The last block overlaps the one before. */
	return byte_block_any(marks | test(byte_block_load(text + len - BYTE_BLOCK_LEN)));
}

/* Copy the LEN bytes at TEXT to TO. LEN is 1 to BYTE_BLOCK_LEN - 1. */
BYTE_BLOCK_INLINE void
byte_block_copy_short(char *to, const char *text, size_t len)
{
	if (len >= 8) {
		memcpy(to, text, 8);
		memcpy(to + len - 8, text + len - 8, 8);
	} else if (len >= 4) {
		memcpy(to, text, 4);
		memcpy(to + len - 4, text + len - 4, 4);
	} else {
		to[0] = text[0];
		to[len / 2] = text[len / 2];
		to[len - 1] = text[len - 1];
	}
}

BYTE_BLOCK_INLINE byte_block
byte_block_copy(char *to, const char *text)
{
	byte_block block = byte_block_load(text);
	memcpy(to, &block, sizeof(block));
	return block;
}

/* Copy the LEN bytes at TEXT to TO, which must not overlap them. Return whether one is special. */
BYTE_BLOCK_INLINE bool
byte_block_copy_has(char *to, const char *text, size_t len, byte_block_test *test)
{
	if (!len)
		return false;
	if (len < BYTE_BLOCK_LEN) {
		byte_block_copy_short(to, text, len);
		return byte_block_any(test(byte_block_load_short(text, len)));
	}
	byte_block marks = {0};
	for (size_t i = 0; i + BYTE_BLOCK_LEN < len; i += BYTE_BLOCK_LEN)
		marks |= test(byte_block_copy(to + i, text + i));
	size_t last = len - BYTE_BLOCK_LEN;
	return byte_block_any(marks | test(byte_block_copy(to + last, text + last)));
}

/* Search the whole blocks of the LEN bytes at TEXT, and not the fewer than BYTE_BLOCK_LEN bytes
 * after them. Return the offset of the first special byte, or of the bytes after the last whole
 * block if no byte in a block is special. */
BYTE_BLOCK_INLINE size_t
byte_block_find(const char *text, size_t len, byte_block_test *test)
{
	size_t i = 0;
	for (; len - i >= BYTE_BLOCK_LEN; i += BYTE_BLOCK_LEN) {
		byte_block marks = test(byte_block_load(text + i));
		if (byte_block_any(marks))
			return i + byte_block_first(marks);
	}
	return i;
}

/* Return how many of the LEN bytes at TEXT can be skipped: LEN if no byte is special, otherwise at
 * most the offset of the first special byte, and less than BYTE_BLOCK_LEN below it. */
BYTE_BLOCK_INLINE size_t
byte_block_skip(const char *text, size_t len, byte_block_test *test)
{
	size_t i = 0;
	while (len - i >= 2 * BYTE_BLOCK_LEN &&
	       !byte_block_any(test(byte_block_load(text + i)) |
	                       test(byte_block_load(text + i + BYTE_BLOCK_LEN))))
		i += 2 * BYTE_BLOCK_LEN;
	while (len - i >= BYTE_BLOCK_LEN && !byte_block_any(test(byte_block_load(text + i))))
		i += BYTE_BLOCK_LEN;
	if (i == len) /* TEXT may be NULL then */
		return len;
	return len - i < BYTE_BLOCK_LEN && !byte_block_has(text + i, len - i, test) ? len : i;
}

/* Mark bytes that are not ASCII. */
BYTE_BLOCK_INLINE byte_block
byte_block_mark_other_than_ascii(byte_block block)
{
	return block;
}

/* Mark bytes that are not ASCII, and NUL. */
BYTE_BLOCK_INLINE byte_block
byte_block_mark_other_than_string(byte_block block)
{
	return block | (block - 1);
}

/* Mark control characters, and bytes that are not ASCII. */
BYTE_BLOCK_INLINE byte_block
byte_block_mark_other_than_printable(byte_block block)
{
	return block | (block - 0x20) | (block + 1);
}

/* Mark control characters. */
BYTE_BLOCK_INLINE byte_block
byte_block_mark_controls(byte_block block)
{
	return (byte_block)(block < 0x20) | (byte_block)(block == 0x7f);
}

/* Mark BYTE. */
BYTE_BLOCK_INLINE byte_block
byte_block_mark(byte_block block, char byte)
{
	return (byte_block)(block == (uint8_t)byte);
}

#endif
