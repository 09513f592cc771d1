/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "xml_text.h"

#include "buffer.h"
#include "memory.h"
#include "xml_encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

#define REFERENCE_MAX 32 /* bytes of a reference; leading zeros have no limit in XML */
#define CHARACTER_MAX 16 /* bytes of a character in any encoding, and of what shifts to it */
#define ESCAPED_LEN 4    /* of \xNN */
#define NO_ICONV ((iconv_t)-1)

enum section {
	SECTION_MARKUP, /* tags, and the text between them */
	SECTION_CDATA,
	SECTION_COMMENT,
};

struct xml_text {
	bool decided; /* on the encoding */
	bool begun;   /* blanks before the document have ended */
	bool changed; /* bytes came out other than they were */
	struct xml_encoding encoding;
	iconv_t iconv;
	struct buffer raw;  /* bytes that wait for more of their character, or to decide on */
	struct buffer utf8; /* converted, to be checked */
	struct buffer out;
	enum section section;
};

struct xml_text *
xml_text_new(void)
{
	struct xml_text *text = memory_zeroed(1, sizeof(*text));
	text->iconv = NO_ICONV;
	return text;
}

void
xml_text_free(struct xml_text *text)
{
	if (text->iconv != NO_ICONV)
		iconv_close(text->iconv);
	buffer_clear(&text->raw);
	buffer_clear(&text->utf8);
	buffer_clear(&text->out);
	free(text);
}

bool
xml_text_is_verbatim(const struct xml_text *text)
{
	return !text->changed;
}

static void
xml_text_copy(struct buffer *buffer, const char *data, size_t len)
{
	buffer_add(buffer, (struct subunit2_view){data, len});
}

static void
xml_text_escape(struct buffer *buffer, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char escaped[ESCAPED_LEN + 1];
		snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned char)data[i]);
		xml_text_copy(buffer, escaped, ESCAPED_LEN);
	}
}

static enum subunit2_result
xml_text_decide(struct xml_text *text, struct subunit2_error *error)
{
	text->decided = true;
	buffer_drop(&text->raw, text->encoding.mark_len);
	text->changed = text->encoding.mark_len > 0 || *text->encoding.name;
	if (*text->encoding.name == '\0')
		return SUBUNIT2_E_OK;
	text->iconv = iconv_open("UTF-8", text->encoding.name);
	if (text->iconv != NO_ICONV)
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, SUBUNIT2_E_INVALID, NULL, "unknown encoding");
}

/* Moves what iconv can convert from RAW to UTF8. */
static void
xml_text_convert(struct xml_text *text, bool last)
{
	struct buffer *raw = &text->raw;
	char *in = raw->data;
	size_t left = raw->len;
	while (left > 0) {
		char *out = buffer_reserve(&text->utf8, left + CHARACTER_MAX);
		size_t room = text->utf8.size - text->utf8.len;
		size_t result = iconv(text->iconv, &in, &left, &out, &room);
		text->utf8.len = (size_t)(out - text->utf8.data);
		if (result != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !last && left < CHARACTER_MAX)
			break;
		size_t len = left < text->encoding.unit ? left : text->encoding.unit;
		xml_text_escape(&text->utf8, in, len);
		in += len;
		left -= len;
	}
	buffer_drop(raw, raw->len - left);
}

/* Returns true if XML 1.0 allows the character. */
static bool
xml_text_is_xml_character(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
	       (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c < 0x110000);
}

/* Reads the digits of a reference at AT, "&#27;" or "&#x1b;". Returns its length; 0: it is
 * no reference; SIZE_MAX: it goes on after END. */
static size_t
xml_text_reference_read(const char *at, const char *end, uint32_t *value)
{
	const char *digit = at + 2;
	unsigned base = 10;
	*value = 0;
	if (digit < end && *digit == 'x') {
		base = 16;
		digit++;
	}
	for (; digit < end && *digit != ';'; digit++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *found = *digit ? strchr(digits, *digit) : NULL;
		unsigned number = found ? (unsigned)(found - digits) : 99;
		number -= number >= 16 && number < 22 ? 6 : 0;
		if (number >= base || digit - at > REFERENCE_MAX)
			return 0;
		if (*value < 0x1000000)
			*value = *value * base + number;
	}
	return digit < end ? (size_t)(digit - at) + 1 : SIZE_MAX;
}

/* Adds the bytes that UTF-8 would have for C, which is no character of XML, as \xNN. */
static void
xml_text_add_character_escaped(struct buffer *out, uint32_t c)
{
	char byte[] = {(char)c};
	char three[] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
	                (char)(0x80 | (c & 0x3F))};
	if (c < 0x80)
		xml_text_escape(out, byte, sizeof(byte));
	else
		xml_text_escape(out, three, sizeof(three));
}

/* Copies the reference at AT, or what stands for it. Returns its length; SIZE_MAX: it goes
 * on after END. */
static size_t
xml_text_add_reference(struct xml_text *text, const char *at, const char *end, bool last)
{
	uint32_t value;
	if (end - at < 2 && !last)
		return SIZE_MAX;
	size_t len = end - at >= 2 && at[1] == '#' ? xml_text_reference_read(at, end, &value) : 0;
	if (len == SIZE_MAX && !last)
		return SIZE_MAX;
	if (len == 0 || len == SIZE_MAX || xml_text_is_xml_character(value)) {
		xml_text_copy(&text->out, at, 1);
		return 1;
	}
	text->changed = true;
	if (value < 0x110000)
		xml_text_add_character_escaped(&text->out, value);
	else
		xml_text_copy(&text->out, "&amp;", 5);
	return value < 0x110000 ? len : 1;
}

