/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The escapers of the formats, on every byte and at every position: the parsers of other projects
 * read back what was written.
 */
#include "check.h"
#include "json_string.h"
#include "memory.h"
#include "printable.h"
#include "xml.h"

#include <expat.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What PUT writes of TEXT between BEFORE and AFTER, to be freed. */
static char *
written(void (*put)(FILE *file, struct subunit2_view text), struct subunit2_view text,
        const char *before, const char *after)
{
	char *out;
	size_t len;
	FILE *file = memory_have(open_memstream(&out, &len));
	fputs(before, file);
	put(file, text);
	fputs(after, file);
	fclose(file);
	return out;
}

static bool
json_reads_back(void (*put)(FILE *, struct subunit2_view), struct subunit2_view text,
                struct subunit2_view expected)
{
	char *json = written(put, text, "[", "]");
	json_t *array = json_loads(json, JSON_ALLOW_NUL, NULL);
	json_t *string = json_array_get(array, 0);
	bool same = string && json_string_length(string) == expected.len &&
	            memcmp(json_string_value(string), expected.data, expected.len) == 0;
	json_decref(array);
	free(json);
	return same;
}

struct xml_text {
	char bytes[256];
	size_t len;
};

static void
on_text(void *context, const char *bytes, int len)
{
	struct xml_text *text = context;
	memcpy(text->bytes + text->len, bytes, (size_t)len);
	text->len += (size_t)len;
}

static void
on_element(void *context, const char *name, const char **attributes)
{
	struct xml_text *text = context;
	if (strcmp(name, "a") == 0 && attributes[0])
		on_text(text, attributes[1], (int)strlen(attributes[1]));
}

/* XML: an element <a>, whose text or attribute is EXPECTED. */
static bool
xml_reads_back(void (*put)(FILE *, struct subunit2_view), struct subunit2_view text,
               struct subunit2_view expected, const char *before, const char *after)
{
	char *xml = written(put, text, before, after);
	struct xml_text read = {.len = 0};
	XML_Parser parser = XML_ParserCreate("UTF-8");
	XML_SetUserData(parser, &read);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetElementHandler(parser, on_element, NULL);
	bool good = XML_Parse(parser, xml, (int)strlen(xml), 1) == XML_STATUS_OK;
	bool same = good && read.len == expected.len &&
	            memcmp(read.bytes, expected.data, expected.len) == 0;
	XML_ParserFree(parser);
	free(xml);
	return same;
}

/* What BYTE between an "a" and a "b" is once it was made visible. */
static struct subunit2_view
made_printable(unsigned char byte, char buffer[8])
{
	int len = snprintf(buffer, 8, "a\\x%02xb", byte);
	return (struct subunit2_view){buffer, (size_t)len};
}

static bool
is_ascii(unsigned char byte)
{
	return byte < 0x80;
}

static bool
xml_holds(unsigned char byte)
{
	return byte == '\t' || byte == '\n' || byte == '\r' || (byte >= 0x20 && byte < 0x7f);
}

static void
check_every_byte(void)
{
	bool json = true, page = true, element = true, attribute = true;
	for (unsigned byte = 0; byte < 256; byte++) {
		char raw[] = {'a', (char)byte, 'b'}, buffer[8];
		struct subunit2_view text = {raw, 3};
		struct subunit2_view shown = made_printable((unsigned char)byte, buffer);
		struct subunit2_view in_page = is_ascii((unsigned char)byte) ? text : shown;
		struct subunit2_view in_xml = xml_holds((unsigned char)byte) ? text : shown;
		if (is_ascii((unsigned char)byte))
			json = json && json_reads_back(json_string_put, text, text);
		page = page && json_reads_back(json_string_put_in_page, text, in_page);
		element = element && xml_reads_back(xml_put, text, in_xml, "<a>", "</a>");
		attribute = attribute &&
		            xml_reads_back(xml_put_attribute, text, in_xml, "<a b=\"", "\"/>");
	}
	CHECK_NAMED("every byte in a JSON string", json);
	CHECK_NAMED("every byte in a page's JSON", page);
	CHECK_NAMED("every byte in an XML element", element);
	CHECK_NAMED("every byte in an XML attribute", attribute);
}

