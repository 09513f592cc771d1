/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/utf8.h>

#include "private/byte_block.h"

/* Return the length of the ASCII run at TEXT. If NUL_ENDS, a NUL ends it. */
static inline size_t
utf8_ascii_len(const char *text, size_t len, bool nul_ends)
{
	size_t i = nul_ends ? byte_block_skip(text, len, byte_block_mark_other_than_string)
	                    : byte_block_skip(text, len, byte_block_mark_other_than_ascii);
	while (i < len && !(text[i] & 0x80) && (text[i] || !nul_ends))
		i++;
	return i;
}

static bool
utf8_continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Return the length of the character that starts with LEAD, or 0 if no character does. *LOW and
 * *HIGH limit its second byte (RFC 3629, section 4). */
static size_t
utf8_sequence_len(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

/* Return how many bytes at TEXT are part of one character. Set *WHOLE if they are all of it. */
static size_t
utf8_character_len(const char *text, size_t len, bool *whole)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char low, high;
	size_t wanted = utf8_sequence_len(bytes[0], &low, &high), have = 1;
	*whole = false;
	if (!wanted)
		return 0;
	if (wanted > 1 && len > 1 && (bytes[1] < low || bytes[1] > high))
		return 0;
	while (have < wanted && have < len && utf8_continues(bytes[have]))
		have++;
	*whole = have == wanted;
	return have < wanted && have < len ? 0 : have;
}

static size_t
utf8_valid_len(struct subunit2_view text, bool nul_ends)
{
	size_t i = 0;
	while (i < text.len) {
		bool whole;
		i += utf8_ascii_len(text.data + i, text.len - i, nul_ends);
		if (i == text.len || !(text.data[i] & 0x80))
			break;
		size_t len = utf8_character_len(text.data + i, text.len - i, &whole);
		if (!whole)
			break;
		i += len;
	}
	return i;
}

size_t
subunit2_utf8_valid_len(struct subunit2_view text)
{
	return utf8_valid_len(text, false);
}

bool
subunit2_utf8_is_string(struct subunit2_view text)
{
	return !byte_block_has(text.data, text.len, byte_block_mark_other_than_string) ||
	       utf8_valid_len(text, true) == text.len;
}

size_t
subunit2_utf8_unfinished(struct subunit2_view text)
{
	for (size_t back = 1; back <= 3 && back <= text.len; back++) {
		const char *last = text.data + text.len - back;
		bool whole;
		if (utf8_continues((unsigned char)*last))
			continue;
		return utf8_character_len(last, back, &whole) == back && !whole ? back : 0;
	}
	return 0;
}

size_t
subunit2_utf8_cut(struct subunit2_view text, size_t limit)
{
	if (text.len <= limit)
		return text.len;
	while (limit && utf8_continues((unsigned char)text.data[limit]))
		limit--;
	return limit;
}

/* Return the length of the run of printable ASCII at TEXT. */
static size_t
utf8_printable_len(const char *text, size_t len)
{
	size_t i = byte_block_skip(text, len, byte_block_mark_other_than_printable);
	while (i < len && text[i] >= 0x20 && text[i] < 0x7f)
		i++;
	return i;
}

/* Return whether CHARACTER is a control character: C0, DEL or C1, which is C2 80 to C2 9F. */
static bool
utf8_is_control(const char *character, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)character;
	if (len == 1)
		return bytes[0] < 0x20 || bytes[0] == 0x7f;
	return len == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

size_t
subunit2_utf8_escape(struct subunit2_view text, char *buffer, size_t limit)
{
	static const char digits[] = "0123456789abcdef";
	size_t out = utf8_printable_len(text.data, text.len < limit ? text.len : limit);
	if (out)
		memcpy(buffer, text.data, out);
	for (size_t i = out; i < text.len;) {
		bool whole;
		size_t len = utf8_character_len(text.data + i, text.len - i, &whole);
		bool plain = whole && !utf8_is_control(text.data + i, len);
		if (!whole)
			len = 1;
		if (out + (plain ? len : 4 * len) > limit)
			break;
		for (size_t end = i + len; i < end; i++) {
			if (plain) {
				buffer[out++] = text.data[i];
				continue;
			}
			unsigned char byte = (unsigned char)text.data[i];
			buffer[out++] = '\\';
			buffer[out++] = 'x';
			buffer[out++] = digits[byte >> 4];
			buffer[out++] = digits[byte & 0xf];
		}
	}
	return out;
}
