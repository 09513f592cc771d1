/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
base64_encode_group(const unsigned char *in, size_t count, char out[4])
{
	uint32_t bits = (uint32_t)in[0] << 16;
	if (count > 1)
		bits |= (uint32_t)in[1] << 8;
	if (count > 2)
		bits |= in[2];
	out[0] = alphabet[bits >> 18];
	out[1] = alphabet[bits >> 12 & 63];
	out[2] = count > 1 ? alphabet[bits >> 6 & 63] : '=';
	out[3] = count > 2 ? alphabet[bits & 63] : '=';
}

void
base64_put(FILE *file, struct subunit2_view bytes)
{
	char buffer[4096];
	size_t used = 0;
	const unsigned char *in = (const unsigned char *)bytes.data;
	for (size_t at = 0; at < bytes.len; at += 3) {
		base64_encode_group(in + at, bytes.len - at, buffer + used);
		used += 4;
		if (used == sizeof(buffer)) {
			fwrite(buffer, 1, used, file);
			used = 0;
		}
	}
	fwrite(buffer, 1, used, file);
}

/* Returns the value of C, from 0 to 63, or -1. */
static int
base64_digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes a group of four digits. Returns the number of bytes, or 0 if the group is invalid. */
static size_t
base64_decode_group(const char in[4], bool last, char out[3])
{
	size_t padding = last ? (size_t)(in[3] == '=') + (in[3] == '=' && in[2] == '=') : 0;
	uint32_t bits = 0;
	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? base64_digit_value(in[i]) : 0;
		if (value < 0)
			return 0;
		bits = bits << 6 | (uint32_t)value;
	}
	if ((bits & ((1u << 8 * padding) - 1)) != 0)
		return 0; /* bits that no encoder sets */
	out[0] = (char)(bits >> 16);
	if (padding < 2)
		out[1] = (char)(bits >> 8);
	if (padding < 1)
		out[2] = (char)bits;
	return 3 - padding;
}

bool
base64_decode(struct subunit2_view text, char *buffer, size_t *len)
{
	*len = 0;
	if (text.len % 4 != 0)
		return false;
	for (size_t at = 0; at < text.len; at += 4) {
		size_t count =
			base64_decode_group(text.data + at, at + 4 == text.len, buffer + *len);
		if (count == 0)
			return false;
		*len += count;
	}
	return true;
}
