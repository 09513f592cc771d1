/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console_filter.h"

#include "scan.h"

#include <limits.h>
#include <stdint.h>

#define DIGITS "0123456789"

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

/* Returns whether WORD, which ends with a colon, is the name of a result or of a total: "PASS:",
 * "UNRESOLVED:", "Ok:". */
static bool
console_filter_is_label(struct subunit2_view word)
{
	static const struct subunit2_view labels[] = {
		{"Ok:", 3}, {"Fail:", 5}, {"Skipped:", 8}, {"Timeout:", 8}, {"Result:", 7},
	};
	if (word.len > 2 && word.data[1] >= 'A' && word.data[1] <= 'Z')
		return true;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (subunit2_view_equal(word, labels[i]))
			return true;
	return false;
}

/* Returns whether a line of a harness may begin with WORD and then REST. WHOLE: the line ends after
 * REST. */
static bool
console_filter_is_word(struct subunit2_view word, struct subunit2_view rest, bool whole)
{
	static const struct {
		struct subunit2_view word;
		const char *next; /* one of these bytes follows, after blanks; "": any byte */
	} words[] = {
		{{"Making", 6}, "c"},      {{"Start", 5}, DIGITS}, {{"Test", 4}, "#pS"},
		{{"Running", 7}, ""},      {{"Expected", 8}, "F"}, {{"Summary", 7}, "o"},
		{{"Unexpected", 10}, "P"}, {{"Dubious,", 8}, "t"}, {{"Failed", 6}, DIGITS},
		{{"No", 2}, "st"},         {{"All", 3}, DIGITS},   {{"Only", 4}, DIGITS},
		{{"ok", 2}, ""},           {{"test", 4}, DIGITS},  {{"Testsuite", 9}, "s"},
		{{"Full", 4}, "l"},
	};
	if (word.data[word.len - 1] == ':')
		return console_filter_is_label(word);
	if (subunit2_view_starts(word, SUBUNIT2_LITERAL("Files=")))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].word.data[0] != word.data[0] ||
		    !subunit2_view_equal(word, words[i].word))
			continue;
		scan_take_blanks(&rest);
		/* "Running FILE ..." */
		if (whole && *word.data == 'R' &&
		    !subunit2_view_ends(scan_trim_end(rest), SUBUNIT2_LITERAL("...")))
			return false;
		return !*words[i].next ||
		       (rest.len ? strchr(words[i].next, *rest.data) && *rest.data : !whole);
	}
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

/* Returns whether LINE is text for every harness. If it is not WHOLE, returns whether each line
 * that begins with LINE is. */
static bool
console_filter_is_text_of(struct subunit2_view line, bool whole)
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
	const char *blank = memchr(line.data, ' ', line.len);
	size_t len = blank ? (size_t)(blank - line.data) : line.len;
	struct subunit2_view word = {line.data, len};
	if (class == CONSOLE_FILTER_CAPITAL &&
	    console_filter_is_word(word, scan_skip(line, len), whole))
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
console_filter_is_text(struct subunit2_view line)
{
	return console_filter_is_text_of(line, true);
}

bool
console_filter_is_text_so_far(struct subunit2_view head)
{
	size_t at = 0;
	while (at < head.len && head.data[at] == ' ')
		at++;
	while (at < head.len && head.data[at] != ' ')
		at++;
	/* The first word, and the two bytes after the blank, are enough to decide. */
	return at + 3 <= head.len && console_filter_is_text_of(head, false);
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
