/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Recognises JUnit's XML.
 */
#include "input.h"
#include "memory.h"
#include "xml_text.h"

#include <stdlib.h>
#include <string.h>

/* Returns HEAD in UTF-8; as it is if its encoding is not known. Valid as long as TEXT. */
static struct subunit2_view
junit_detect_decode(struct xml_text *text, struct subunit2_view head)
{
	struct subunit2_view decoded;
	struct subunit2_error error;
	enum subunit2_result result = xml_text_feed(text, head, false, &decoded, &error);
	return result == SUBUNIT2_E_OK && decoded.len > 0 ? decoded : head;
}

/* Returns whether TEXT is, or may become, XML. */
static bool
junit_detect_may_be_xml(struct subunit2_view text)
{
	static const char *const beginnings[] = {"<?xml", "<testsuite"};
	for (size_t i = 0; text.len > 0 && i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		size_t len = strlen(beginnings[i]);
		if (memcmp(text.data, beginnings[i], text.len < len ? text.len : len) == 0)
			return true;
	}
	return false;
}

/* Returns whether "<testsuite" or "<prefix:testsuite" stands in TEXT. */
static bool
junit_detect_has_suite(struct subunit2_view text)
{
	static const char element[] = "testsuite";
	const char *end = text.data + text.len, *at = text.data;
	while ((at = memmem(at, (size_t)(end - at), element, sizeof(element) - 1))) {
		const char *before = at++;
		if (before > text.data && before[-1] == ':')
			for (before--; before > text.data && !strchr(" \t\r\n<>&:", before[-1]);)
				before--;
		if (before > text.data && before[-1] == '<')
			return true;
	}
	return false;
}

/* Returns true if TEXT, which begins with a tag, is XML to its end: the root's. */
static bool
junit_detect_is_whole_element(struct subunit2_view text)
{
	size_t len = strcspn(text.data + 1, " \t\r\n/>");
	char *end = memory_format("</%.*s>", (int)len, text.data + 1);
	struct subunit2_view trimmed = text;
	while (trimmed.len > 0 && strchr(" \t\r\n", trimmed.data[trimmed.len - 1]))
		trimmed.len--;
	bool whole = len > 0 && subunit2_view_ends(trimmed, subunit2_view_of(end));
	free(end);
	return whole;
}

/* Looks for JUnit in TEXT, which begins with "<". Finds other XML, too, so that it is refused. */
static struct detect_result
junit_detect_text(struct subunit2_view text, bool ends)
{
	bool is_xml = junit_detect_has_suite(text) ||
	              subunit2_view_starts(text, SUBUNIT2_LITERAL("<?xml ")) ||
	              (ends && junit_detect_is_whole_element(text));
	struct detect_result sign = detect_at(is_xml ? 0 : DETECT_NONE);
	sign.holds = !is_xml && junit_detect_may_be_xml(text);
	return sign;
}

struct detect_result
recognise_junit(const struct detect_head *head)
{
	struct detect_result sign = detect_at(DETECT_NONE);
	if (!head->begins)
		return sign;
	struct xml_text *decoder = xml_text_new();
	struct subunit2_view decoded = junit_detect_decode(decoder, head->bytes);
	/* NULs in it are kept, and one more ends it. */
	char *plain = memory_resize(NULL, decoded.len + 1, 1);
	memcpy(plain, decoded.data, decoded.len);
	plain[decoded.len] = '\0';
	size_t blank = strspn(plain, " \t\r\n");
	if (plain[blank] == '<')
		sign = junit_detect_text((struct subunit2_view){plain + blank, decoded.len - blank},
		                         head->ends);
	free(plain);
	xml_text_free(decoder);
	return sign;
}
