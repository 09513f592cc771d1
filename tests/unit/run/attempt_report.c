/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The report of an attempt: its text, and the cause of its failure in one line. */
#include "attempt_report.h"
#include "check.h"
#include "stream_lines.h"

#include <string.h>

static struct attempt_report report;
static struct stream_lines lines;

static void
begin(void)
{
	attempt_report_begin(&report, SUBUNIT2_LITERAL("s"), SUBUNIT2_ABSENT);
}

/* The test ID ends with STATUS, for the reason WHY unless that is NULL. */
static void
add(const char *id, enum subunit2_status status, const char *why)
{
	struct subunit2_event event = {.test_id = subunit2_view_of(id),
	                               .status = status,
	                               .runnable = strcmp(id, "s") == 0};
	if (why) {
		event.file_name = SUBUNIT2_LITERAL("reason");
		event.file_bytes = subunit2_view_of(why);
		event.mime_type = SUBUNIT2_TEXT_TYPE;
		event.eof = true;
	}
	if (subunit2_sink_event(report.sink, &event, NULL) != SUBUNIT2_E_OK)
		exit(99);
}

static void
fail(const char *id, const char *why)
{
	add(id, SUBUNIT2_STATUS_FAIL, why);
}

/* Ends the report. Returns true if the cause is CAUSE; NULL: it has no cause. */
static bool
gives(const char *cause)
{
	char *got = attempt_report_attach(&report, SUBUNIT2_LITERAL("s"), SUBUNIT2_ABSENT, 7,
	                                  &lines.sink);
	bool same = cause ? got && strcmp(got, cause) == 0 : !got;
	if (!same)
		printf("# cause: %s\n", got ? got : "-");
	free(got);
	return same;
}

static void
check_script(void)
{
	begin();
	fail("s", "exit status 3");
	CHECK(gives("attempt 7: exit status 3"));
	CHECK(stream_lines_are(&lines, "s! - attempt-7=FAIL  s|  reason:|    | exit status 3|"
	                               "scripts: 1 failed|not good: 1 failed|.\n"));
	begin();
	fail("s", "x");
	CHECK(gives("attempt 7: x"));
	begin();
	add("s", SUBUNIT2_STATUS_SUCCESS, "left running: sleep");
	CHECK(gives(NULL));
	begin();
	add("s", SUBUNIT2_STATUS_UXSUCCESS, "passed, and was expected to fail");
	CHECK(gives("attempt 7: passed, and was expected to fail"));
	stream_lines_clear(&lines);
	begin();
	gives(NULL);
	CHECK_NAMED("an attempt without an end did not end",
	            strstr(lines.text, "scripts: 1 unfinished"));
	stream_lines_clear(&lines);
}

static void
check_assertions(void)
{
	begin();
	fail("s::one", "got 5");
	fail("s::two", "got 6");
	fail("s", "2 tests in its output failed");
	CHECK_NAMED("the first assertion is the cause", gives("attempt 7: one: got 5"));
	begin();
	add("s::one", SUBUNIT2_STATUS_SUCCESS, NULL);
	fail("s::a", "got 6");
	fail("s", "1 test in its output failed");
	CHECK(gives("attempt 7: a: got 6"));
	begin();
	fail("s::one", "got 5");
	fail("s", "timed out after 1.00s");
	CHECK_NAMED("unless the script has one of its own",
	            gives("attempt 7: timed out after 1.00s"));
	begin();
	fail("s", "timed out after 1.00s");
	fail("s::one", "got 5");
	CHECK(gives("attempt 7: timed out after 1.00s"));
	begin();
	fail("s::", "got 5");
	CHECK(gives("attempt 7: s::: got 5"));
	begin();
	fail("another", "got 5");
	CHECK(gives("attempt 7: another: got 5"));
}

int
main(void)
{
	stream_lines_open(&lines);
	check_script();
	check_assertions();
	stream_lines_close(&lines);
	return check_done();
}
