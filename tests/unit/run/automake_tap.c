/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* TAP as tap-driver.sh judges it: each line's result on the console. */
#include "automake_tap.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static struct automake_tap tap;
static struct automake_trs trs;
static char *console, *log_text, *copy;
static size_t console_len, log_len, copy_len;

static void
begin(void)
{
	trs = (struct automake_trs){.test = "t",
	                            .tap = true,
	                            .console = open_memstream(&console, &console_len),
	                            .log = open_memstream(&log_text, &log_len)};
	tap = (struct automake_tap){
		.trs = &trs, .copy = open_memstream(&copy, &copy_len), .diagnostic = "#"};
}

/* Feeds TEXT in pieces of SIZE bytes, and ends with STATUS. Returns true if the console has the
 * EXPECTED lines, and TEXT was copied. */
static bool
judges_in(const char *text, int status, const char *expected, size_t size)
{
	size_t len = strlen(text);
	for (size_t at = 0; at < len; at += size)
		automake_tap_feed(
			&tap, (struct subunit2_view){text + at, len - at < size ? len - at : size});
	automake_tap_end(&tap, status);
	fclose(tap.copy);
	fclose(trs.console);
	fclose(trs.log);
	bool same = strcmp(console, expected) == 0 && strncmp(copy, text, len) == 0;
	if (!same)
		printf("# %s\n", console);
	automake_tap_clear(&tap);
	automake_trs_clear(&trs);
	free(console);
	free(log_text);
	free(copy);
	return same;
}

static bool
judges(const char *text, const char *expected)
{
	begin();
	bool whole = judges_in(text, 0, expected, 1000);
	begin();
	return judges_in(text, 0, expected, 1) && whole;
}

static bool
ends(const char *text, int status, const char *expected)
{
	begin();
	return judges_in(text, status, expected, 1000);
}

static void
check_results(void)
{
	CHECK(judges("1..2\nok 1 - a\nnot ok 2\n", "PASS: t 1 - a\nFAIL: t 2\n"));
	CHECK(judges("ok\nok b\n1..2\n", "PASS: t 1\nPASS: t 2 b\n"));
	CHECK(judges("1..1\nok1\n", "ERROR: t - too few tests run (expected 1, got 0)\n"));
	CHECK(judges("1..1\nokay\n", "ERROR: t - too few tests run (expected 1, got 0)\n"));
	CHECK(judges("1..1\nok 1x\n", "PASS: t 1 1x\n"));
	CHECK(judges("1..1\nok 1.\n", "PASS: t 1 .\n"));
	CHECK(judges("1..1\n not ok\nok", "PASS: t 1\n"));
	CHECK(judges("1..1\nok 1 \t name \t\n", "PASS: t 1 name\n"));
	CHECK(judges("1..2\nok 2 a\nok 2 b\n",
	             "ERROR: t 2 a # OUT-OF-ORDER (expecting 1)\nPASS: t 2 b\n"));
	CHECK(judges("1..1\nok\nnot ok # TODO\n",
	             "PASS: t 1\nERROR: t 2 # UNPLANNED\n"
	             "ERROR: t - too many tests run (expected 1, got 2)\n"));
	CHECK(judges("ok\n1..2\nok 2 x # TODO y\n", "PASS: t 1\nERROR: t 2 x # AFTER LATE PLAN\n"));
}

static void
check_directives(void)
{
	CHECK(judges("1..2\nok 1 # TODO why\nnot ok 2 a #todo\n",
	             "XPASS: t 1 # TODO why\nXFAIL: t 2 a # TODO\n"));
	CHECK(judges("1..2\nok 1 - a # SKIP why \nnot ok 2 # skip b\n",
	             "SKIP: t 1 - a # SKIP why\nFAIL: t 2 # SKIP b\n"));
	CHECK(judges("1..1\nok 1 # TODOS\n", "PASS: t 1 # TODOS\n"));
	CHECK(judges("1..1\nok 1 # SKIP_x\n", "PASS: t 1 # SKIP_x\n"));
	CHECK(judges("1..1\nok 1 a \\# TODO\n", "PASS: t 1 a \\# TODO\n"));
	CHECK(judges("1..1\nok 1 a \\\\# TODO\n", "XPASS: t 1 a \\\\ # TODO\n"));
	CHECK(judges("1..1\nok 1 a # b # SKIP c\n", "SKIP: t 1 a # b # SKIP c\n"));
	CHECK(judges("1..1\nok 1 # SKIP a # TODO\n", "XPASS: t 1 # SKIP a # TODO\n"));
	CHECK(judges("1..1\nok 1 # SKIP a # TODO b\n", "SKIP: t 1 # SKIP a # TODO b\n"));
	begin();
	tap.expect_failure = true;
	CHECK(judges_in("1..4\nok\nnot ok\nok # SKIP\nok # TODO\n", 0,
	                "XPASS: t 1\nXFAIL: t 2\nSKIP: t 3 # SKIP\nXPASS: t 4 # TODO\n", 1000));
}

