/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Bytes: a view of a text, as the files of this folder pass it to each other. It owns nothing, and
 * is absent if its data is NULL.
 */
#ifndef TAP_BYTES_H
#define TAP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct tap_bytes {
	const char *data; /* not terminated */
	size_t len;
};

static inline bool
tap_is_space(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool
tap_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns whether C is a letter or a digit. Bytes above ASCII count as letters. */
static inline bool
tap_is_word(char c)
{
	unsigned char lower = (unsigned char)c | 0x20;
	return (lower >= 'a' && lower <= 'z') || tap_is_digit(c) || (unsigned char)c >= 0x80;
}

static inline bool
tap_starts(struct tap_bytes bytes, const char *with)
{
	size_t len = strlen(with);
	return bytes.len >= len && memcmp(bytes.data, with, len) == 0;
}

/* Returns whether BYTES begins with WITH, in letters of any case. */
static inline bool
tap_starts_like(struct tap_bytes bytes, const char *with)
{
	size_t len = strlen(with);
	return bytes.len >= len && strncasecmp(bytes.data, with, len) == 0;
}

static inline struct tap_bytes
tap_skip(struct tap_bytes bytes, size_t count)
{
	return (struct tap_bytes){bytes.data + count, bytes.len - count};
}

static inline struct tap_bytes
tap_skip_spaces(struct tap_bytes bytes)
{
	while (bytes.len && tap_is_space(*bytes.data))
		bytes = tap_skip(bytes, 1);
	return bytes;
}

/* Returns BYTES without white space, including line ends, at its end. */
static inline struct tap_bytes
tap_trim_end(struct tap_bytes bytes)
{
	while (bytes.len &&
	       (tap_is_space(bytes.data[bytes.len - 1]) || bytes.data[bytes.len - 1] == '\r' ||
	        bytes.data[bytes.len - 1] == '\n'))
		bytes.len--;
	return bytes;
}

#endif
