/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Outcomes: from the end of a command, from its output, and from the rules. */
#include "outcome.h"
#include "check.h"
#include "record.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define EXIT(number) ((number) << 8) /* a wait status */
#define CORE 0x80

static struct outcome_rules rules;
static struct process_result result;
static enum outcome_wait wait_result;
static struct output_capture_verdict verdict;
static struct tap_verdict tap;
static struct subunit2_summary_result packets;

/* A command that exited with 0, and wrote nothing. */
static void
reset(void)
{
	rules = (struct outcome_rules){.skip_exit = 77, .leaked_fails = true};
	result = (struct process_result){.exited = true};
	wait_result = OUTCOME_NO_WAIT;
	packets = (struct subunit2_summary_result){0};
	tap = (struct tap_verdict){.seen = true};
	verdict = (struct output_capture_verdict){.packets = &packets};
}

/* Decides, compares, and begins the next case. REASON NULL: it has no reason. */
static bool
decides(enum subunit2_status status, const char *reason)
{
	struct outcome outcome;
	outcome_decide(&outcome, &rules, &result, wait_result, &verdict);
	bool good = outcome.status == status &&
	            (reason ? outcome.reason && strcmp(outcome.reason, reason) == 0
	                    : !outcome.reason) &&
	            !outcome.infrastructure && !outcome.flaky && !outcome.error;
	if (!good)
		printf("# %s: %s\n", subunit2_status_name(outcome.status),
		       outcome.reason ? outcome.reason : "-");
	outcome_clear(&outcome);
	reset();
	return good;
}

static bool
passes(void)
{
	return decides(SUBUNIT2_STATUS_SUCCESS, NULL);
}

static bool
fails(const char *reason)
{
	return decides(SUBUNIT2_STATUS_FAIL, reason);
}

static bool
skips(const char *reason)
{
	return decides(SUBUNIT2_STATUS_SKIP, reason);
}

static void
check_status(void)
{
	CHECK(passes());
	result.status = EXIT(1);
	CHECK(fails("exit status 1"));
	result.status = EXIT(77);
	CHECK(skips("exit status 77"));
	result.status = EXIT(77);
	verdict.own_reason = true;
	CHECK(skips(NULL));
	result.status = EXIT(77);
	rules.skip_exit = OUTCOME_NO_SKIP;
	CHECK(fails("exit status 77"));
	result.status = EXIT(76);
	CHECK(fails("exit status 76"));
	result.status = SIGSEGV;
	CHECK(fails("died of SIGSEGV"));
	result.status = SIGABRT | CORE;
	CHECK(fails("died of SIGABRT (core dumped)"));
	rules.skip_exit = 0;
	CHECK_NAMED("an exit status of 0 is no skip", passes());
	result.exited = false;
	result.status = EXIT(3);
	result.lost = true;
	CHECK(fails("its supervisor was killed"));
}

static void
check_ends(void)
{
	result.failure = (struct spawn_failure){SPAWN_SETUP, ENOMEM};
	result.failure_reason = "Cannot allocate memory";
	result.status = EXIT(127);
	CHECK(fails("cannot be started: Cannot allocate memory"));
	result.failure = (struct spawn_failure){SPAWN_CHDIR, ENOENT};
	result.failure_reason = "d: No such file or directory";
	CHECK(fails("cannot change to its directory: d: No such file or directory"));
	result.failure = (struct spawn_failure){SPAWN_EXEC, EACCES};
	result.failure_reason = "x: Permission denied";
	CHECK(fails("cannot be executed: x: Permission denied"));
	result.read_errnum = EIO;
	CHECK(fails("cannot read its output: Input/output error"));
	result.timed_out = true;
	result.status = SIGTERM;
	rules.timeout_ns = 2 * EVENT_LOOP_S;
	CHECK(fails("timed out after 2.00s\ndied of SIGTERM"));
	result.timed_out = true;
	rules.timeout_ns = 20 * EVENT_LOOP_S;
	rules.longest_ns = 2 * EVENT_LOOP_S;
	CHECK(fails("timed out after 20.00s; the longest known time is 2.00s"));
	result.timed_out = result.silent = true;
	rules.silence_ns = 3 * EVENT_LOOP_S;
	rules.timeout_ns = 20 * EVENT_LOOP_S;
	CHECK(fails("timed out: no output for 3.00s"));
	result.survivors = (char *)"sleep (12)";
	CHECK(fails("could not be killed: sleep (12)"));
	result.ended_by = SIGINT;
	result.status = SIGINT;
	CHECK(fails("interrupted by SIGINT\ndied of SIGINT"));
	result.ended_by = SIGTERM;
	rules.over_time = true;
	CHECK(fails(OUTCOME_OVER_TIME));
	rules.over_time = true;
	CHECK(passes());
	result.ended_by = SIGTERM;
	wait_result = OUTCOME_OVER_LIMIT;
	rules.max_output = 5000000000;
	CHECK(fails("wrote more than 5000000000 bytes"));
	result.ended_by = SIGTERM;
	result.status = SIGTERM;
	wait_result = OUTCOME_MATCHED;
	CHECK_NAMED("a command that was waited for passes", passes());
	wait_result = OUTCOME_NO_MATCH;
	CHECK(fails("ended without the output that was waited for"));
	result.timed_out = result.lost = true;
	rules.timeout_ns = EVENT_LOOP_MS;
	CHECK_NAMED("each reason is a line",
	            fails("its supervisor was killed\ntimed out after 0.001s"));
}

