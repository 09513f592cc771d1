/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A suite's log on a console: where it begins and ends, for every split of the input. */
#include "automake_suite_log.h"
#include "check.h"

#include <string.h>

static char written[4096];

static void
record(const char *mark, struct subunit2_view bytes)
{
	static const char *last = "";
	size_t len = strlen(written);
	if (len == 0)
		last = "";
	/* Neighbours of one kind are one. */
	len += (size_t)snprintf(written + len, sizeof(written) - len, "%s",
	                        strcmp(last, mark) == 0 ? "" : mark);
	snprintf(written + len, sizeof(written) - len, "%.*s", (int)bytes.len, bytes.data);
	last = mark;
}

static enum subunit2_result
outside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	(void)context, (void)error;
	record("<out>", bytes);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
inside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	(void)context, (void)error;
	record("<in>", bytes);
	return SUBUNIT2_E_OK;
}

/* INPUT in pieces of every size gives EXPECTED. */
static bool
is(const char *input, const char *expected)
{
	size_t len = strlen(input);
	for (size_t step = 1; step <= len; step++) {
		struct automake_suite_log log = {0};
		written[0] = '\0';
		for (size_t at = 0; at < len; at += step) {
			struct subunit2_view piece = {input + at,
			                              len - at < step ? len - at : step};
			automake_suite_log_feed(&log, piece, outside, inside, NULL, NULL);
		}
		automake_suite_log_finish(&log, inside, NULL, NULL);
		if (strcmp(written, expected) != 0) {
			printf("# %zu bytes: %s\n", step, written);
			return false;
		}
	}
	return true;
}

#define TITLE "===\n   hello 2.10: tests/test-suite.log\n"

int
main(void)
{
	char input[2048], expected[2048];
	CHECK_NAMED("a log up to the summary",
	            is("FAIL: a\n" TITLE
	               "===\nFAIL: a\n1..1\nok 1\nTestsuite summary for x\nPASS: b\n",
	               "<out>FAIL: a\n" TITLE
	               "<in>===\nFAIL: a\n1..1\nok 1\n<out>Testsuite summary for x\nPASS: b\n"));
	CHECK_NAMED("two of them", is(TITLE "a\nTestsuite summary\n" TITLE "b\nTestsuite summary\n",
	                              "<out>" TITLE "<in>a\n<out>Testsuite summary\n" TITLE
	                              "<in>b\n<out>Testsuite summary\n"));
	CHECK_NAMED("make goes on elsewhere",
	            is(TITLE "a\nMaking check in b\nPASS: c\n",
	               "<out>" TITLE "<in>a\n<out>Making check in b\nPASS: c\n"));
	CHECK_NAMED("make enters a folder",
	            is(TITLE "make[2]: Nothing\nmake[2]: Entering directory '/x'\nPASS: c\n",
	               "<out>" TITLE
	               "<in>make[2]: Nothing\n<out>make[2]: Entering directory '/x'\nPASS: c\n"));
	CHECK_NAMED("a log to the end of the input", is(TITLE "a\nb", "<out>" TITLE "<in>a\nb"));
	CHECK_NAMED("carriage returns",
	            is("   a: test-suite.log\r\na\r\n", "<out>   a: test-suite.log\r\n<in>a\r\n"));
	CHECK_NAMED(
		"lines that only speak of one",
		is("See ./test-suite.log\n   test-suite.log: a\n  b: test-suite.log\na\n",
	           "<out>See ./test-suite.log\n   test-suite.log: a\n  b: test-suite.log\na\n"));
	CHECK_NAMED("nothing", is("", ""));
	snprintf(input, sizeof(input), TITLE "%0700d\nTestsuite summary\n%0700d\n", 1, 2);
	snprintf(expected, sizeof(expected),
	         "<out>" TITLE "<in>%0700d\n<out>Testsuite summary\n%0700d\n", 1, 2);
	CHECK_NAMED("long lines", is(input, expected));
	return check_done();
}
