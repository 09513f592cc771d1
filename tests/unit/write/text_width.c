/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Widths of text on a terminal, and text that is shortened in its middle. */
#include "text_width.h"

#include "check.h"

static bool
is_shortened(const char *text, unsigned columns, const char *expected)
{
	struct buffer buffer = {0};
	text_width_add_shortened(&buffer, subunit2_view_of(text), columns);
	bool same = buffer.len == strlen(expected) &&
	            (buffer.len == 0 || memcmp(buffer.data, expected, buffer.len) == 0);
	bool fits = text_width(buffer_view(&buffer)) <= columns;
	buffer_clear(&buffer);
	return same && fits;
}

int
main(void)
{
	CHECK(text_width(SUBUNIT2_LITERAL("abc")) == 3);
	CHECK_NAMED("a wide character takes two columns",
	            text_width(SUBUNIT2_LITERAL("\xe6\xb0\xb4")) == 2);
	CHECK_NAMED("a combining character takes none",
	            text_width(SUBUNIT2_LITERAL("e\xcc\x81")) == 1);
	CHECK_NAMED("a byte that is not UTF-8 takes one",
	            text_width(SUBUNIT2_LITERAL("a\xff")) == 2);
	CHECK(text_width_head(SUBUNIT2_LITERAL("abc"), 2).len == 2);
	CHECK_NAMED("no character is cut",
	            text_width_head(SUBUNIT2_LITERAL("a\xe6\xb0\xb4"), 2).len == 1);
	CHECK(is_shortened("abcdef", 6, "abcdef"));
	CHECK(is_shortened("abcdefg", 6,
	                   "ab\xe2\x80\xa6"
	                   "efg"));
	CHECK(is_shortened("abcdefg", 5,
	                   "ab\xe2\x80\xa6"
	                   "fg"));
	CHECK(is_shortened("abcdefg", 1, "\xe2\x80\xa6"));
	CHECK(is_shortened("abcdefg", 0, ""));
	CHECK(is_shortened("\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4", 4, "\xe2\x80\xa6\xe6\xb0\xb4"));
	return check_done();
}
