/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "json_string.h"

#include "putters.h"

#include <subunit2/utf8.h>

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

static void
json_string_put_escape(FILE *file, unsigned char c)
{
	char letter = json_string_escape_of(c);
	if (letter == 'u')
		fprintf(file, "\\u%04x", c);
	else
		fprintf(file, "\\%c", letter);
}

static bool
json_string_is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Writes TEXT, which is UTF-8, without quotes. OTHER is one more character to escape. */
static void
json_string_put_escaped(FILE *file, struct subunit2_view text, char other)
{
	size_t plain = 0; /* start of the part that is not written yet */
	for (size_t at = 0; at < text.len; at++) {
		if (json_string_is_plain((unsigned char)text.data[at]) && text.data[at] != other)
			continue;
		put_view(file, (struct subunit2_view){text.data + plain, at - plain});
		json_string_put_escape(file, (unsigned char)text.data[at]);
		plain = at + 1;
	}
	put_view(file, (struct subunit2_view){text.data + plain, text.len - plain});
}

void
json_string_put(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	json_string_put_escaped(file, text, '"');
	put_char(file, '"');
}

void
json_string_put_in_page(FILE *file, struct subunit2_view text)
{
	put_char(file, '"');
	while (text.len > 0) {
		size_t valid = subunit2_utf8_valid_len(text);
		json_string_put_escaped(file, (struct subunit2_view){text.data, valid}, '<');
		if (valid < text.len)
			fprintf(file, "\\\\x%02x", (unsigned char)text.data[valid++]);
		text.data += valid;
		text.len -= valid;
	}
	put_char(file, '"');
}
