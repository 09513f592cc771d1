/*
 * What tells JUnit's XML from other files.
 */
#include "input.h"
#include "memory.h"

#include <stdlib.h>

/* HEAD in bytes of its own, of which LEN are used; to be freed. UTF-16, of which XML must
 * tell by a mark, or by what it begins with, becomes one byte a character. */
static char *
plain_text(struct subunit2_view head, size_t *len)
{
	static const char utf8[] = "\xEF\xBB\xBF", big[] = "\xFE\xFF", little[] = "\xFF\xFE";
	char *plain = memory_resize(NULL, head.len + 1, 1);
	size_t mark = 0;
	if (head.len >= 3 && memcmp(head.data, utf8, 3) == 0)
		mark = 3;
	else if (head.len >= 2 && (!memcmp(head.data, big, 2) || !memcmp(head.data, little, 2)))
		mark = 2;
	bool wide = mark == 2 || (head.len >= 2 && (!head.data[0] || !head.data[1]));
	*len = 0;
	for (size_t i = mark; i < head.len; i++)
		if (head.data[i] != '\0' || !wide)
			plain[(*len)++] = head.data[i];
	plain[*len] = '\0';
	return plain;
}

/* True when TEXT is, or may become, XML. */
static bool
may_be_xml(struct subunit2_view text)
{
	static const char *const beginnings[] = {"<?xml", "<testsuite"};
	for (size_t i = 0; text.len > 0 && i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		size_t len = strlen(beginnings[i]);
		if (memcmp(text.data, beginnings[i], text.len < len ? text.len : len) == 0)
			return true;
	}
	return false;
}

/* "<testsuite" or "<prefix:testsuite". */
static bool
has_suite(struct subunit2_view text)
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

struct sign
recognise_junit(const struct head *head)
{
	struct sign sign = sign_at(SIGN_NONE);
	size_t len;
	if (!head->begins)
		return sign;
	char *plain = plain_text(head->bytes, &len);
	size_t blank = strspn(plain, " \t\r\n");
	struct subunit2_view text = {plain + blank, len - blank};
	if (text.len > 0 && *text.data == '<') {
		sign.at = has_suite(text) ? 0 : SIGN_NONE;
		sign.holds = sign.at == SIGN_NONE && may_be_xml(text);
	}
	free(plain);
	return sign;
}
