/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The number of the packet format: 1 to 4 bytes, big-endian. The top two bits of the first byte
 * are the number of bytes that follow it. See NUMBERS in subunit2(5).
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define NUMBER_MAX 0x3fffffffu

/* Return the four bytes at DATA as a number, the most significant first: one load where the
 * compiler knows the byte order. */
static inline uint32_t
number_load_u32(const uint8_t *data)
{
	return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

/* Read the number at DATA into *VALUE. Return its length, or 0 if it is longer than AVAILABLE. */
static inline size_t
number_read(const uint8_t *data, size_t available, uint32_t *value)
{
	if (!available)
		return 0;
	size_t len = 1 + (size_t)(data[0] >> 6);
	if (len > available)
		return 0;
	uint32_t number = data[0] & 0x3f;
	for (size_t i = 1; i < len; i++)
		number = number << 8 | data[i];
	*value = number;
	return len;
}

/* Return the length of VALUE's shortest form, or 0 if VALUE is too large. */
static inline size_t
number_len(uint64_t value)
{
	return value < 1u << 6       ? 1
	       : value < 1u << 14    ? 2
	       : value < 1u << 22    ? 3
	       : value <= NUMBER_MAX ? 4
	                             : 0;
}

/* Write VALUE in LEN bytes, as returned by number_len. */
static inline void
number_write(uint8_t *out, uint32_t value, size_t len)
{
	for (size_t i = len; i-- > 0; value >>= 8)
		out[i] = (uint8_t)value;
	out[0] |= (uint8_t)((len - 1) << 6);
}

#endif
