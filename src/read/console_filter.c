/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console_filter.h"

#include "scan.h"

#define DIGITS "0123456789"

/* The beginnings of numbers, of the words below, of prove's times and of titles of logs. */
const struct line_starts console_filter_starts = {{
	['A'] = LINE_SECOND('l'),
	['B'] = LINE_SECOND('a'),
	['C'] = LINE_SECOND('a'),
	['D'] = LINE_SECOND('u'),
	['E'] = LINE_SECOND('x') | LINE_SECOND('R'),
	['F'] = LINE_SECOND('a') | LINE_SECOND('i') | LINE_SECOND('u') | LINE_SECOND('A'),
	['K'] = LINE_SECOND('F') | LINE_SECOND('P'),
	['M'] = LINE_SECOND('a'),
	['N'] = LINE_SECOND('o'),
	['O'] = LINE_SECOND('k') | LINE_SECOND('n'),
	['P'] = LINE_SECOND('A'),
	['R'] = LINE_SECOND('e') | LINE_SECOND('u'),
	['S'] = LINE_SECOND('k') | LINE_SECOND('t') | LINE_SECOND('u') | LINE_SECOND('K'),
	['T'] = LINE_SECOND('e') | LINE_SECOND('i'),
	['U'] = LINE_SECOND('n') | LINE_SECOND('N'),
	['X'] = LINE_SECOND('F') | LINE_SECOND('P'),
	['o'] = LINE_SECOND('k'),
	['t'] = LINE_SECOND('e'),
	['0' ... '9'] = LINE_SECOND_DIGIT | LINE_SECOND('/') | LINE_SECOND(':') | LINE_SECOND('.') |
                        LINE_SECOND('%') | LINE_SECOND(' '),
	['['] = LINE_SECOND_DIGIT,
	['='] = LINE_SECOND('='),
	['\n'] = LINE_SECOND_ANY,
	['\r'] = LINE_SECOND_ANY,
	['#'] = LINE_SECOND_ANY,
	['\t'] = LINE_SECOND_ANY,
	['\033'] = LINE_SECOND_ANY,
	[0xe2] = LINE_SECOND_ANY,
}};

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
		char word[12];
		const char *next; /* one of these bytes follows, after blanks; "": any byte */
	} words[] = {
		{"Making", "c"},    {"Start", DIGITS}, {"Test", "#pS"},     {"Running", ""},
		{"Expected", "F"},  {"Summary", "o"},  {"Unexpected", "P"}, {"Dubious,", "t"},
		{"Failed", DIGITS}, {"No", "st"},      {"All", DIGITS},     {"Only", DIGITS},
		{"Bailout", "c"},   {"Cannot", "d"},   {"ok", ""},          {"test", DIGITS},
		{"Testsuite", "s"}, {"Full", "l"},
	};
	if (word.data[word.len - 1] == ':')
		return console_filter_is_label(word);
	if (subunit2_view_starts(word, SUBUNIT2_LITERAL("Files=")))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i].word[0] != word.data[0] ||
		    !subunit2_view_equal(word, subunit2_view_of(words[i].word)))
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

static bool
console_filter_is_number(struct subunit2_view line)
{
	size_t at = 0;
	while (at < line.len && line.data[at] >= '0' && line.data[at] <= '9')
		at++;
	if (at == 0 || at == line.len)
		return false;
	return console_filter_may_follow_number(line.data[at],
	                                        at + 1 < line.len ? line.data[at + 1] : '\n');
}

bool
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

/* Returns whether LINE, which begins with a word of WORD_LEN bytes, is text for every harness. If
 * it is not WHOLE, returns whether each line that begins with LINE is. */
static inline bool
console_filter_is_text_of(struct subunit2_view line, size_t word_len, bool whole)
{
	uint64_t seconds = console_filter_starts.second[(unsigned char)*line.data];
	bool known = line_starts_has(seconds, line.len > 1 ? line.data[1] : '\n');
	struct subunit2_view word = {line.data, word_len};
	if (seconds == LINE_SECOND_ANY)
		return false;
	if (known && (*line.data >= '0' && *line.data <= '9'
	                      ? console_filter_is_number(line)
	                      : console_filter_is_word(word, scan_skip(line, word_len), whole)))
		return false;
	/* With --timer the time, "[12:34:56]", comes before the name that prove prints. On a
	 * terminal meson prints "[1-2/8] name", and the result after a carriage return. */
	if (known && *word.data == '[' &&
	    (!whole || (word_len == 10 && word.data[9] == ']') ||
	     memchr(line.data, '\r', line.len - 1)))
		return false;
	return !(console_filter_may_end_make(word.data[word_len - 1]) &&
	         console_filter_is_make(word)) &&
	       !console_filter_has_dots(line, word_len);
}

bool
console_filter_is_text_after(struct subunit2_view line, size_t word_len)
{
	return console_filter_is_text_of(line, word_len, true);
}

/* Returns LINE without the blanks that it begins with. */
static struct subunit2_view
console_filter_skip_indent(struct subunit2_view line)
{
	while (line.len && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	return line;
}

static size_t
console_filter_word_len(struct subunit2_view line)
{
	const char *blank = memchr(line.data, ' ', line.len);
	return blank ? (size_t)(blank - line.data) : line.len;
}

bool
console_filter_is_text(struct subunit2_view line)
{
	line = console_filter_skip_indent(line);
	return !line.len || console_filter_is_text_of(line, console_filter_word_len(line), true);
}

bool
console_filter_is_text_so_far(struct subunit2_view head)
{
	head = console_filter_skip_indent(head);
	size_t len = console_filter_word_len(head);
	/* The first word, and the two bytes after the blank, are enough to decide. */
	return len + 3 <= head.len && console_filter_is_text_of(head, len, false);
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
