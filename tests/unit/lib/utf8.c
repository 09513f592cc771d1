/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* UTF-8: validity, cutting, escaping. */
#include <subunit2/utf8.h>

#include "check.h"

#include <stdint.h>
#include <stdlib.h>

#define VIEW SUBUNIT2_LITERAL

/* Write CODE, which may be a surrogate, as UTF-8 and return its length. */
static size_t
put_character(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = len; --i > 0; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)((0xf0u << (4 - len)) | code);
	return len;
}

static bool
is_character(uint32_t code)
{
	char bytes[4];
	size_t len = put_character(bytes, code);
	struct subunit2_view text = {bytes, len};
	return subunit2_utf8_valid_len(text) == len && subunit2_utf8_unfinished(text) == 0;
}

/* Check that every beginning of the character CODE is unfinished and not valid. */
static bool
beginnings_are_unfinished(uint32_t code)
{
	char bytes[4];
	size_t len = put_character(bytes, code);
	for (size_t i = 1; i < len; i++) {
		struct subunit2_view text = {bytes, i};
		if (subunit2_utf8_valid_len(text) != 0 || subunit2_utf8_unfinished(text) != i)
			return false;
	}
	return true;
}

static void
check_every_character(void)
{
	bool characters = true, surrogates = true, beginnings = true;
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		if (code >= 0xd800 && code <= 0xdfff) {
			surrogates = surrogates && !is_character(code);
		} else {
			characters = characters && is_character(code);
			beginnings = beginnings && beginnings_are_unfinished(code);
		}
	}
	CHECK_NAMED("every character is valid", characters);
	CHECK_NAMED("no surrogate is", surrogates);
	CHECK_NAMED("every beginning of a character is unfinished", beginnings);
	CHECK_NAMED("beyond U+10FFFF nothing is valid",
	            !is_character(0x110000) && !is_character(0x1fffff));
}

/* Check that LEN bytes of TEXT are valid and that UNFINISHED bytes at its end could be completed.
 */
static bool
valid(struct subunit2_view text, size_t len, size_t unfinished)
{
	return subunit2_utf8_valid_len(text) == len && subunit2_utf8_unfinished(text) == unfinished;
}

static void
check_bad_bytes(void)
{
	CHECK(valid(VIEW("ab\x80"), 2, 0));
	CHECK(valid(VIEW("\xc0\x80"), 0, 0) && valid(VIEW("\xc1\xbf"), 0, 0));
	CHECK(valid(VIEW("\xe0\x9f\xbf"), 0, 0) && valid(VIEW("\xe0\x9f"), 0, 0));
	CHECK(valid(VIEW("\xf0\x8f\xbf\xbf"), 0, 0) && valid(VIEW("\xf0\x8f"), 0, 0));
	CHECK(valid(VIEW("\xed\xa0"), 0, 0) && valid(VIEW("\xf4\x90"), 0, 0));
	CHECK(valid(VIEW("\xf5"), 0, 0) && valid(VIEW("\xff"), 0, 0));
	CHECK(valid(VIEW("\xc3\xa9\xc3"), 2, 1));
	CHECK(valid(VIEW("\xe2\x82(\xac"), 0, 0));
	CHECK(valid(VIEW("\xe2\x82\xac\x80"), 3, 0));
	CHECK(valid(VIEW("\x80\x80\x80\x80"), 0, 0));
	CHECK(valid(VIEW(""), 0, 0) && valid(SUBUNIT2_ABSENT, 0, 0));
}

/* An invalid byte and a NUL at every place of a text of every length up to 40. */
static void
check_places(void)
{
	char text[40];
	bool found = true, nul_found = true, whole = true;
	for (size_t len = 0; len <= sizeof(text); len++) {
		memset(text, 'a', sizeof(text));
		struct subunit2_view view = {text, len};
		whole = whole && subunit2_utf8_valid_len(view) == len &&
		        subunit2_utf8_is_string(view);
		for (size_t i = 0; i < len; i++) {
			text[i] = '\xff';
			found = found && subunit2_utf8_valid_len(view) == i;
			found = found && !subunit2_utf8_is_string(view);
			text[i] = '\0';
			nul_found = nul_found && subunit2_utf8_valid_len(view) == len;
			nul_found = nul_found && !subunit2_utf8_is_string(view);
			text[i] = 'a';
		}
	}
	CHECK_NAMED("ASCII of any length is valid", whole);
	CHECK_NAMED("a bad byte is found wherever it stands", found);
	CHECK_NAMED("so is a NUL, which only a string minds", nul_found);
	CHECK(!subunit2_utf8_is_string(VIEW("\xc3\xa9\0\xc3\xa9")));
	CHECK(subunit2_utf8_is_string(VIEW("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\xa7")));
	CHECK(subunit2_utf8_is_string(VIEW("")));
}

static void
check_cut(void)
{
	const struct subunit2_view text = VIEW("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7");
	const size_t places[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	bool all = true;
	for (size_t limit = 0; limit < sizeof(places) / sizeof(*places); limit++)
		all = all && subunit2_utf8_cut(text, limit) == places[limit];
	CHECK_NAMED("a cut falls between characters", all);
	CHECK(subunit2_utf8_cut(VIEW(""), 0) == 0);
}

/* Check that TEXT is escaped as EXPECTED, and never beyond LIMIT bytes. */
static bool
escapes(struct subunit2_view text, size_t limit, const char *expected)
{
	char *buffer = malloc(limit + 1);
	if (!buffer)
		return false;
	size_t len = subunit2_utf8_escape(text, buffer, limit);
	bool same = subunit2_view_equal((struct subunit2_view){buffer, len},
	                                subunit2_view_of(expected));
	free(buffer);
	return same;
}

static void
check_escape(void)
{
	CHECK(escapes(VIEW("a b\\c \xe2\x82\xac"), 64, "a b\\c \xe2\x82\xac"));
	CHECK(escapes(VIEW("\0\n\t\x1b[31m\x7f"), 64, "\\x00\\x0a\\x09\\x1b[31m\\x7f"));
	CHECK_NAMED("C1 is escaped byte by byte; U+00A0 is not C1",
	            escapes(VIEW("\xc2\x9b\xc2\xa0"), 64, "\\xc2\\x9b\xc2\xa0"));
	CHECK(escapes(VIEW("m\xb3 \xff\xe2\x82"), 64, "m\\xb3 \\xff\\xe2\\x82"));
	CHECK(escapes(VIEW("abc\xe2\x82\xac"), 5, "abc"));
	CHECK(escapes(VIEW("abc\xe2\x82\xac"), 6, "abc\xe2\x82\xac"));
	CHECK_NAMED("an escape is not cut", escapes(VIEW("abc\n"), 6, "abc"));
	CHECK_NAMED("nor one of the two of a C1", escapes(VIEW("\xc2\x9b"), 7, ""));
	CHECK(escapes(VIEW("abc"), 0, ""));

	bool fit = true;
	for (unsigned byte = 0; byte < 256; byte++) {
		char text = (char)byte, buffer[4];
		size_t len = subunit2_utf8_escape((struct subunit2_view){&text, 1}, buffer, 4);
		bool plain = byte >= 0x20 && byte < 0x7f;
		fit = fit && len == (plain ? 1 : 4) && buffer[0] == (plain ? text : '\\');
		fit = fit && subunit2_utf8_is_string((struct subunit2_view){buffer, len});
	}
	CHECK_NAMED("every byte is fit for an id then", fit);
}

int
main(void)
{
	check_every_character();
	check_bad_bytes();
	check_places();
	check_cut();
	check_escape();
	return check_done();
}
