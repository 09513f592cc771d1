/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console_filter.h"

#include <limits.h>
#include <stdint.h>

/* The kind of a line, by its first byte that is not a blank. */
enum console_filter_class {
	CONSOLE_FILTER_WORD,    /* a name before prove's dots, or make */
	CONSOLE_FILTER_CAPITAL, /* one of the words below, too */
	CONSOLE_FILTER_NUMBER,
	CONSOLE_FILTER_MARK, /* the harnesses read the line */
};

static const unsigned char console_filter_classes[UCHAR_MAX + 1] = {
	['A'] = CONSOLE_FILTER_CAPITAL, ['D'] = CONSOLE_FILTER_CAPITAL,
	['E'] = CONSOLE_FILTER_CAPITAL, ['F'] = CONSOLE_FILTER_CAPITAL,
	['K'] = CONSOLE_FILTER_CAPITAL, ['M'] = CONSOLE_FILTER_CAPITAL,
	['N'] = CONSOLE_FILTER_CAPITAL, ['O'] = CONSOLE_FILTER_CAPITAL,
	['P'] = CONSOLE_FILTER_CAPITAL, ['R'] = CONSOLE_FILTER_CAPITAL,
	['S'] = CONSOLE_FILTER_CAPITAL, ['T'] = CONSOLE_FILTER_CAPITAL,
	['U'] = CONSOLE_FILTER_CAPITAL, ['X'] = CONSOLE_FILTER_CAPITAL,
	['o'] = CONSOLE_FILTER_CAPITAL, ['t'] = CONSOLE_FILTER_CAPITAL,
	['0'] = CONSOLE_FILTER_NUMBER,  ['1'] = CONSOLE_FILTER_NUMBER,
	['2'] = CONSOLE_FILTER_NUMBER,  ['3'] = CONSOLE_FILTER_NUMBER,
	['4'] = CONSOLE_FILTER_NUMBER,  ['5'] = CONSOLE_FILTER_NUMBER,
	['6'] = CONSOLE_FILTER_NUMBER,  ['7'] = CONSOLE_FILTER_NUMBER,
	['8'] = CONSOLE_FILTER_NUMBER,  ['9'] = CONSOLE_FILTER_NUMBER,
	['#'] = CONSOLE_FILTER_MARK,    ['\t'] = CONSOLE_FILTER_MARK,
	['\033'] = CONSOLE_FILTER_MARK, ['\xe2' & UCHAR_MAX] = CONSOLE_FILTER_MARK,
};

/* The words, with the blank or the end of line after them, with which lines of harnesses
 * begin. A word that ends with a colon, or with digits after "=", is judged by its end. */
static bool
console_filter_is_word(struct subunit2_view word)
{
	static const struct subunit2_view words[] = {
		{"Making", 6},   {"Start", 5},   {"Test", 4},        {"Running", 7},
		{"Expected", 8}, {"Summary", 7}, {"Unexpected", 10}, {"Dubious,", 8},
		{"Failed", 6},   {"No", 2},      {"All", 3},         {"Only", 4},
		{"ok", 2},       {"test", 4},    {"Testsuite", 9},   {"Full", 4},
	};
	if (word.data[word.len - 1] == ':' || word.len > 10 || memchr(word.data, '=', word.len))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].data[0] == word.data[0] && subunit2_view_equal(word, words[i]))
			return true;
	return false;
}

/* "1/3 ", "  7: ", "7. ", "67% ", "14 tests" */
static bool
console_filter_is_number(struct subunit2_view line)
{
	size_t at = 0;
	while (at < line.len && line.data[at] >= '0' && line.data[at] <= '9')
		at++;
	if (at == line.len)
		return false;
	char next = line.data[at], after = at + 1 < line.len ? line.data[at + 1] : ' ';
	if (next == '/')
		return after >= '0' && after <= '9';
	if (next == ':' || next == '.' || next == '%')
		return after == ' ';
	return next == ' ' && after == 't';
}

/* Returns whether WORD is a make, or make's name before a message: "make", "/usr/bin/gmake",
 * "make[1]:". */
static bool
console_filter_is_make(struct subunit2_view word)
{
	size_t len = word.len;
	if (word.data[len - 1] == ':')
		len--;
	if (len > 3 && word.data[len - 1] == ']') {
		len--;
		while (len > 0 && word.data[len - 1] >= '0' && word.data[len - 1] <= '9')
			len--;
		len -= len > 0;
	}
	return len >= 4 && memcmp(word.data + len - 4, "make", 4) == 0;
}

/* Returns whether prove's dots follow the first WORD_LEN bytes of LINE. */
static bool
console_filter_has_dots(struct subunit2_view line, size_t word_len)
{
	return word_len + 2 < line.len && line.data[word_len + 1] == '.' &&
	       line.data[word_len + 2] == '.';
}

bool
console_filter_is_text(struct subunit2_view line)
{
	while (line.len && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	if (!line.len)
		return true;
	unsigned char class = console_filter_classes[(unsigned char)*line.data];
	if (class == CONSOLE_FILTER_MARK)
		return false;
	if (class == CONSOLE_FILTER_NUMBER && console_filter_is_number(line))
		return false;
	size_t len = 1;
	while (len < line.len && line.data[len] != ' ')
		len++;
	struct subunit2_view word = {line.data, len};
	if (class == CONSOLE_FILTER_CAPITAL && console_filter_is_word(word))
		return false;
	/* With --timer the time, "[12:34:56]", comes before the name that prove prints. */
	if (*word.data == '[' && len == 10 && word.data[9] == ']')
		return false;
	char last = word.data[len - 1];
	if ((last == 'e' || last == ':' || last == ']') && console_filter_is_make(word))
		return false;
	return !console_filter_has_dots(line, len);
}

bool
console_filter_is_text_so_far(struct subunit2_view head)
{
	size_t at = 0;
	while (at < head.len && head.data[at] == ' ')
		at++;
	while (at < head.len && head.data[at] != ' ')
		at++;
	/* The first word, and the two bytes after the blank, decide. */
	return at + 3 <= head.len && console_filter_is_text(head);
}

size_t
console_filter_text_len(struct subunit2_view bytes)
{
	const char *at = bytes.data, *end = bytes.data + bytes.len, *newline;
	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		if (!console_filter_is_text((struct subunit2_view){at, (size_t)(newline - at)}))
			break;
		at = newline + 1;
	}
	return (size_t)(at - bytes.data);
}
