/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "xml.h"

#include "byte_block.h"
#include "putters.h"
#include "sgr.h"

#include <subunit2/utf8.h>

/* Returns the reference that replaces C, or NULL. Without references, a parser would turn tabs and
 * line ends in attributes into blanks. */
static const char *
xml_reference_to(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* Characters that may not stay as they are: control characters, those with a meaning in XML, and
 * 0xEF, the first byte of U+FFFE. */
#define EIGHT_TRUE true, true, true, true, true, true, true, true
static const bool xml_special[256] = {
	[0] = EIGHT_TRUE, EIGHT_TRUE,   EIGHT_TRUE,   EIGHT_TRUE,    ['&'] = true,
	['<'] = true,     ['>'] = true, ['"'] = true, [0x7F] = true, [0xEF] = true,
};

/* Returns the index of the first special character in TEXT from AT on, or the length of TEXT. Four
 * characters at a time take 3 instructions each instead of 8. */
static size_t
xml_next_special(struct subunit2_view text, size_t at)
{
	const unsigned char *c = (const unsigned char *)text.data;
	while (text.len - at >= 4 && !(xml_special[c[at]] | xml_special[c[at + 1]] |
	                               xml_special[c[at + 2]] | xml_special[c[at + 3]]))
		at += 4;
	while (at < text.len && !xml_special[c[at]])
		at++;
	return at;
}

static inline byte_block
xml_mark(byte_block block)
{
	return byte_block_mark_other_than_printable(block) | byte_block_mark(block, '&') |
	       byte_block_mark(block, '<') | byte_block_mark(block, '>') |
	       byte_block_mark(block, '"');
}

bool
xml_is_plain(struct subunit2_view text)
{
	return byte_block_skip(text.data, text.len, xml_mark) == text.len;
}

/* Returns true for U+FFFE and U+FFFF, the only characters of three bytes that XML forbids. */
static bool
xml_is_noncharacter(const char *at)
{
	return memcmp(at, "\xEF\xBF\xBE", 3) == 0 || memcmp(at, "\xEF\xBF\xBF", 3) == 0;
}

/* Writes TEXT, which is valid UTF-8. LINES: newlines and tabs stay as they are. */
static void
xml_put_valid(FILE *file, struct subunit2_view text, bool lines)
{
	size_t plain = 0; /* start of the part that is not written yet */
	for (size_t at = xml_next_special(text, 0); at < text.len;
	     at = xml_next_special(text, at + 1)) {
		unsigned char c = (unsigned char)text.data[at];
		if (c == 0xEF && !xml_is_noncharacter(text.data + at))
			continue;
		if ((c == '\n' || c == '\t') && lines)
			continue;
		put_view(file, (struct subunit2_view){text.data + plain, at - plain});
		plain = at + 1;
		size_t colors = sgr_len((struct subunit2_view){text.data + at, text.len - at});
		if (colors > 0) {
			at += colors - 1;
			plain = at + 1;
		} else if (c == 0xEF) {
			fprintf(file, "\\xef\\xbf\\x%02x", (unsigned char)text.data[at + 2]);
			at += 2;
			plain = at + 1;
		} else if (xml_reference_to(c)) {
			put_text(file, xml_reference_to(c));
		} else {
			fprintf(file, "\\x%02x", c);
		}
	}
	put_view(file, (struct subunit2_view){text.data + plain, text.len - plain});
}

static void
xml_put_any(FILE *file, struct subunit2_view text, bool lines)
{
	if (xml_is_plain(text)) {
		put_view(file, text);
		return;
	}
	while (text.len > 0) {
		size_t valid = subunit2_utf8_valid_len(text);
		xml_put_valid(file, (struct subunit2_view){text.data, valid}, lines);
		if (valid < text.len)
			fprintf(file, "\\x%02x", (unsigned char)text.data[valid++]);
		text.data += valid;
		text.len -= valid;
	}
}

void
xml_put_attribute(FILE *file, struct subunit2_view text)
{
	xml_put_any(file, text, false);
}

void
xml_put(FILE *file, struct subunit2_view text)
{
	xml_put_any(file, text, true);
}