static void
check_leaks(void)
{
	struct outcome outcome;
	result.leaked = true;
	result.leaked_names = (char *)"sleep (12)";
	CHECK(fails("left running: sleep (12)"));
	result.leaked = true;
	CHECK(fails("left its output open in a process that is not its own"));
	result.leaked = true;
	result.leaked_names = (char *)"sleep (12)";
	rules.leaked_fails = false;
	CHECK(decides(SUBUNIT2_STATUS_SUCCESS, "left running: sleep (12)"));
	result.leaked = true;
	wait_result = OUTCOME_MATCHED;
	CHECK(passes());
	result.leaked = true;
	outcome_decide(&outcome, &rules, &result, OUTCOME_NO_WAIT, &verdict);
	CHECK(outcome.leaked && !outcome.bailed_out);
	outcome_clear(&outcome);
	CHECK(!outcome.leaked && !outcome.reason);
	result.leaked = true;
	outcome_decide(&outcome, &rules, &result, OUTCOME_MATCHED, &verdict);
	CHECK(!outcome.leaked);
	reset();
	verdict.tap = &tap;
	tap.bailed_out = true;
	outcome_decide(&outcome, &rules, &result, OUTCOME_NO_WAIT, &verdict);
	CHECK(outcome.bailed_out && !outcome.leaked);
	reset();
}

static void
check_tap(void)
{
	verdict.tap = &tap;
	CHECK(passes());
	verdict.tap = &tap;
	tap.failed = true;
	tap.reason = SUBUNIT2_LITERAL("1 test failed");
	CHECK(fails("1 test failed"));
	verdict.tap = &tap;
	tap.failed = true;
	CHECK(fails("its TAP says so"));
	verdict.tap = &tap;
	tap.skipped = true;
	tap.reason = SUBUNIT2_LITERAL("no network");
	CHECK(skips("no network"));
	verdict.tap = &tap;
	tap.skipped = true;
	CHECK(skips(NULL));
	verdict.tap = &tap;
	result.status = EXIT(1);
	CHECK(fails("exit status 1"));
	verdict.tap = &tap;
	result.status = EXIT(1);
	rules.ignore_exit = true;
	tap.skipped = true;
	CHECK(skips("exit status 77"));
	verdict.tap = &tap;
	result.status = SIGSEGV;
	rules.ignore_exit = true;
	CHECK_NAMED("a signal is never ignored", fails("died of SIGSEGV"));
	verdict.tap = &tap;
	tap.seen = false;
	result.status = EXIT(1);
	rules.ignore_exit = true;
	CHECK_NAMED("an exit status counts without TAP", fails("exit status 1"));
	result.status = EXIT(1);
	rules.ignore_exit = true;
	CHECK(fails("exit status 1"));
}

