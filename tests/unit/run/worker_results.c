/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The attempts of a test at workers become one test, with one routing code and one final status. */
#include "worker_results.h"
#include "check.h"
#include "event_lines.h"

#include <stdlib.h>
#include <string.h>

/* The report of an attempt, of which NAME and the file FILE say more. */
#define REPORT(name, file, text)                                                                   \
	"FAIL  " name "|  " file ":|    | " text                                                   \
	"|scripts: 1 failed|time: 0.000s|not good: 1 failed|.; runnable\n"

static struct event_lines lines;
static struct string_list none;

static struct subunit2_event
event_of(const char *id, enum subunit2_status status, const char *code)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.status = status,
		.route_code = subunit2_view_of(code),
		.has_timestamp = true,
		.timestamp = {1000000000, 0},
	};
}

static void
start(struct worker_results *results, size_t test, const char *code)
{
	struct subunit2_event event =
		event_of(worker_results_id(results, test), SUBUNIT2_STATUS_INPROGRESS, code);
	worker_results_start(results, test, &event);
}

/* Sends a piece of the standard error of the test ID. */
static void
attach(struct worker_results *results, size_t test, const char *id, const char *code,
       const char *bytes)
{
	struct subunit2_event event = event_of(id, SUBUNIT2_STATUS_NONE, code);
	event.file_name = SUBUNIT2_LITERAL("stderr");
	event.file_bytes = subunit2_view_of(bytes);
	worker_results_event(results, test, &event);
}

static void
report(struct worker_results *results, size_t test, const char *id, enum subunit2_status status,
       const char *code)
{
	struct subunit2_event event = event_of(id, status, code);
	worker_results_event(results, test, &event);
}

static void
retry(struct worker_results *results, size_t test, enum subunit2_status status, const char *code)
{
	struct subunit2_event event = event_of(worker_results_id(results, test), status, code);
	worker_results_retry(results, test, &event, NULL);
}

static enum subunit2_status
finish(struct worker_results *results, size_t test, enum subunit2_status status, const char *code)
{
	struct subunit2_event event = event_of(worker_results_id(results, test), status, code);
	return worker_results_finish(results, test, &event, NULL);
}

/* Without retries, events pass at once. */
static void
check_passing(void)
{
	struct worker_results *results = worker_results_new(&lines.sink, false, &none);
	CHECK(worker_results_add(results, "a", &none) == 0);
	CHECK(worker_results_add(results, "b", &none) == 1);
	CHECK(strcmp(worker_results_id(results, 1), "b") == 0);
	start(results, 0, "w0/1");
	CHECK(event_lines_are(&lines, "a inprogress @w0/1\n"));
	attach(results, 0, "a", "w0/1", "text");
	report(results, 0, "a::1", SUBUNIT2_STATUS_SUCCESS, "w0/1/0");
	CHECK(event_lines_are(&lines, "a @w0/1 stderr=text\na::1 success @w0/1/0\n"));
	CHECK(finish(results, 0, SUBUNIT2_STATUS_FAIL, "w0/1") == SUBUNIT2_STATUS_FAIL);
	CHECK(event_lines_are(&lines, "a fail @w0/1\n"));
	struct subunit2_event first = event_of("b", SUBUNIT2_STATUS_NONE, "w1");
	worker_results_start(results, 1, &first);
	CHECK_NAMED("only inprogress starts a test in the stream", event_lines_are(&lines, ""));
	attach(results, 1, "b", "w1/2", "text");
	CHECK_NAMED("all events of a test have one code",
	            event_lines_are(&lines, "b @w1 stderr=text\n"));
	CHECK(finish(results, 1, SUBUNIT2_STATUS_SUCCESS, "w1/2") == SUBUNIT2_STATUS_SUCCESS);
	CHECK(event_lines_are(&lines, "b success @w1\n"));
	worker_results_free(results);
}

static bool
owns(const struct worker_results *results, const char *id, bool wanted_own)
{
	struct subunit2_event event = {.test_id = subunit2_view_of(id),
	                               .route_code = SUBUNIT2_LITERAL("w0/1")};
	bool own = !wanted_own;
	return worker_results_owns(results, 0, &event, &own) && own == wanted_own;
}

