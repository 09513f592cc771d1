/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_line.h"

#include "byte_order_mark.h"

#define WORD(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static const struct {
	struct subunit2_view word;
	enum subunit1_keyword keyword;
} words[] = {
	{WORD("test"), SUBUNIT1_TEST},           {WORD("testing"), SUBUNIT1_TEST},
	{WORD("success"), SUBUNIT1_SUCCESS},     {WORD("successful"), SUBUNIT1_SUCCESS},
	{WORD("failure"), SUBUNIT1_FAILURE},     {WORD("error"), SUBUNIT1_ERROR},
	{WORD("skip"), SUBUNIT1_SKIP},           {WORD("xfail"), SUBUNIT1_XFAIL},
	{WORD("uxsuccess"), SUBUNIT1_UXSUCCESS}, {WORD("progress"), SUBUNIT1_PROGRESS},
	{WORD("tags"), SUBUNIT1_TAGS},           {WORD("time"), SUBUNIT1_TIME},
};

const struct line_starts subunit1_line_starts = {{
	['t'] = LINE_SECOND('e') | LINE_SECOND('a') | LINE_SECOND('i'),
	['s'] = LINE_SECOND('u') | LINE_SECOND('k'),
	['f'] = LINE_SECOND('a'),
	['e'] = LINE_SECOND('r'),
	['x'] = LINE_SECOND('f'),
	['u'] = LINE_SECOND('x'),
	['p'] = LINE_SECOND('r'),
	[0xef] = LINE_SECOND(0xbb),
}};

static bool
subunit1_line_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns the bytes before the first blank. */
static struct subunit2_view
subunit1_line_first_word(struct subunit2_view line)
{
	size_t end = 0;
	while (end < line.len && !subunit1_line_is_blank(line.data[end]))
		end++;
	return (struct subunit2_view){line.data, end};
}

static struct subunit2_view
subunit1_line_without_colons(struct subunit2_view word)
{
	while (word.len > 0 && word.data[word.len - 1] == ':')
		word.len--;
	return word;
}

struct subunit2_view
subunit1_without_newline(struct subunit2_view line)
{
	if (line.len > 0 && line.data[line.len - 1] == '\n')
		line.len--;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

struct subunit2_view
subunit1_without_blanks(struct subunit2_view text)
{
	static const char blanks[] = " \t\n\r\v\f";
	while (text.len > 0 && memchr(blanks, text.data[0], sizeof(blanks) - 1))
		text.data++, text.len--;
	while (text.len > 0 && memchr(blanks, text.data[text.len - 1], sizeof(blanks) - 1))
		text.len--;
	return text;
}

size_t
subunit1_blank(struct subunit2_view text)
{
	/* From U+1680 on; U+2000 to U+200A are below. */
	static const char *const longer[] = {"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
	                                     "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
	const unsigned char *at = (const unsigned char *)text.data;
	if (!text.len)
		return 0;
	if (at[0] == ' ' || (at[0] >= '\t' && at[0] <= '\r') || (at[0] >= 0x1c && at[0] <= 0x1f))
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xe3) /* as nearly all bytes of a text */
		return 0;
	if (text.len >= 2 && at[0] == 0xc2 && (at[1] == 0x85 || at[1] == 0xa0))
		return 2;
	if (text.len >= 3 && at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x80 && at[2] <= 0x8a)
		return 3;
	for (size_t i = 0; i < sizeof(longer) / sizeof(*longer); i++)
		if (subunit2_view_starts(text, subunit2_view_of(longer[i])))
			return 3;
	return 0;
}

static void
subunit1_line_skip(struct subunit2_view *text, size_t len)
{
	text->data += len;
	text->len -= len;
}

bool
subunit1_next_tag(struct subunit2_view *text, struct subunit2_view *tag)
{
	size_t blank;
	while ((blank = subunit1_blank(*text)))
		subunit1_line_skip(text, blank);
	*tag = *text;
	while (text->len > 0 && !subunit1_blank(*text))
		subunit1_line_skip(text, 1);
	tag->len -= text->len;
	return tag->len > 0;
}

static enum subunit1_keyword
subunit1_line_keyword_of(struct subunit2_view word)
{
	for (size_t i = 0; word.len && i < sizeof(words) / sizeof(*words); i++)
		if (*word.data == *words[i].word.data && subunit2_view_equal(word, words[i].word))
			return words[i].keyword;
	return SUBUNIT1_NONE;
}

struct subunit1_line
subunit1_line_read(struct subunit2_view line)
{
	struct subunit1_line none = {SUBUNIT1_NONE, SUBUNIT2_ABSENT};
	line = byte_order_mark_skip(subunit1_without_newline(line));
	size_t end = subunit1_line_first_word(line).len;
	size_t blanks = end;
	while (blanks < line.len && subunit1_line_is_blank(line.data[blanks]))
		blanks++;
	if (blanks == line.len)
		return none;

	struct subunit2_view word =
		subunit1_line_without_colons((struct subunit2_view){line.data, end});
	struct subunit2_view rest = {line.data + end + 1, line.len - end - 1};
	return (struct subunit1_line){subunit1_line_keyword_of(word), rest};
}

/* Returns false if the third byte of HEAD shows that it begins with no word. */
static bool
subunit1_line_may_go_on(struct subunit2_view head)
{
	static const struct line_starts thirds = {{
		['t'] = LINE_SECOND('s') | LINE_SECOND('g') | LINE_SECOND('m'),
		['s'] = LINE_SECOND('c') | LINE_SECOND('i'),
		['f'] = LINE_SECOND('i'),
		['e'] = LINE_SECOND('r'),
		['x'] = LINE_SECOND('a'),
		['u'] = LINE_SECOND('s'),
		['p'] = LINE_SECOND('o'),
	}};
	return head.len < 3 ||
	       line_starts_has(thirds.second[(unsigned char)head.data[0]], head.data[2]);
}

bool
subunit1_line_may_begin(struct subunit2_view head)
{
	if (byte_order_mark_may_begin(head))
		return true;
	head = byte_order_mark_skip(head);
	if (!subunit1_line_may_go_on(head))
		return false;
	struct subunit2_view word = subunit1_line_first_word(head);
	if (word.len < head.len)
		return subunit1_line_keyword_of(subunit1_line_without_colons(word)) !=
		       SUBUNIT1_NONE;
	word = subunit1_line_without_colons(word);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (word.len <= words[i].word.len &&
		    memcmp(words[i].word.data, word.data, word.len) == 0)
			return true;
	return false;
}

bool
subunit1_is_progress(struct subunit2_view text)
{
	if (subunit2_view_equal(text, SUBUNIT2_LITERAL("push")) ||
	    subunit2_view_equal(text, SUBUNIT2_LITERAL("pop")))
		return true;
	size_t sign = text.len > 0 && (text.data[0] == '+' || text.data[0] == '-');
	for (size_t i = sign; i < text.len; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.len > sign && text.len <= SUBUNIT1_PROGRESS_MAX;
}