static void
check_packets(void)
{
	packets.scripts.failed = 1;
	CHECK(fails("1 test in its output failed"));
	packets.assertions.failed = 1;
	packets.scripts.failed = 2;
	CHECK(fails("3 tests in its output failed"));
	packets.scripts.unexpected = 1;
	CHECK(fails("1 test in its output passed unexpectedly"));
	packets.assertions.unexpected = 2;
	packets.scripts.unexpected = 3;
	CHECK(fails("5 tests in its output passed unexpectedly"));
	packets.assertions.unfinished = 1;
	CHECK(fails("1 test in its output did not finish"));
	packets.assertions.unfinished = 1;
	packets.scripts.unfinished = 1;
	CHECK(fails("2 tests in its output did not finish"));
	packets.damaged = 1;
	CHECK(fails("1 damaged packet in its output"));
	packets.damaged = 2;
	CHECK(fails("2 damaged packets in its output"));
	packets.scripts.passed = packets.assertions.skipped = packets.scripts.todo = 9;
	CHECK(passes());
	verdict.begins_damaged = true;
	CHECK(fails("its output begins with a damaged packet"));
	verdict.lacks_subunit1 = true;
	CHECK(fails("no test of version 1 in its output"));
	verdict.console = "3 failed";
	CHECK(fails("3 failed"));
	verdict.empty = "ctest";
	CHECK(skips("ctest found no tests"));
	verdict.empty = "ctest";
	verdict.own = SUBUNIT2_STATUS_SUCCESS;
	CHECK(passes());
}

static void
check_own(void)
{
	verdict.own = SUBUNIT2_STATUS_FAIL;
	CHECK(fails("said so itself: fail"));
	verdict.own = SUBUNIT2_STATUS_UXSUCCESS;
	CHECK(fails("said so itself: uxsuccess"));
	verdict.own = SUBUNIT2_STATUS_SKIP;
	CHECK(skips(NULL));
	verdict.own = SUBUNIT2_STATUS_XFAIL;
	CHECK(decides(SUBUNIT2_STATUS_XFAIL, NULL));
	verdict.own = SUBUNIT2_STATUS_XFAIL;
	result.status = EXIT(77);
	CHECK(skips("exit status 77"));
	verdict.own = SUBUNIT2_STATUS_SKIP;
	verdict.own_reason = true;
	result.status = EXIT(77);
	CHECK(skips(NULL));
}

static void
check_expected(void)
{
	rules.expect_fail = true;
	CHECK(decides(SUBUNIT2_STATUS_UXSUCCESS, "passed, and was expected to fail"));
	rules.expect_fail = true;
	result.status = EXIT(1);
	CHECK(decides(SUBUNIT2_STATUS_XFAIL, "exit status 1"));
	rules.expect_fail = true;
	result.status = EXIT(77);
	CHECK(skips("exit status 77"));
	rules.expect_fail = true;
	result.timed_out = true;
	rules.timeout_ns = EVENT_LOOP_S;
	CHECK_NAMED("a test that was ended is not what was expected",
	            fails("timed out after 1.00s"));
}

/* The outcome of another wrap, whose stream this one passes on. */
static void
check_relay(void)
{
	struct outcome outcome;
	rules.relay = true;
	rules.expect_fail = true;
	result.status = EXIT(1);
	verdict.own = SUBUNIT2_STATUS_XFAIL;
	verdict.own_leaked = true;
	outcome_decide(&outcome, &rules, &result, OUTCOME_NO_WAIT, &verdict);
	CHECK(outcome.status == SUBUNIT2_STATUS_XFAIL && outcome.leaked && !outcome.reason &&
	      !outcome.infrastructure);
	outcome_clear(&outcome);
	verdict.own = SUBUNIT2_STATUS_NONE;
	verdict.own_leaked = false;
	result.status = EXIT(77);
	outcome_decide(&outcome, &rules, &result, OUTCOME_NO_WAIT, &verdict);
	CHECK(outcome.status == SUBUNIT2_STATUS_FAIL && !outcome.leaked && outcome.infrastructure &&
	      strcmp(outcome.reason,
	             "the stream ended without the test's final status\nexit status 77") == 0);
	outcome_clear(&outcome);
	result.failure = (struct spawn_failure){SPAWN_EXEC, ENOENT};
	result.failure_reason = "x: No such file or directory";
	outcome_decide(&outcome, &rules, &result, OUTCOME_NO_WAIT, &verdict);
	CHECK(outcome.infrastructure &&
	      strcmp(outcome.reason, "the stream ended without the test's final status\n"
	                             "cannot be executed: x: No such file or directory") == 0);
	outcome_clear(&outcome);
	reset();
	rules.relay = true;
	result.ended_by = SIGINT;
	CHECK(fails("interrupted by SIGINT"));
	rules.relay = true;
	result.timed_out = true;
	rules.timeout_ns = EVENT_LOOP_S;
	CHECK(fails("timed out after 1.00s"));
	rules.relay = true;
	result.read_errnum = EIO;
	CHECK(fails("cannot read its output: Input/output error"));
}