static bool
disowns(const struct worker_results *results, const char *id)
{
	struct subunit2_event event = {.test_id = subunit2_view_of(id)};
	bool own = true;
	return !worker_results_owns(results, 0, &event, &own) && !own;
}

static void
check_names(void)
{
	struct worker_results *results = worker_results_new(&lines.sink, false, &none);
	worker_results_add(results, "t/a", &none);
	CHECK(owns(results, "t/a", true) && owns(results, "t/a::b", false));
	CHECK(disowns(results, "t/a::"));
	CHECK(disowns(results, "t/ab"));
	CHECK(disowns(results, "t/a-xy"));
	CHECK(disowns(results, "t/b"));
	CHECK(disowns(results, "t/"));
	CHECK(!worker_results_is_under(results, 0, subunit2_view_of("w0/1")));
	start(results, 0, "w0/1");
	CHECK(worker_results_is_under(results, 0, subunit2_view_of("w0/1")));
	CHECK(worker_results_is_under(results, 0, subunit2_view_of("w0/1/2")));
	CHECK(!worker_results_is_under(results, 0, subunit2_view_of("w0/11")));
	struct subunit2_event below = {.test_id = SUBUNIT2_LITERAL("t/a"),
	                               .route_code = SUBUNIT2_LITERAL("w0/1/2")};
	bool own = true;
	CHECK_NAMED("a test of its id below its code is another one",
	            worker_results_owns(results, 0, &below, &own) && !own);
	CHECK(!worker_results_is_under(results, 0, subunit2_view_of("w0")));
	worker_results_free(results);
	event_lines_are(&lines, "t/a inprogress @w0/1\n");
}

static enum subunit2_status
judged(const struct worker_results *results, size_t test, enum subunit2_status status,
       const char *reason)
{
	struct subunit2_event event = {.status = status};
	if (reason) {
		event.file_name = SUBUNIT2_LITERAL("reason");
		event.file_bytes = subunit2_view_of(reason);
	}
	return worker_results_judge(results, test, &event);
}

static void
check_expected(void)
{
	static const char *const disturbed[] = {
		"timed out after 1.00s",     "interrupted by SIGTERM",
		"No such file or directory", "cannot be executed: x: Permission denied",
		"wrote more than 5 bytes",   "ended: the run took longer than --max-time",
	};
	struct string_list expected = {0};
	string_list_add(&expected, "a");
	struct worker_results *results = worker_results_new(&lines.sink, false, &expected);
	worker_results_add(results, "a", &none);
	worker_results_add(results, "b", &none);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_FAIL, NULL) == SUBUNIT2_STATUS_XFAIL);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_FAIL, "exit status 1") == SUBUNIT2_STATUS_XFAIL);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_FAIL, "died of SIGTERM\ntimed out") ==
	      SUBUNIT2_STATUS_XFAIL);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_SUCCESS, NULL) == SUBUNIT2_STATUS_UXSUCCESS);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_SKIP, NULL) == SUBUNIT2_STATUS_SKIP);
	CHECK(judged(results, 1, SUBUNIT2_STATUS_FAIL, NULL) == SUBUNIT2_STATUS_FAIL);
	CHECK(judged(results, 0, SUBUNIT2_STATUS_FAIL, "timed out after 1.00s\ndied of SIGTERM") ==
	      SUBUNIT2_STATUS_FAIL);
	for (size_t i = 0; i < sizeof(disturbed) / sizeof(*disturbed); i++)
		CHECK_NAMED(disturbed[i], judged(results, 0, SUBUNIT2_STATUS_FAIL, disturbed[i]) ==
		                                  SUBUNIT2_STATUS_FAIL);
	start(results, 0, "w0");
	CHECK(finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w0") == SUBUNIT2_STATUS_UXSUCCESS);
	CHECK(event_lines_are(&lines, "a inprogress @w0\na uxsuccess @w0\n"));
	worker_results_free(results);
	string_list_clear(&expected);
}

