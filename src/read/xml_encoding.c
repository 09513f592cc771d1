/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "xml_encoding.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define EBCDIC "IBM037"
#define DECLARATION_MAX 1024 /* bytes; a longer one names no encoding */

/* The first bytes of a file in an encoding: marks come before "<" without a mark, long ones
 * before short ones. */
static const struct beginning {
	const char bytes[5];
	unsigned char len, mark_len, unit;
	const char *name;
} beginnings[] = {
	{"\0\0\xFE\xFF", 4, 4, 4, "UTF-32BE"}, {"\xFF\xFE\0\0", 4, 4, 4, "UTF-32LE"},
	{"\xEF\xBB\xBF", 3, 3, 1, ""},         {"\xFE\xFF", 2, 2, 2, "UTF-16BE"},
	{"\xFF\xFE", 2, 2, 2, "UTF-16LE"},     {"\0\0\0<", 4, 0, 4, "UTF-32BE"},
	{"<\0\0\0", 4, 0, 4, "UTF-32LE"},      {"\0<", 2, 0, 2, "UTF-16BE"},
	{"<\0", 2, 0, 2, "UTF-16LE"},          {"\x4C\x6F\xA7\x94", 4, 0, 1, EBCDIC},
};

static const struct beginning *
xml_encoding_beginning(struct subunit2_view head)
{
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (head.len >= beginnings[i].len &&
		    memcmp(head.data, beginnings[i].bytes, beginnings[i].len) == 0)
			return &beginnings[i];
	return NULL;
}

/* Copies the value of encoding= in DECLARATION to NAME; "" if it has none. */
static void
xml_encoding_read(struct subunit2_view declaration, char name[XML_ENCODING_SIZE])
{
	static const char attribute[] = "encoding", blanks[] = " \t\r\n=";
	char text[DECLARATION_MAX + 1];
	*name = '\0';
	memcpy(text, declaration.data, declaration.len);
	text[declaration.len] = '\0';
	const char *at = strstr(text, attribute);
	if (!at)
		return;
	at += strlen(attribute);
	at += strspn(at, blanks);
	if (*at != '"' && *at != '\'')
		return;
	size_t len = strcspn(at + 1, "\"'? ");
	if (len < XML_ENCODING_SIZE)
		snprintf(name, XML_ENCODING_SIZE, "%.*s", (int)len, at + 1);
}

/* Returns true if NAME is UTF-8, or an encoding that a readable declaration rules out. */
static bool
xml_encoding_is_utf8(const char *name)
{
	static const char *const wide[] = {"UTF-16", "UTF16", "UTF-32",
	                                   "UTF32",  "UCS",   "ISO-10646"};
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (strncasecmp(name, wide[i], strlen(wide[i])) == 0)
			return true;
	return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0;
}

/* Reads the declaration of a file in some EBCDIC, of which IBM037 has the letters. Returns
 * false if it may go on. */
static bool
xml_encoding_read_ebcdic(struct subunit2_view head, bool whole, struct xml_encoding *encoding)
{
	char text[DECLARATION_MAX], *in = (char *)head.data, *out = text;
	size_t left = head.len < DECLARATION_MAX ? head.len : DECLARATION_MAX, room = sizeof(text);
	iconv_t ebcdic = iconv_open("ISO-8859-1", EBCDIC);
	if (ebcdic == (iconv_t)-1)
		return true;
	iconv(ebcdic, &in, &left, &out, &room);
	iconv_close(ebcdic);
	size_t len = (size_t)(out - text);
	const char *end = memmem(text, len, "?>", 2);
	if (!end)
		return whole || len == DECLARATION_MAX;
	xml_encoding_read((struct subunit2_view){text, (size_t)(end - text)}, encoding->name);
	return true;
}

bool
xml_encoding_find(struct subunit2_view head, bool whole, struct xml_encoding *encoding)
{
	static const char begin[] = "<?xml";
	*encoding = (struct xml_encoding){.unit = 1};
	if (head.len < 4 && !whole)
		return false;
	const struct beginning *beginning = xml_encoding_beginning(head);
	if (beginning) {
		strcpy(encoding->name, beginning->name);
		encoding->mark_len = beginning->mark_len;
		encoding->unit = beginning->unit;
		return strcmp(beginning->name, EBCDIC) != 0 ||
		       xml_encoding_read_ebcdic(head, whole, encoding);
	}
	size_t blank = 0;
	while (blank < head.len && strchr(" \t\r\n", head.data[blank]) && head.data[blank])
		blank++;
	if (blank >= DECLARATION_MAX)
		return true;
	struct subunit2_view text = {head.data + blank, head.len - blank};
	size_t len = text.len < strlen(begin) ? text.len : strlen(begin);
	if (len == 0 || memcmp(text.data, begin, len) != 0)
		return len > 0 || whole;
	if (text.len > DECLARATION_MAX)
		text.len = DECLARATION_MAX;
	const char *end = memmem(text.data, text.len, "?>", 2);
	if (!end)
		return whole || text.len == DECLARATION_MAX;
	xml_encoding_read((struct subunit2_view){text.data, (size_t)(end - text.data)},
	                  encoding->name);
	if (xml_encoding_is_utf8(encoding->name))
		*encoding->name = '\0';
	return true;
}
