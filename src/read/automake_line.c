/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_line.h"

#include "scan.h"

#include <ctype.h>

const char *const automake_result_names[AUTOMAKE_RESULTS] = {
	"PASS", "SKIP", "XFAIL", "FAIL", "XPASS", "ERROR",
};

const enum subunit2_status automake_result_statuses[AUTOMAKE_RESULTS] = {
	[AUTOMAKE_PASS] = SUBUNIT2_STATUS_SUCCESS,    [AUTOMAKE_SKIP] = SUBUNIT2_STATUS_SKIP,
	[AUTOMAKE_XFAIL] = SUBUNIT2_STATUS_XFAIL,     [AUTOMAKE_FAIL] = SUBUNIT2_STATUS_FAIL,
	[AUTOMAKE_XPASS] = SUBUNIT2_STATUS_UXSUCCESS, [AUTOMAKE_ERROR] = SUBUNIT2_STATUS_FAIL,
};

/* Returns what DIRECTIVE says besides its word, which repeats the result. */
static struct subunit2_view
automake_line_explanation(struct subunit2_view directive)
{
	struct subunit2_view rest = directive, word = scan_take_word(&rest);
	if (!subunit2_view_equal(word, SUBUNIT2_LITERAL("TODO")) &&
	    !subunit2_view_equal(word, SUBUNIT2_LITERAL("SKIP")))
		return directive;
	scan_take_blanks(&rest);
	return rest;
}

/* Splits "name # why" at the first " # ", or "# why". */
static void
automake_line_split_comment(struct subunit2_view rest, struct automake_line *line)
{
	const char *hash = memmem(rest.data, rest.len, " # ", 3);
	line->name = rest;
	if (subunit2_view_starts(rest, SUBUNIT2_LITERAL("# "))) {
		line->name.len = 0;
		line->comment = automake_line_explanation(scan_skip(rest, 2));
	} else if (hash) {
		line->name.len = (size_t)(hash - rest.data);
		line->comment = automake_line_explanation(scan_skip(rest, line->name.len + 3));
	}
}

/* Reads "3 - name # why" or "- exited with status 1", which a TAP driver prints after the name
 * of the script. Returns false if REST is neither. */
static bool
automake_line_parse_assertion(struct subunit2_view rest, struct automake_line *line)
{
	struct subunit2_view ahead = rest, word = scan_take_word(&ahead);
	if (scan_is_number(word)) {
		line->number = word;
		scan_take_blanks(&ahead);
		scan_take(&ahead, "- ");
		automake_line_split_comment(ahead, line);
		return true;
	}
	if (!scan_take(&rest, "- "))
		return false;
	line->comment = rest;
	return true;
}

/* Returns whether WORD may be the name of a test that other words follow: prose has none of
 * these characters, and "ERROR: file.c not found" is prose. */
static bool
automake_line_is_name(const struct automake_line *line)
{
	if (line->result == AUTOMAKE_ERROR || line->test.data[line->test.len - 1] == ':')
		return false;
	for (size_t i = 0; i < line->test.len; i++)
		if (strchr("._-/", line->test.data[i]) ||
		    isdigit((unsigned char)line->test.data[i]))
			return true;
	return false;
}

static bool
automake_line_parse_result(struct subunit2_view text, struct automake_line *line)
{
	for (int i = 0; i < AUTOMAKE_RESULTS; i++) {
		struct subunit2_view rest = text;
		if (!scan_take(&rest, automake_result_names[i]) || !scan_take(&rest, ": "))
			continue;
		line->result = (enum automake_result)i;
		line->test = scan_take_word(&rest);
		scan_take_blanks(&rest);
		if (!line->test.len || !rest.len || automake_line_parse_assertion(rest, line))
			return line->test.len > 0;
		if (*rest.data != '(' && *rest.data != '[' && !automake_line_is_name(line))
			return false;
		if (i != AUTOMAKE_PASS)
			line->comment = rest;
		return true;
	}
	return false;
}