/* The events of an attempt are held; one that another follows becomes a report. */
static void
check_retries(void)
{
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	worker_results_add(results, "a", &none);
	worker_results_add(results, "a", &none);
	start(results, 0, "w0/1");
	CHECK(event_lines_are(&lines, "a inprogress @w0/1\n"));
	attach(results, 0, "a", "w0/1", "first");
	CHECK(event_lines_are(&lines, ""));
	retry(results, 0, SUBUNIT2_STATUS_FAIL, "w0/1");
	CHECK(event_lines_are(&lines, "a @w0/1 attempt-1=" REPORT("a  0.000s", "stderr", "first")));
	start(results, 0, "w1/2");
	CHECK_NAMED("a test starts once in the stream", event_lines_are(&lines, ""));
	attach(results, 0, "a", "w1/2", "second");
	attach(results, 0, "a::b", "w1/2", "beside");
	attach(results, 0, "a::b", "w1/2/0", "below");
	attach(results, 0, "a::b", "w1/3", "elsewhere");
	attach(results, 1, "a", "w1/2", "other");
	CHECK(finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w1/2") == SUBUNIT2_STATUS_SUCCESS);
	CHECK(event_lines_are(&lines, "a @w0/1 stderr=second\n"
	                              "a::b @w0/1 stderr=beside\n"
	                              "a::b @w0/1/0 stderr=below\n"
	                              "a::b @w1/3 stderr=elsewhere\n"
	                              "a @w0/1 worker=w1/2.; runnable\n"
	                              "a @w0/1 reason=attempt 1: first|; runnable\n"
	                              "a success @w0/1 #flaky\n"));
	worker_results_free(results);
}

/* Plays two failures and END at the same worker. */
static void
play_twice_failed(enum subunit2_status end)
{
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	worker_results_add(results, "a", &none);
	start(results, 0, "w0");
	attach(results, 0, "a", "w0", "one");
	retry(results, 0, SUBUNIT2_STATUS_FAIL, "w0");
	start(results, 0, "w0");
	attach(results, 0, "a", "w0", "two");
	retry(results, 0, SUBUNIT2_STATUS_FAIL, "w0");
	event_lines_are(
		&lines,
		"a inprogress @w0\n"
		"a @w0 attempt-1=" REPORT("a  0.000s", "stderr", "one") "a @w0 attempt-2=" REPORT(
			"a  0.000s", "stderr", "two"));
	start(results, 0, "w0");
	finish(results, 0, end, "w0");
	worker_results_free(results);
}

static void
check_flaky(void)
{
	play_twice_failed(SUBUNIT2_STATUS_SUCCESS);
	CHECK_NAMED("the reason is the cause of the first failure",
	            event_lines_are(&lines, "a @w0 reason=attempt 1: one|; runnable\n"
	                                    "a success @w0 #flaky\n"));
	play_twice_failed(SUBUNIT2_STATUS_FAIL);
	CHECK_NAMED("a test that fails in the end is not flaky",
	            event_lines_are(&lines, "a fail @w0\n"));
}

/* The reason is cut to 4096 bytes, with its newline. */
static void
check_long_cause(void)
{
	char text[8193];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	worker_results_add(results, "a", &none);
	start(results, 0, "w0");
	attach(results, 0, "a", "w0", text);
	retry(results, 0, SUBUNIT2_STATUS_FAIL, "w0");
	start(results, 0, "w0");
	finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w0");
	fflush(lines.file);
	const char *reason = strstr(lines.text, "reason=");
	size_t len = reason ? strcspn(reason, "|") + 1 - strlen("reason=") : 0;
	CHECK(reason && len > 100 && len <= 4096);
	worker_results_free(results);
	event_lines_close(&lines);
	event_lines_open(&lines);
}

/* Attempts without a status from their worker. */
static void
check_outcomes(void)
{
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	struct outcome outcome = {0};
	worker_results_add(results, "a", &none);
	worker_results_add(results, "b", &none);
	start(results, 0, "w0");
	event_lines_are(&lines, "a inprogress @w0\n");
	outcome_fail(&outcome, "lost");
	outcome.infrastructure = true;
	worker_results_retry(results, 0, NULL, &outcome);
	CHECK(event_lines_are(&lines, "a @w0 attempt-1=" REPORT("a  0.000s  [infrastructure]",
	                                                        "reason", "lost")));
	start(results, 0, "w1");
	CHECK(worker_results_finish(results, 0, NULL, &outcome) == SUBUNIT2_STATUS_FAIL);
	CHECK(event_lines_are(&lines, "a @w0 worker=w1.; runnable\n"
	                              "a fail @w0 #infrastructure reason=lost.; runnable\n"));
	outcome_clear(&outcome);
	outcome = (struct outcome){.status = SUBUNIT2_STATUS_SKIP};
	CHECK(worker_results_finish(results, 1, NULL, &outcome) == SUBUNIT2_STATUS_SKIP);
	CHECK_NAMED("a test that never started has no code",
	            event_lines_are(&lines, "b skip; runnable\n"));
	CHECK(lines.untimed == 0);
	worker_results_free(results);
}

static void
check_answers(void)
{
	struct string_list subtests = {0};
	string_list_add(&subtests, "a::1");
	string_list_add(&subtests, "a::2");
	struct worker_results *results = worker_results_new(&lines.sink, false, &none);
	worker_results_add(results, "a", &subtests);
	worker_results_add(results, "a", &subtests);
	start(results, 0, "w0");
	report(results, 0, "a::1", SUBUNIT2_STATUS_SUCCESS, "w0/0");
	finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w0");
	CHECK(event_lines_are(&lines,
	                      "a inprogress @w0\n"
	                      "a::1 success @w0/0\n"
	                      "a::2 skip @w0 reason=its script no longer reports this test.\n"
	                      "a success @w0\n"));
	struct outcome outcome = {.status = SUBUNIT2_STATUS_SKIP};
	worker_results_finish(results, 1, NULL, &outcome);
	CHECK(event_lines_are(&lines, "a::1 skip reason=its script no longer reports this test.\n"
	                              "a::2 skip reason=its script no longer reports this test.\n"
	                              "a skip; runnable\n"));
	worker_results_free(results);
	string_list_clear(&subtests);
}

/* If events cannot be kept, a test does not pass. */
static void
check_lost(void)
{
	size_t size = 9 << 20; /* more than is kept in memory */
	char *bytes = malloc(size + 1);
	memset(bytes, 'x', size);
	bytes[size] = '\0';
	setenv("TMPDIR", "/nonexistent", 1);
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	worker_results_add(results, "a", &none);
	start(results, 0, "w0");
	for (size_t at = 0; at < size; at += 1 << 20)
		attach(results, 0, "a", "w0", bytes + at);
	fclose(lines.file);
	free(lines.text);
	lines.file = open_memstream(&lines.text, &lines.len);
	CHECK(finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w0") == SUBUNIT2_STATUS_FAIL);
	fflush(lines.file);
	CHECK(strstr(lines.text, "a fail @w0 reason=its output could not be kept: "));
	CHECK(!strstr(lines.text, "success"));
	worker_results_free(results);
	unsetenv("TMPDIR");
	free(bytes);
	event_lines_close(&lines);
	event_lines_open(&lines);
}

/* Once all tests are forgotten, their indices are used again. */
static void
check_indices(void)
{
	struct worker_results *results = worker_results_new(&lines.sink, true, &none);
	for (int round = 0; round < 3; round++) {
		CHECK(worker_results_add(results, "a", &none) == 0);
		start(results, 0, "w0");
		CHECK(finish(results, 0, SUBUNIT2_STATUS_SUCCESS, "w0") == SUBUNIT2_STATUS_SUCCESS);
		CHECK(event_lines_are(&lines, "a inprogress @w0\na success @w0\n"));
		worker_results_clear_all(results);
	}
	worker_results_free(results);
}

int
main(void)
{
	event_lines_open(&lines);
	check_passing();
	check_names();
	check_expected();
	check_retries();
	check_flaky();
	check_long_cause();
	check_outcomes();
	check_answers();
	check_lost();
	check_indices();
	event_lines_close(&lines);
	return check_done();
}
