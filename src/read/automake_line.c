/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_line.h"

#include <ctype.h>
#include <limits.h>

const char *const automake_result_names[AUTOMAKE_RESULTS] = {
	"PASS", "SKIP", "XFAIL", "FAIL", "XPASS", "ERROR",
};

/* Takes PREFIX off LINE when it stands there. */
static bool
automake_line_skip_prefix(struct subunit2_view *line, const char *prefix)
{
	size_t len = strlen(prefix);
	if (line->len < len || memcmp(line->data, prefix, len) != 0)
		return false;
	line->data += len;
	line->len -= len;
	return true;
}

static struct subunit2_view
automake_line_parse_word(struct subunit2_view *line)
{
	size_t len = 0;
	while (len < line->len && line->data[len] != ' ')
		len++;
	struct subunit2_view word = {line->data, len};
	line->data += len;
	line->len -= len;
	return word;
}

static void
automake_line_parse_blanks(struct subunit2_view *line)
{
	while (line->len && *line->data == ' ') {
		line->data++;
		line->len--;
	}
}

static struct subunit2_view
automake_line_without_colors(struct subunit2_view line, char *uncolored)
{
	size_t out = 0;
	if (!memchr(line.data, '\033', line.len))
		return line;
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == '\033' && i + 1 < line.len && line.data[i + 1] == '[') {
			for (i += 2; i < line.len && !isalpha((unsigned char)line.data[i]);)
				i++;
			continue;
		}
		uncolored[out++] = line.data[i];
	}
	return (struct subunit2_view){uncolored, out};
}

static bool
automake_line_is_number(struct subunit2_view word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isdigit((unsigned char)word.data[i]))
			return false;
	return word.len > 0;
}

/* What a directive says besides its word, which the result has told. */
static struct subunit2_view
automake_line_explanation(struct subunit2_view directive)
{
	struct subunit2_view rest = directive, word = automake_line_parse_word(&rest);
	if (!subunit2_view_equal(word, SUBUNIT2_LITERAL("TODO")) &&
	    !subunit2_view_equal(word, SUBUNIT2_LITERAL("SKIP")))
		return directive;
	automake_line_parse_blanks(&rest);
	return rest;
}

/* "3 - name # why": what a TAP driver says behind the script's name. False when
 * it is nothing that a driver says. */
static bool
automake_line_parse_assertion(struct subunit2_view rest, struct automake_line *line)
{
	automake_line_parse_blanks(&rest);
	struct subunit2_view ahead = rest, word = automake_line_parse_word(&ahead);
	if (automake_line_is_number(word)) {
		line->number = word;
		rest = ahead;
		automake_line_parse_blanks(&rest);
	} else if (!automake_line_skip_prefix(&rest, "- ")) {
		return false;
	}
	automake_line_skip_prefix(&rest, "- ");
	line->name = rest;
	for (size_t i = 0; i + 2 < rest.len; i++) {
		if (memcmp(rest.data + i, " # ", 3) != 0)
			continue;
		line->name.len = i;
		line->comment = automake_line_explanation(
			(struct subunit2_view){rest.data + i + 3, rest.len - i - 3});
		break;
	}
	if (!line->number.data) {
		line->comment = rest; /* of the script: "exited with status 1" */
		line->name = SUBUNIT2_ABSENT;
	}
	return true;
}

static bool
automake_line_parse_result(struct subunit2_view text, struct automake_line *line)
{
	for (int i = 0; i < AUTOMAKE_RESULTS; i++) {
		struct subunit2_view rest = text;
		if (!automake_line_skip_prefix(&rest, automake_result_names[i]) ||
		    !automake_line_skip_prefix(&rest, ": "))
			continue;
		line->result = (enum automake_result)i;
		line->test = automake_line_parse_word(&rest);
		return line->test.len && (!rest.len || automake_line_parse_assertion(rest, line));
	}
	return false;
}

static bool
automake_line_parse_total(struct subunit2_view text, struct automake_line *line)
{
	if (!automake_line_skip_prefix(&text, "# "))
		return false;
	for (int i = 0; i < AUTOMAKE_RESULTS; i++) {
		struct subunit2_view rest = text;
		if (!automake_line_skip_prefix(&rest, automake_result_names[i]) ||
		    !automake_line_skip_prefix(&rest, ":"))
			continue;
		automake_line_parse_blanks(&rest);
		if (!automake_line_is_number(rest) || rest.len > 18)
			return false;
		line->result = (enum automake_result)i;
		for (size_t j = 0; j < rest.len; j++)
			line->total = 10 * line->total + (uint64_t)(rest.data[j] - '0');
		return true;
	}
	return false;
}

/* "make[2]: Entering directory '/x'", with whatever make is called. */
static bool
automake_line_parse_directory(struct subunit2_view text, struct automake_line *line)
{
	struct subunit2_view word = automake_line_parse_word(&text);
	if (!word.len || word.data[word.len - 1] != ':')
		return false;
	if (automake_line_skip_prefix(&text, " Entering directory "))
		line->kind = AUTOMAKE_ENTERING;
	else if (automake_line_skip_prefix(&text, " Leaving directory "))
		line->kind = AUTOMAKE_LEAVING;
	else
		return false;
	if (text.len < 2)
		return false;
	line->directory = (struct subunit2_view){text.data + 1, text.len - 2};
	return true;
}

struct automake_line
automake_line(struct subunit2_view text, char *uncolored)
{
	struct automake_line line = {.kind = AUTOMAKE_OTHER};
	if (text.len && text.data[text.len - 1] == '\r')
		text.len--;
	text = automake_line_without_colors(text, uncolored);
	struct subunit2_view rest = text;
	if (automake_line_parse_result(text, &line)) {
		line.kind = AUTOMAKE_RESULT;
	} else if (automake_line_parse_total(text, &line)) {
		line.kind = AUTOMAKE_TOTAL;
	} else if (automake_line_skip_prefix(&rest, "Making check in ")) {
		line.kind = AUTOMAKE_MAKING;
		line.directory = rest;
	} else if (!automake_line_parse_directory(text, &line)) {
		struct subunit2_view program = automake_line_parse_word(&rest);
		bool make =
			program.len >= 4 && memcmp(program.data + program.len - 4, "make", 4) == 0;
		if (make && (automake_line_skip_prefix(&rest, "  check-TESTS") ||
		             automake_line_skip_prefix(&rest, "  check-am")))
			line.kind = AUTOMAKE_CHECKING;
		else
			line.kind = AUTOMAKE_OTHER;
	}
	return line;
}

bool
automake_line_is_other(struct subunit2_view text)
{
	static const bool begins[UCHAR_MAX + 1] = {
		['P'] = true, ['S'] = true, ['X'] = true, ['F'] = true,
		['E'] = true, ['#'] = true, ['M'] = true, ['\033'] = true};
	if (!text.len)
		return true;
	if (begins[(unsigned char)*text.data])
		return false;
	/* What make says, and a call of make. */
	struct subunit2_view word = automake_line_parse_word(&text);
	return !word.len || (word.data[word.len - 1] != ':' && word.data[word.len - 1] != 'e');
}

bool
automake_line_may_begin(struct subunit2_view head)
{
	static const char *const beginnings[] = {
		"PASS: ", "SKIP: ",           "XFAIL: ", "FAIL: ", "XPASS: ", "ERROR: ",
		"# ",     "Making check in ", "make",    "gmake",  "/"};
	if (!head.len || head.data[0] == '\033')
		return true;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		size_t len = strlen(beginnings[i]);
		if (memcmp(head.data, beginnings[i], len < head.len ? len : head.len) == 0)
			return true;
	}
	return false;
}
