/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "json_string.h"

#include "byte_block.h"
#include "putters.h"

#include <subunit2/utf8.h>

#define JSON_STRING_ESCAPE_MAX 6 /* bytes of \u001f */

/* Returns the character that follows the backslash in the escape of C: C itself, a letter, or 'u'
 * for \u00XX. */
static char
json_string_escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 'u';
	}
}

/* Writes the escape of C to OUT, and returns its length. */
static size_t
json_string_escape(unsigned char c, char out[JSON_STRING_ESCAPE_MAX])
{
	static const char digits[] = "0123456789abcdef";
	char letter = json_string_escape_of(c);
	out[0] = '\\';
	out[1] = letter;
	if (letter != 'u')
		return 2;
	out[2] = out[3] = '0';
	out[4] = digits[c >> 4];
	out[5] = digits[c & 15];
	return 6;
}

static bool
json_string_is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static inline byte_block
json_string_mark(byte_block block)
{
	return byte_block_mark_controls(block) | byte_block_mark(block, '"') |
	       byte_block_mark(block, '\\');
}

static inline byte_block
json_string_mark_in_page(byte_block block)
{
	return json_string_mark(block) | byte_block_mark(block, '<');
}

/* Returns the length of the part of TEXT before the first character to escape. IN_PAGE: '<' is one
 * of these. */
static size_t
json_string_plain_len(struct subunit2_view text, bool in_page)
{
	size_t at = in_page ? byte_block_skip(text.data, text.len, json_string_mark_in_page)
	                    : byte_block_skip(text.data, text.len, json_string_mark);
	while (at < text.len && json_string_is_plain((unsigned char)text.data[at]) &&
	       !(in_page && text.data[at] == '<'))
		at++;
	return at;
}

/* Writes TEXT, which is UTF-8, without quotes. IN_PAGE: '<' is escaped, too. */
static void
json_string_put_escaped(FILE *file, struct subunit2_view text, bool in_page)
{
	char escape[JSON_STRING_ESCAPE_MAX];
	while (text.len > 0) {
		size_t plain = json_string_plain_len(text, in_page);
		put_view(file, (struct subunit2_view){text.data, plain});
		if (plain < text.len) {
			unsigned char c = (unsigned char)text.data[plain++];
			put_view(file,
			         (struct subunit2_view){escape, json_string_escape(c, escape)});
		}
		text.data += plain;
		text.len -= plain;
	}
}

void
json_string_add(struct buffer *to, struct subunit2_view text)
{
	buffer_add_char(to, '"');
	while (text.len > 0) {
		size_t plain = json_string_plain_len(text, false);
		buffer_add(to, (struct subunit2_view){text.data, plain});
		if (plain < text.len) {
			unsigned char c = (unsigned char)text.data[plain++];
			to->len +=
				json_string_escape(c, buffer_reserve(to, JSON_STRING_ESCAPE_MAX));
		}
		text.data += plain;
		text.len -= plain;
	}
	buffer_add_char(to, '"');
}

void
json_string_put(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	json_string_put_escaped(file, text, false);
	put_char(file, '"');
}

void
json_string_put_in_page(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	while (text.len > 0) {
		size_t valid = subunit2_utf8_valid_len(text);
		json_string_put_escaped(file, (struct subunit2_view){text.data, valid}, true);
		if (valid < text.len)
			fprintf(file, "\\\\x%02x", (unsigned char)text.data[valid++]);
		text.data += valid;
		text.len -= valid;
	}
	put_char(file, '"');
}