static void
check_characters(void)
{
	struct subunit2_view text = SUBUNIT2_LITERAL("\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80");
	CHECK(json_reads_back(json_string_put, text, text));
	CHECK(json_reads_back(json_string_put_in_page, text, text));
	CHECK(xml_reads_back(xml_put, text, text, "<a>", "</a>"));

	struct subunit2_view nonchar = SUBUNIT2_LITERAL("a\xEF\xBF\xBF"
	                                                "b\xEF\xBF\xBE");
	struct subunit2_view shown = SUBUNIT2_LITERAL("a\\xef\\xbf\\xbfb\\xef\\xbf\\xbe");
	CHECK(xml_reads_back(xml_put, nonchar, shown, "<a>", "</a>"));
	CHECK(xml_reads_back(xml_put, SUBUNIT2_LITERAL("]]>"), SUBUNIT2_LITERAL("]]>"), "<a>",
	                     "</a>"));
	CHECK(xml_reads_back(xml_put, SUBUNIT2_LITERAL("\xE2\x82"), SUBUNIT2_LITERAL("\\xe2\\x82"),
	                     "<a>", "</a>"));
}

static void
check_page(void)
{
	char *json = written(json_string_put_in_page, SUBUNIT2_LITERAL("</script><!--"), "", "");
	CHECK_NAMED("nothing ends a page's script", !strchr(json, '<'));
	free(json);
}

/* A character across the border between two pieces stays whole. */
static void
check_printable(void)
{
	char text[1100];
	memset(text, 'x', sizeof(text));
	memcpy(text + 511, "\xC3\xA9", 2);
	char *shown = written(printable_put, (struct subunit2_view){text, sizeof(text)}, "", "");
	CHECK(strlen(shown) == sizeof(text) && memcmp(shown, text, sizeof(text)) == 0);
	free(shown);
	shown = written(printable_put, SUBUNIT2_LITERAL("\033[2J\xff\n"), "", "");
	CHECK(strcmp(shown, "\\x1b[2J\\xff\\x0a") == 0);
	free(shown);
}

static void
put_line_ends(FILE *file, struct subunit2_view text)
{
	printable_put_escaped(file, text, PRINTABLE_LINE_ENDS);
}

static void
put_controls(FILE *file, struct subunit2_view text)
{
	printable_put_escaped(file, text, PRINTABLE_CONTROLS);
}

/* Which of the characters below U+10000 each kind of escape covers. */
static void
check_misleading(void)
{
	bool people = true, line_ends = true, controls = true;
	for (unsigned c = 0xa0; c < 0x10000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		char text[8] = "a";
		int len = 1;
		if (c >= 0x800)
			text[len++] = (char)(0xe0 | c >> 12);
		text[len++] = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6);
		text[len++] = (char)(0x80 | (c & 0x3f));
		text[len++] = 'b';
		struct subunit2_view view = {text, (size_t)len};
		bool ends = c == 0x2028 || c == 0x2029;
		bool misleads = ends || (c >= 0x202a && c <= 0x202e) ||
		                (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
		char *shown[] = {written(printable_put, view, "", ""),
		                 written(put_line_ends, view, "", ""),
		                 written(put_controls, view, "", "")};
		people = people && (strcmp(shown[0], text) != 0) == misleads;
		line_ends = line_ends && (strcmp(shown[1], text) != 0) == ends;
		controls = controls && strcmp(shown[2], text) == 0;
		for (int i = 0; i < 3; i++)
			free(shown[i]);
	}
	CHECK_NAMED("characters that mislead people", people);
	CHECK_NAMED("characters that end a line", line_ends);
	CHECK_NAMED("no others where only controls are escaped", controls);
	char *shown = written(printable_put, SUBUNIT2_LITERAL("\xE2\x80\xAE\xEF\xBB\xBF\xE2\x80"),
	                      "", "");
	CHECK(strcmp(shown, "\\xe2\\x80\\xae\\xef\\xbb\\xbf\\xe2\\x80") == 0);
	free(shown);
}

int
main(void)
{
	check_every_byte();
	check_characters();
	check_page();
	check_printable();
	check_misleading();
	return check_done();
}