static void
check_plans(void)
{
	CHECK(judges("", "ERROR: t - missing test plan\n"));
	CHECK(judges("ok\n", "PASS: t 1\nERROR: t - missing test plan\n"));
	CHECK(judges("1..0\n", "SKIP: t\n"));
	CHECK(judges("1..0 # SKIP no network \n", "SKIP: t - no network\n"));
	CHECK(judges("1..0 # SKIP: why\n", "SKIP: t - why\n"));
	CHECK(judges("1..0 # SKIPPED\n", "SKIP: t - SKIPPED\n"));
	CHECK(judges("1..0 # SKIP\n", "SKIP: t - SKIP\n"));
	CHECK(judges("1..0 x\nok\n", "PASS: t 1\nERROR: t - missing test plan\n"));
	CHECK(judges("1..2 # SKIP x\n", "ERROR: t - missing test plan\n"));
	CHECK(judges("1..\n1..x\n", "ERROR: t - missing test plan\n"));
	CHECK(judges("1..1 \t\nok\n", "PASS: t 1\n"));
	CHECK(judges("1..1\n1..1\nok\n", "ERROR: t - multiple test plans\nPASS: t 1\n"));
	CHECK(judges("ok\n1..0\n", "PASS: t 1\n"
	                           "ERROR: t - too many tests run (expected 0, got 1)\n"));
	CHECK(judges("1..3\nok\n",
	             "PASS: t 1\nERROR: t - too few tests run (expected 3, got 1)\n"));
}

static void
check_ends(void)
{
	CHECK(judges("1..2\nBail out!\nok\n", "ERROR: t - Bail out!\n"));
	CHECK(judges(" Bail out!  no disk \n", "ERROR: t - Bail out! no disk\n"));
	CHECK(ends("Bail out!\n", 1, "ERROR: t - Bail out!\n"));
	CHECK(ends("1..0\n", 1, "SKIP: t\nERROR: t - exited with status 1\n"));
	CHECK(ends("1..0\n", 127,
	           "SKIP: t\nERROR: t - exited with status 127 (command not found?)\n"));
	CHECK(ends("1..0\n", 128,
	           "SKIP: t\nERROR: t - exited with status 128 (terminated by signal 0?)\n"));
	CHECK(ends("1..0\n", 139,
	           "SKIP: t\nERROR: t - exited with status 139 (terminated by signal 11?)\n"));
	begin();
	tap.ignore_exit = true;
	CHECK(judges_in("1..0\n", 1, "SKIP: t\n", 1000));
	begin();
	automake_tap_end(&tap, 3);
	CHECK_NAMED("each error is a line",
	            tap.errors.len == 38 &&
	                    memcmp(tap.errors.data, "missing test plan\nexited with status 3",
	                           38) == 0);
	CHECK(judges_in("", 0,
	                "ERROR: t - missing test plan\nERROR: t - exited with status 3\n"
	                "ERROR: t - missing test plan\n",
	                1));
}

static void
check_comments(void)
{
	CHECK(judges("1..0\n# a comment\n", "SKIP: t\n"));
	begin();
	tap.comments = true;
	CHECK(judges_in("1..0\n#  a comment \n#\n # b\n", 0, "SKIP: t\n# t: a comment\n", 1000));
	begin();
	tap.comments = true;
	tap.diagnostic = "%%";
	CHECK(judges_in("1..0\n%%a\n%b\n# c\n", 0, "SKIP: t\n# t: a\n", 1000));
}

/* Only the beginning of a long line is judged; all of it is copied. */
static void
check_long_lines(void)
{
	static char text[200000];
	size_t len = (size_t)snprintf(text, sizeof(text), "1..2\n# ");
	memset(text + len, 'x', 150000);
	strcpy(text + len + 150000, "\nok 1\nok 2\n");
	begin();
	CHECK(judges_in(text, 0, "PASS: t 1\nPASS: t 2\n", 7000));
	begin();
	CHECK(judges_in(text, 0, "PASS: t 1\nPASS: t 2\n", sizeof(text)));
	begin();
	fclose(tap.copy);
	free(copy);
	tap.copy = NULL;
	automake_tap_feed(&tap, subunit2_view_of(text));
	CHECK_NAMED("a copy may not be wanted", tap.tests == 2);
	tap.copy = open_memstream(&copy, &copy_len);
	CHECK(judges_in("", 0, "PASS: t 1\nPASS: t 2\n", 1));
}

int
main(void)
{
	check_results();
	check_directives();
	check_plans();
	check_ends();
	check_comments();
	check_long_lines();
	return check_done();
}
