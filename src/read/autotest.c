/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of a suite that Autotest, a part of Autoconf, made.
 *
 *     ## ------------------------- ##
 *     ## GNU cpio 2.13 test suite. ##
 *     ## ------------------------- ##
 *       7: interdir                     FAILED (interdir.at:32)
 *     ERROR: 14 tests were run,
 *     1 failed unexpectedly.
 *
 * The id is the title of the test group, which `./testsuite -k` takes; numbers change when a
 * test is added. With -v a test is announced, and its trace comes before its result.
 */
#include "console.h"

#include "memory.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>

struct autotest {
	struct console_harness_state state;
	uint64_t run, skipped, unexpected; /* seen since the suite began */
	bool bad;                          /* a result of this suite was bad */
	bool ended;                        /* the title of its totals was seen */
	bool counted;                      /* a total was seen */
	char *disagrees;                   /* how a total disagrees; or NULL */
};

#define AUTOTEST_LOG_SIZE 64

/* Splits "NAME   FAILED (a.at:32)" at the last word for a result. */
static bool
autotest_split(struct subunit2_view text, struct console_test *test)
{
	static const struct {
		const char *word;
		bool place; /* it is followed by "(FILE:LINE)" */
		enum subunit2_status status;
	} words[] = {
		{" ok", false, SUBUNIT2_STATUS_SUCCESS},
		{" UNEXPECTED PASS", false, SUBUNIT2_STATUS_UXSUCCESS},
		{" FAILED (", true, SUBUNIT2_STATUS_FAIL},
		{" skipped (", true, SUBUNIT2_STATUS_SKIP},
		{" skipped", false, SUBUNIT2_STATUS_SKIP},
		{" expected failure (", true, SUBUNIT2_STATUS_XFAIL},
		{" expected failure", false, SUBUNIT2_STATUS_XFAIL},
	};
	size_t last = 0; /* the end of the last word that was found */
	text = scan_trim_end(text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t len = strlen(words[i].word), at = text.len;
		if (words[i].place && (!text.len || text.data[text.len - 1] != ')'))
			continue;
		while (at >= len && memcmp(text.data + at - len, words[i].word, len) != 0 &&
		       words[i].place)
			at--;
		if (at < len || at <= last || memcmp(text.data + at - len, words[i].word, len) != 0)
			continue;
		last = at;
		test->name = scan_trim_end((struct subunit2_view){text.data, at - len});
		test->status = words[i].status;
		test->reason = SUBUNIT2_ABSENT;
		if (words[i].place)
			test->reason = (struct subunit2_view){text.data + at, text.len - at - 1};
	}
	return last > 0;
}

/* Reads "  7: TITLE   ok"; with -v "7. FILE:LINE:  ok", of the test that was announced. */
static bool
autotest_parse_result(struct subunit2_view line, struct console_test *test)
{
	scan_take_blanks(&line);
	test->has_number = true;
	test->duration_ns = CONSOLE_NO_DURATION;
	if (!scan_take_number(&line, &test->number))
		return false;
	return (scan_take(&line, ": ") || scan_take(&line, ". ")) && autotest_split(line, test) &&
	       test->name.len > 0;
}

/* Reads "7. FILE:LINE: testing TITLE ...". */
static bool
autotest_parse_begin(struct subunit2_view line, struct console_test *test)
{
	test->has_number = true;
	if (!scan_take_number(&line, &test->number) || !scan_take(&line, ". ") || !line.len)
		return false;
	const char *testing = memmem(line.data, line.len, ": testing ", 10);
	if (!testing || !subunit2_view_ends(line, SUBUNIT2_LITERAL(" ...")))
		return false;
	size_t at = (size_t)(testing - line.data) + 10;
	if (line.len < at + 4)
		return false;
	test->name = (struct subunit2_view){line.data + at, line.len - at - 4};
	return test->name.len > 0;
}

static void
autotest_compare(struct autotest *autotest, const char *what, uint64_t total, uint64_t seen)
{
	if (total == seen || autotest->disagrees)
		return;
	autotest->disagrees =
		memory_format("the summary of the Autotest suite counts %llu tests that %s, but "
	                      "%llu of them were seen",
	                      (unsigned long long)total, what, (unsigned long long)seen);
}

/* Reads "All 15 tests behaved as expected.", "ERROR: 14 tests were run,", "1 test was skipped.", "1
 * failed unexpectedly.". */