static bool
automake_line_parse_total(struct subunit2_view text, struct automake_line *line)
{
	if (!scan_take(&text, "# "))
		return false;
	for (int i = 0; i < AUTOMAKE_RESULTS; i++) {
		struct subunit2_view rest = text;
		if (!scan_take(&rest, automake_result_names[i]) || !scan_take(&rest, ":"))
			continue;
		scan_take_blanks(&rest);
		line->result = (enum automake_result)i;
		return scan_take_number(&rest, &line->total) && !rest.len;
	}
	return false;
}

/* Reads "# TOTAL: 3". */
static bool
automake_line_parse_summary(struct subunit2_view text, struct automake_line *line)
{
	if (!scan_take(&text, "# TOTAL:"))
		return false;
	scan_take_blanks(&text);
	return scan_take_number(&text, &line->total) && !text.len;
}

/* Reads "All 2 tests passed", "1 test behaved as expected (...", "1 of 2 tests failed". */
static bool
automake_line_is_banner(struct subunit2_view text)
{
	uint64_t number;
	scan_take(&text, "All ");
	if (!scan_take_number(&text, &number) ||
	    (scan_take(&text, " of ") && !scan_take_number(&text, &number)) ||
	    !(scan_take(&text, " tests ") || scan_take(&text, " test ")))
		return false;
	return subunit2_view_equal(text, SUBUNIT2_LITERAL("passed")) ||
	       subunit2_view_equal(text, SUBUNIT2_LITERAL("failed")) ||
	       subunit2_view_starts(text, SUBUNIT2_LITERAL("behaved as expected (")) ||
	       subunit2_view_starts(text, SUBUNIT2_LITERAL("did not behave as expected ("));
}

/* Returns whether TEXT is a message of the outermost make that fails: "make: *** [check] Error 2".
 */
static bool
automake_line_is_failure(struct subunit2_view text)
{
	struct subunit2_view program = scan_take_word(&text);
	return subunit2_view_ends(program, SUBUNIT2_LITERAL("make:")) && scan_take(&text, " *** ");
}

/* Reads a call of make, as make prints it, with a target that runs checks. */
static bool
automake_line_parse_check(struct subunit2_view text, struct automake_line *line)
{
	static const char *const targets[] = {"check-TESTS", "check",        "recheck",
	                                      "check-am",    "check-local",  "check-recursive",
	                                      "distcheck",   "installcheck", "recheck-am"};
	scan_take_blanks(&text);
	struct subunit2_view program = scan_take_word(&text);
	if (!subunit2_view_ends(program, SUBUNIT2_LITERAL("make")))
		return false;
	while (text.len) {
		scan_take_blanks(&text);
		struct subunit2_view word = scan_take_word(&text);
		for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
			if (subunit2_view_equal(word, subunit2_view_of(targets[i]))) {
				line->harness = i == 0;
				return true;
			}
	}
	return false;
}

struct automake_line
automake_line(struct subunit2_view text)
{
	struct automake_line line = {.kind = AUTOMAKE_OTHER};
	text = scan_trim_end(text);
	struct subunit2_view rest = text;
	if (automake_line_parse_result(text, &line)) {
		line.kind = AUTOMAKE_RESULT;
	} else if (automake_line_parse_total(text, &line)) {
		line.kind = AUTOMAKE_TOTAL;
	} else if (automake_line_parse_summary(text, &line)) {
		line.kind = AUTOMAKE_SUMMARY;
	} else if (subunit2_view_starts(text, SUBUNIT2_LITERAL("Testsuite summary"))) {
		line.kind = AUTOMAKE_HEADER;
	} else if (scan_take(&rest, "Making check in ") && rest.len) {
		line.kind = AUTOMAKE_MAKING;
		line.directory = rest;
	} else if (automake_line_is_banner(text)) {
		line.kind = AUTOMAKE_BANNER;
	} else if (automake_line_is_failure(text)) {
		line.kind = AUTOMAKE_FAILED;
	} else if (automake_line_parse_check(text, &line)) {
		line.kind = AUTOMAKE_CHECKING;
	}
	return line;
}