/* Returns true if the bytes at AT are TOKEN; *CUT: they are its beginning, and end there. */
static bool
xml_text_has_token(const char *at, const char *end, const char *token, bool *cut)
{
	size_t len = strlen(token), left = (size_t)(end - at);
	bool same = memcmp(at, token, left < len ? left : len) == 0;
	*cut |= same && left < len;
	return same && left >= len;
}

/* Copies the byte at AT, with which a section may begin or end. Returns 1; SIZE_MAX: that
 * depends on what follows END. */
static size_t
xml_text_add_delimiter(struct xml_text *text, const char *at, const char *end, bool last)
{
	static const struct {
		enum section from, to;
		const char *token;
	} delimiters[] = {
		{SECTION_MARKUP, SECTION_CDATA, "<![CDATA["},
		{SECTION_MARKUP, SECTION_COMMENT, "<!--"},
		{SECTION_CDATA, SECTION_MARKUP, "]]>"},
		{SECTION_COMMENT, SECTION_MARKUP, "-->"},
	};
	bool cut = false;
	for (size_t i = 0; i < sizeof(delimiters) / sizeof(*delimiters); i++) {
		if (text->section != delimiters[i].from ||
		    !xml_text_has_token(at, end, delimiters[i].token, &cut))
			continue;
		/* Copy all of it: "<!-->" does not end the comment that it begins. */
		size_t len = strlen(delimiters[i].token);
		text->section = delimiters[i].to;
		xml_text_copy(&text->out, at, len);
		return len;
	}
	if (cut && !last)
		return SIZE_MAX;
	xml_text_copy(&text->out, at, 1);
	return 1;
}

static bool
xml_text_is_plain(unsigned char c)
{
	static const bool special[256] = {
		['&'] = true, ['<'] = true, [']'] = true, ['-'] = true, [0xEF] = true,
	};
	return (c >= 0x20 && !special[c]) || c == '\n' || c == '\t' || c == '\r';
}

/* Copies the character at AT, of which not all bytes are plain. Returns as above. */
static size_t
xml_text_add_special(struct xml_text *text, const char *at, const char *end, bool last)
{
	if (*at == '&' && text->section == SECTION_MARKUP)
		return xml_text_add_reference(text, at, end, last);
	if (strchr("<]-", *at) && *at)
		return xml_text_add_delimiter(text, at, end, last);
	bool is_ef = (unsigned char)*at == 0xEF;
	bool allowed = *at == '&' || (is_ef && memcmp(at + 1, "\xBF\xBE", 2) != 0 &&
	                              memcmp(at + 1, "\xBF\xBF", 2) != 0);
	size_t len = is_ef ? 3 : 1;
	if (allowed) {
		xml_text_copy(&text->out, at, len);
		return len;
	}
	text->changed = true;
	xml_text_escape(&text->out, at, len);
	return len;
}

/* Copies valid UTF-8. Returns where it stopped: at END, or where more bytes are needed. */
static const char *
xml_text_add_valid(struct xml_text *text, const char *at, const char *end, bool last)
{
	while (at < end) {
		const char *plain = at;
		while (at < end && xml_text_is_plain((unsigned char)*at))
			at++;
		xml_text_copy(&text->out, plain, (size_t)(at - plain));
		if (at == end)
			break;
		size_t len = xml_text_add_special(text, at, end, last);
		if (len == SIZE_MAX)
			break;
		at += len;
	}
	return at;
}

/* Moves what is complete from BYTES to OUT. */
static void
xml_text_clean(struct xml_text *text, struct buffer *bytes, bool last)
{
	const char *at = bytes->data, *end = at;
	if (bytes->len == 0)
		return;
	for (end += bytes->len; at < end;) {
		struct subunit2_view rest = {at, (size_t)(end - at)};
		size_t valid = subunit2_utf8_valid_len(rest);
		size_t unfinished = subunit2_utf8_unfinished(rest);
		bool ends = valid == rest.len || (!last && valid + unfinished == rest.len);
		const char *stop = at + valid;
		/* A character that an invalid byte ends does not go on after it. */
		at = xml_text_add_valid(text, at, stop, last || !ends);
		if (ends)
			break;
		text->changed = true;
		xml_text_escape(&text->out, at++, 1);
	}
	buffer_drop(bytes, (size_t)(at - bytes->data));
}

static void
xml_text_skip_blanks(struct xml_text *text)
{
	struct buffer *out = &text->out;
	size_t blank = 0;
	while (blank < out->len && memchr(" \t\r\n", out->data[blank], 4))
		blank++;
	text->begun = blank < out->len;
	text->changed |= blank > 0;
	buffer_drop(out, blank);
}

enum subunit2_result
xml_text_feed(struct xml_text *text, struct subunit2_view bytes, bool last,
              struct subunit2_view *out, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	text->out.len = 0;
	*out = (struct subunit2_view){"", 0};
	xml_text_copy(&text->raw, bytes.data, bytes.len);
	if (!text->decided) {
		struct subunit2_view head = {text->raw.data ? text->raw.data : "", text->raw.len};
		if (!xml_encoding_find(head, last, &text->encoding))
			return SUBUNIT2_E_OK;
		result = xml_text_decide(text, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	if (text->iconv != NO_ICONV) {
		xml_text_convert(text, last);
		xml_text_clean(text, &text->utf8, last);
	} else {
		xml_text_clean(text, &text->raw, last);
	}
	if (!text->begun)
		xml_text_skip_blanks(text);
	if (text->out.len > 0)
		*out = (struct subunit2_view){text->out.data, text->out.len};
	return SUBUNIT2_E_OK;
}