static bool
autotest_parse_total(struct autotest *autotest, struct subunit2_view line)
{
	uint64_t number;
	bool error = scan_take(&line, "ERROR: ");
	if (scan_take(&line, "All ") || scan_take(&line, "Only "))
		scan_take_blanks(&line);
	if (!scan_take_number(&line, &number))
		return false;
	bool tests = scan_take(&line, " tests were ") || scan_take(&line, " test was ");
	if (tests && subunit2_view_starts(line, SUBUNIT2_LITERAL("skipped")))
		autotest_compare(autotest, "were skipped", number, autotest->skipped);
	else if (tests && (subunit2_view_starts(line, SUBUNIT2_LITERAL("run")) ||
	                   subunit2_view_starts(line, SUBUNIT2_LITERAL("successful"))))
		autotest_compare(autotest, "were run", number, autotest->run);
	else if (scan_take(&line, " tests behaved as expected") ||
	         scan_take(&line, " test behaved as expected"))
		autotest_compare(autotest, "were run", number, autotest->run);
	else
		return false;
	if (error && !autotest->bad && !autotest->disagrees)
		autotest->disagrees = memory_copy(
			"the summary of the Autotest suite is an error, but no failure was seen");
	return true;
}

/* Returns whether LINE is the title of a suite: "## GNU cpio 2.13 test suite. ##", "## bison 3.8.2
 * test suite: examples. ##". */
static bool
autotest_is_title(struct subunit2_view line)
{
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("## ")) &&
	       (subunit2_view_ends(line, SUBUNIT2_LITERAL(" test suite. ##")) ||
	        (subunit2_view_ends(line, SUBUNIT2_LITERAL(". ##")) &&
	         memmem(line.data, line.len, " test suite: ", 13)));
}

/* To be called at the end of a suite that has results: it has a total. */
static void
autotest_end_suite(struct autotest *autotest)
{
	if ((autotest->run || autotest->skipped) && !autotest->counted && !autotest->disagrees)
		autotest->disagrees =
			memory_copy("the Autotest suite printed no summary after its last test");
}

static enum subunit2_result
autotest_report(struct autotest *autotest, struct console *console, struct console_test *test,
                struct subunit2_error *error)
{
	char logs[3][AUTOTEST_LOG_SIZE];
	for (int i = 0; i < 3; i++) {
		/* The number has as many digits as that of the last test. */
		snprintf(logs[i], sizeof(logs[i]), "testsuite.dir/%0*llu/testsuite", i + 1,
		         (unsigned long long)test->number);
		test->logs[i] = subunit2_view_of(logs[i]);
	}
	if (test->status == SUBUNIT2_STATUS_SKIP)
		autotest->skipped++;
	else
		autotest->run++;
	autotest->bad |= subunit2_status_is_bad(test->status);
	return console_report(console, test, error);
}

static enum subunit2_result
autotest_line(struct console *console, void *state, struct subunit2_view line,
              enum console_use *use, struct subunit2_error *error)
{
	struct autotest *autotest = state;
	struct console_test test = {0};
	if (autotest_is_title(line)) {
		autotest_end_suite(autotest);
		autotest->state.armed = true;
		autotest->run = autotest->skipped = 0;
		autotest->bad = autotest->ended = autotest->counted = false;
		*use = CONSOLE_MARK;
	} else if (!autotest->state.armed || autotest->ended) {
		if (autotest->ended && autotest_parse_total(autotest, line)) {
			autotest->counted = true;
			*use = CONSOLE_MARK;
		}
	} else if (subunit2_view_equal(line, SUBUNIT2_LITERAL("## Test results. ##"))) {
		autotest->ended = true;
		*use = CONSOLE_MARK;
	} else if (autotest_parse_result(line, &test)) {
		*use = CONSOLE_RESULT;
		return autotest_report(autotest, console, &test, error);
	} else if (autotest_parse_begin(line, &test)) {
		*use = CONSOLE_MARK;
		return console_begin(console, &test, error);
	}
	return SUBUNIT2_E_OK;
}

static char *
autotest_check(struct console *console, void *state)
{
	struct autotest *autotest = state;
	(void)console;
	autotest_end_suite(autotest);
	char *disagrees = autotest->disagrees;
	autotest->disagrees = NULL;
	return disagrees;
}

static void
autotest_clear(void *state)
{
	free(((struct autotest *)state)->disagrees);
}

static enum console_sign
autotest_sign(struct subunit2_view line)
{
	return autotest_is_title(line) ? CONSOLE_SIGN_CERTAIN : CONSOLE_SIGN_NONE;
}

const struct console_harness console_autotest = {
	.name = "autotest",
	.size = sizeof(struct autotest),
	.sign = autotest_sign,
	.line = autotest_line,
	.check = autotest_check,
	.clear = autotest_clear,
};
