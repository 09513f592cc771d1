/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "meson_result.h"

#include "scan.h"

static const struct meson_word words[] = {
	{"OK", SUBUNIT2_STATUS_SUCCESS, MESON_OK, false},
	{"FAIL", SUBUNIT2_STATUS_FAIL, MESON_FAIL, false},
	{"SKIP", SUBUNIT2_STATUS_SKIP, MESON_SKIPPED, false},
	{"ERROR", SUBUNIT2_STATUS_FAIL, MESON_FAIL, true},
	{"TIMEOUT", SUBUNIT2_STATUS_FAIL, MESON_TIMEOUT, false},
	{"INTERRUPT", SUBUNIT2_STATUS_FAIL, MESON_FAIL, true},
	{"EXPECTEDFAIL", SUBUNIT2_STATUS_XFAIL, MESON_EXPECTED_FAIL, false},
	{"UNEXPECTEDPASS", SUBUNIT2_STATUS_UXSUCCESS, MESON_UNEXPECTED_PASS, false},
	{"RUNNING", SUBUNIT2_STATUS_INPROGRESS, MESON_TOTALS, false},
};

/* Returns whether REST, which follows a word for a result, is empty or begins with "0.02s". */
static bool
meson_result_follows_word(struct subunit2_view rest)
{
	int64_t ns;
	return !rest.len || (scan_take_seconds(&rest, &ns) && scan_take(&rest, "s") &&
	                     (!rest.len || *rest.data == ' '));
}

/* Finds the last word for a result in TEXT, after a blank and before one or the end: the name of a
 * test may hold others. */
static const struct meson_word *
meson_result_find_word(struct subunit2_view text, struct subunit2_view *before,
                       struct subunit2_view *after)
{
	for (size_t at = text.len; at-- > 1;) {
		if (text.data[at - 1] != ' ' || text.data[at] == ' ')
			continue;
		struct subunit2_view rest = scan_skip(text, at), word = scan_take_word(&rest);
		scan_take_blanks(&rest);
		if (!meson_result_follows_word(rest))
			continue;
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			if (!subunit2_view_equal(word, subunit2_view_of(words[i].word)))
				continue;
			*before = scan_trim_end((struct subunit2_view){text.data, at});
			*after = rest;
			return &words[i];
		}
	}
	return NULL;
}

/* Reads " 2/10 ": the number of a test, and of how many. */
static bool
meson_result_take_numbers(struct subunit2_view *line, uint64_t *number, uint64_t *count)
{
	scan_take_blanks(line);
	return scan_take_number(line, number) && scan_take(line, "/") &&
	       scan_take_number(line, count) && scan_take(line, " ");
}

bool
meson_result_parse(struct subunit2_view line, struct meson_result *result)
{
	if (!meson_result_take_numbers(&line, &result->number, &result->count))
		return false;
	scan_take_blanks(&line);
	result->word = meson_result_find_word(line, &result->printed, &result->after);
	return result->word;
}