static void
check_reasons(void)
{
	struct outcome outcome;
	char *long_line = malloc(10001);
	memset(long_line, 'x', 10000);
	long_line[10000] = '\0';
	outcome_decide_unstarted(&outcome, EAGAIN);
	CHECK(outcome.status == SUBUNIT2_STATUS_FAIL &&
	      strcmp(outcome.reason, "cannot be started: Resource temporarily unavailable") == 0);
	outcome_clear(&outcome);
	outcome_add_reason(&outcome, "a %d", 1);
	CHECK(outcome.status == SUBUNIT2_STATUS_NONE && strcmp(outcome.reason, "a 1") == 0);
	outcome_add_reason(&outcome, "%s", "");
	CHECK_NAMED("an empty line is one", strcmp(outcome.reason, "a 1\n") == 0);
	outcome_clear(&outcome);
	outcome_add_reason(&outcome, "a 1");
	outcome_fail(&outcome, "b%s", "\377");
	CHECK(outcome.status == SUBUNIT2_STATUS_FAIL && strcmp(outcome.reason, "a 1\nb\\xff") == 0);
	outcome_clear(&outcome);
	outcome_add_reason(&outcome, "%s", long_line);
	CHECK_NAMED("a long line is cut", outcome.reason && strlen(outcome.reason) > 4000 &&
	                                          strlen(outcome.reason) <= 4096);
	outcome_clear(&outcome);
	free(long_line);
}

static struct outcome *emitted;

/* The event of EMITTED has its reason, as a text file. */
static enum subunit2_result
check_file(struct subunit2_sink *self, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	(void)self, (void)error;
	bool has = emitted->reason != NULL;
	CHECK(event->runnable && event->eof == has &&
	      subunit2_view_present(event->file_name) == has &&
	      subunit2_view_present(event->mime_type) == has);
	CHECK(!has || subunit2_view_equal(event->file_bytes, subunit2_view_of(emitted->reason)));
	return SUBUNIT2_E_OK;
}

/* Returns true if the event of OUTCOME is recorded as EXPECTED. */
static bool
emits(struct outcome *outcome, const char *expected)
{
	struct record record;
	struct subunit2_sink file = {check_file, NULL, NULL};
	emitted = outcome;
	outcome_emit(outcome, &file, SUBUNIT2_LITERAL("test"), NULL);
	record_open(&record);
	bool good = outcome_emit(outcome, &record.sink, SUBUNIT2_LITERAL("test"), NULL) ==
	                    SUBUNIT2_E_OK &&
	            record_is(&record, expected);
	record_close(&record);
	return good;
}

static void
check_events(void)
{
	struct record record;
	struct outcome outcome = {.status = SUBUNIT2_STATUS_SUCCESS};
	struct subunit2_sink file = {check_file, NULL, NULL};
	emitted = &outcome;
	outcome_emit_start(&file, SUBUNIT2_LITERAL("test"), NULL);
	record_open(&record);
	CHECK(outcome_emit_start(&record.sink, SUBUNIT2_LITERAL("test"), NULL) == SUBUNIT2_E_OK &&
	      record_is(&record, "test inprogress - - - -\n"));
	record.event_result = SUBUNIT2_E_STOP;
	CHECK(outcome_emit_start(&record.sink, SUBUNIT2_LITERAL("test"), NULL) == SUBUNIT2_E_STOP);
	CHECK(outcome_emit(&outcome, &record.sink, SUBUNIT2_LITERAL("test"), NULL) ==
	      SUBUNIT2_E_STOP);
	record_close(&record);
	CHECK(emits(&outcome, "test success - - - -\n"));
	outcome.leaked = true;
	CHECK(emits(&outcome, "test success - leaked - -\n"));
	outcome = (struct outcome){.status = SUBUNIT2_STATUS_FAIL, .infrastructure = true};
	CHECK(emits(&outcome, "test fail - infrastructure - -\n"));
	outcome = (struct outcome){.status = SUBUNIT2_STATUS_FAIL, .error = true};
	CHECK(emits(&outcome, "test fail - error - -\n"));
	outcome = (struct outcome){.status = SUBUNIT2_STATUS_SUCCESS, .flaky = true};
	CHECK(emits(&outcome, "test success - flaky - -\n"));
	outcome_fail(&outcome, "why");
	CHECK(emits(&outcome, "test fail - flaky - -\n"));
	outcome_clear(&outcome);
}

int
main(void)
{
	reset();
	check_status();
	check_ends();
	check_leaks();
	check_tap();
	check_packets();
	check_own();
	check_expected();
	check_relay();
	check_reasons();
	check_events();
	return check_done();
}
