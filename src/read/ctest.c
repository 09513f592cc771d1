/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of CMake's ctest.
 *
 *         Start 1: sorts
 *     1/3 Test #1: sorts ............................***Failed    0.01 sec
 *     2/3 Test #2: copies ...........................   Passed    0.00 sec
 *     50% tests passed, 1 tests failed out of 2
 *
 * The id is the test's name, which `ctest -R` takes. With --output-on-failure the output
 * follows the result; with -V each line of it begins with the number of its test. That output may
 * be the console of another ctest, whose results do not count. They do if no line of the first one
 * follows: it may have been cut, and another run have followed.
 */
#include "console.h"

#include "buffer.h"
#include "memory.h"
#include "scan.h"

#include <stdlib.h>

/* The part of the console that a line belongs to. */
enum ctest_place {
	CTEST_RUN,
	CTEST_OUTPUT, /* maybe the output of a failed test, up to the next line of ctest */
	CTEST_INNER,  /* another ctest in that output, up to its summary */
};

enum ctest_result {
	CTEST_NOT_SEEN,
	CTEST_PASSED,
	CTEST_FAILED,
	CTEST_DISABLED,    /* summaries do not count it */
	CTEST_NUMBERED = 4 /* added if a line of the test began with "1/3" */
};

#define CTEST_INNER_MAX 65536 /* bytes */

struct ctest {
	struct console_harness_state state;
	enum ctest_place place;
	unsigned char
		*results; /* by number of the test: an enum ctest_result, and CTEST_NUMBERED */
	size_t result_room;
	struct buffer inner; /* the lines of results of CTEST_INNER, each with a NUL */
	uint64_t of;         /* the tests of this run, by its results; 0: not known */
	struct ctest_summaries {
		bool complete; /* no test was seen since the last one */
		bool missing;  /* a run had none, and another one followed */
		struct ctest_counts {
			uint64_t tests, failures;
		} totals, seen; /* SEEN: in the runs that have one */
	} summaries;
};

#define CTEST_NUMBER_MAX 1000000 /* larger numbers are not counted */

/* Reads "Start 1: sorts". */
static bool
ctest_parse_start(struct subunit2_view line, struct console_test *test)
{
	scan_take_blanks(&line);
	if (!scan_take(&line, "Start "))
		return false;
	scan_take_blanks(&line);
	if (!scan_take_number(&line, &test->number) || !scan_take(&line, ": "))
		return false;
	test->name = scan_trim_end(line);
	test->has_number = true;
	return test->name.len > 0;
}

/* Splits "sorts ....***Failed" into the name and what follows the dots. */
static bool
ctest_split_name(struct subunit2_view text, struct subunit2_view *name, struct subunit2_view *rest)
{
	const char *end = text.data + text.len, *from = text.data, *dots;
	while ((dots = memmem(from, (size_t)(end - from), " ...", 4))) {
		const char *after = dots + 1;
		while (after < end && *after == '.')
			after++;
		*name = (struct subunit2_view){text.data, (size_t)(dots - text.data)};
		*rest = (struct subunit2_view){after, (size_t)(end - after)};
		if (memmem(after, rest->len, "***", 3) ||
		    subunit2_view_starts(*rest, SUBUNIT2_LITERAL("   Passed")))
			return true;
		from = after;
	}
	return false;
}

/* Removes "  0.01 sec" from the end of TEXT. */
static void
ctest_take_duration(struct subunit2_view *text, int64_t *ns)
{
	struct subunit2_view trimmed = scan_trim_end(*text), sec = SUBUNIT2_LITERAL(" sec");
	if (!subunit2_view_ends(trimmed, sec))
		return;
	struct subunit2_view number = {trimmed.data, trimmed.len - sec.len};
	size_t at = number.len;
	while (at > 0 && number.data[at - 1] != ' ')
		at--;
	number = scan_skip(number, at);
	if (scan_take_seconds(&number, ns) && !number.len)
		*text = scan_trim_end((struct subunit2_view){trimmed.data, at});
}

/* Sets the status and the reason from what follows the dots. */
static void
ctest_parse_status(struct subunit2_view text, struct console_test *test)
{
	struct subunit2_view before = text;
	const char *stars = memmem(text.data, text.len, "***", 3);
	if (!stars) {
		test->status = SUBUNIT2_STATUS_SUCCESS;
		return;
	}
	before.len = (size_t)(stars - text.data);
	text = scan_skip(text, before.len + 3);
	test->status = SUBUNIT2_STATUS_FAIL;
	test->reason = scan_trim_end(text);
	if (subunit2_view_starts(text, SUBUNIT2_LITERAL("Skipped")) ||
	    subunit2_view_starts(text, SUBUNIT2_LITERAL("Not Run (Disabled)")))
		test->status = SUBUNIT2_STATUS_SKIP;
	else if (before.len)
		test->reason = before; /* "Subprocess aborted***Exception:" */
	else if (scan_take(&text, "Failed")) {
		scan_take_blanks(&text);
		test->reason = scan_trim_end(text);
	}
	if (subunit2_view_equal(test->reason, SUBUNIT2_LITERAL("Skipped")))
		test->reason = SUBUNIT2_ABSENT;
}

/* Reads "1/3 Test #1: sorts ....***Failed    0.01 sec"; a test that is repeated lacks "1/3". *OF is
 * the second number, or 0. */
static bool
ctest_parse_result(struct subunit2_view line, struct console_test *test, uint64_t *of)
{
	struct subunit2_view rest;
	uint64_t number;
	*of = 0;
	scan_take_blanks(&line);
	if (scan_take_number(&line, &number) &&
	    (!scan_take(&line, "/") || !scan_take_number(&line, of)))
		return false;
	scan_take_blanks(&line);
	if (!scan_take(&line, "Test "))
		return false;
	scan_take_blanks(&line);
	if (!scan_take(&line, "#") || !scan_take_number(&line, &test->number) ||
	    !scan_take(&line, ": ") || !ctest_split_name(line, &test->name, &rest))
		return false;
	test->has_number = true;
	test->duration_ns = CONSOLE_NO_DURATION;
	ctest_take_duration(&rest, &test->duration_ns);
	ctest_parse_status(rest, test);
	return test->name.len > 0;
}

/* Keeps LINE, a result in the output of a failed test. Drops the oldest if there are too many. */
static void
ctest_keep_inner(struct ctest *ctest, struct subunit2_view line)
{
	struct buffer *inner = &ctest->inner;
	while (inner->len && inner->len + line.len + 1 > CTEST_INNER_MAX)
		buffer_drop(inner, strlen(inner->data) + 1);
	if (memchr(line.data, '\0', line.len))
		return;
	buffer_add(inner, line);
	buffer_add(inner, (struct subunit2_view){"", 1});
}

/* Drops what ctest_keep_inner kept: a line of the first ctest follows it, and no run was cut. */
static void
ctest_drop_inner(struct ctest *ctest)
{
	if (!ctest->summaries.missing)
		ctest->inner.len = 0;
}

/* Reads "67% tests passed, 1 tests failed out of 3"; of a suite without failures the number of
 * failures is 0. "No tests were found!!!" is no total. */
static bool
ctest_parse_total(struct ctest *ctest, struct subunit2_view line)
{
	uint64_t percent, failures, tests;
	if (!scan_take_number(&line, &percent) || !scan_take(&line, "% tests passed, ") ||
	    !scan_take_number(&line, &failures) ||
	    !(scan_take(&line, " tests failed out of ") ||
	      scan_take(&line, " test failed out of ")) ||
	    !scan_take_number(&line, &tests))
		return false;
	if (ctest->place == CTEST_INNER && tests != ctest->of) {
		ctest->place = CTEST_OUTPUT;
		return false;
	}
	ctest->place = CTEST_RUN;
	ctest_drop_inner(ctest);
	ctest->summaries.totals.tests += tests;
	ctest->summaries.totals.failures += failures;
	ctest->summaries.complete = true;
	ctest->of = 0;
	/* A summary counts each test once. Forget its results: another run may follow. */
	for (size_t i = 0; i < ctest->result_room; i++) {
		unsigned char result = ctest->results[i] & ~CTEST_NUMBERED;
		ctest->summaries.seen.tests += result == CTEST_PASSED || result == CTEST_FAILED;
		ctest->summaries.seen.failures += result == CTEST_FAILED;
		ctest->results[i] = CTEST_NOT_SEEN;
	}
	return true;
}

/* Counts TEST once in its run. NUMBERED: its line begins with "1/3". A second such line of a test
 * is one of the next run. */
static void
ctest_count(struct ctest *ctest, const struct console_test *test, bool numbered)
{
	if (test->number > CTEST_NUMBER_MAX)
		return;
	size_t room = ctest->result_room;
	ctest->results = memory_grow(ctest->results, &ctest->result_room, test->number + 1, 1);
	if (ctest->result_room > room)
		memset(ctest->results + room, 0, ctest->result_room - room);
	bool disabled = subunit2_view_starts(test->reason, SUBUNIT2_LITERAL("Not Run (Disabled)"));
	bool failed = test->status == SUBUNIT2_STATUS_FAIL;
	unsigned char *result = &ctest->results[test->number], before = *result & CTEST_NUMBERED;
	ctest->summaries.missing |= numbered && before;
	*result = disabled ? CTEST_DISABLED : failed ? CTEST_FAILED : CTEST_PASSED;
	*result |= numbered ? CTEST_NUMBERED : before;
	ctest->summaries.complete = false;
}

/* Begins a run of tests, or the console of another ctest in the output of a failed test. */
static void
ctest_begin_run(struct ctest *ctest, enum console_use *use)
{
	ctest->state.armed = true;
	if (ctest->place != CTEST_RUN && ctest->of) {
		ctest->place = CTEST_INNER;
		return;
	}
	*use = CONSOLE_MARK;
	ctest->of = 0;
	ctest->summaries.missing |= ctest->state.seen && !ctest->summaries.complete;
}

/* Reads "1: output", with -V. Leaves the output in LINE. */
static bool
ctest_take_output(struct subunit2_view *line, uint64_t *number)
{
	return scan_take_number(line, number) && (scan_take(line, ": ") || scan_take(line, ":"));
}

/* Reads "test 1", with -V. */
static bool
ctest_is_announcement(struct subunit2_view line)
{
	return scan_take(&line, "test ") && scan_is_number(line);
}

static enum subunit2_result
ctest_line(struct console *console, void *state, struct subunit2_view line, enum console_use *use,
           struct subunit2_error *error)
{
	struct ctest *ctest = state;
	struct console_test test = {0};
	uint64_t number, of;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (ctest_parse_result(line, &test, &of)) {
		/* The output of a failed test may be the console of another ctest. */
		if (of && ctest->of && of != ctest->of) {
			ctest_keep_inner(ctest, line);
			return SUBUNIT2_E_OK;
		}
		if (of)
			ctest->of = of;
		ctest->place = test.status == SUBUNIT2_STATUS_FAIL ? CTEST_OUTPUT : CTEST_RUN;
		*use = CONSOLE_RESULT;
		ctest_count(ctest, &test, of > 0);
		ctest_drop_inner(ctest);
		return console_report(console, &test, error);
	}
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Test project "))) {
		ctest_begin_run(ctest, use);
	} else if (!ctest->state.armed) {
		return SUBUNIT2_E_OK;
	} else if (ctest_parse_total(ctest, line)) {
		*use = CONSOLE_MARK;
	} else if (ctest->place == CTEST_INNER) {
		return SUBUNIT2_E_OK;
	} else if (ctest_is_announcement(line)) {
		*use = CONSOLE_MARK;
	} else if (ctest_parse_start(line, &test)) {
		ctest->place = CTEST_RUN;
		ctest_drop_inner(ctest);
		*use = CONSOLE_MARK;
		console_retry(console, test.number);
		return console_begin(console, &test, error);
	} else if (ctest_take_output(&line, &number) &&
	           console_output(console, number, line, &result, error)) {
		*use = CONSOLE_OUTPUT;
	}
	return result;
}

/* Reports the results that ctest_keep_inner kept. */
static enum subunit2_result
ctest_finish(struct console *console, void *state, struct subunit2_error *error)
{
	struct ctest *ctest = state;
	enum subunit2_result result = SUBUNIT2_E_OK;
	uint64_t of;
	for (size_t at = 0; at < ctest->inner.len && result == SUBUNIT2_E_OK;) {
		struct subunit2_view line = subunit2_view_of(ctest->inner.data + at);
		struct console_test test = {0};
		if (ctest_parse_result(line, &test, &of))
			result = console_report(console, &test, error);
		at += line.len + 1;
	}
	return result;
}

static char *
ctest_check(struct console *console, void *state)
{
	const struct ctest *ctest = state;
	const struct ctest_summaries *summaries = &ctest->summaries;
	const struct ctest_counts *totals = &summaries->totals, *seen = &summaries->seen;
	(void)console;
	if (!ctest->state.seen)
		return NULL;
	if (!summaries->complete || summaries->missing)
		return memory_copy("ctest printed no summary after its last test");
	if (seen->tests != totals->tests)
		return memory_format(
			"ctest's summary counts %llu tests, but %llu of them were seen",
			(unsigned long long)totals->tests, (unsigned long long)seen->tests);
	if (seen->failures != totals->failures)
		return memory_format(
			"ctest's summary counts %llu failed tests, but %llu of them were seen",
			(unsigned long long)totals->failures, (unsigned long long)seen->failures);
	return NULL;
}

static void
ctest_clear(void *state)
{
	struct ctest *ctest = state;
	free(ctest->results);
	buffer_clear(&ctest->inner);
}

static enum console_sign
ctest_sign(struct subunit2_view line)
{
	struct console_test test = {0};
	uint64_t of;
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("Test project /")) ||
	                       ctest_parse_result(line, &test, &of)
	               ? CONSOLE_SIGN_CERTAIN
	               : CONSOLE_SIGN_NONE;
}

const struct console_harness console_ctest = {
	.name = "ctest",
	.no_tests = "No tests were found!!!",
	.size = sizeof(struct ctest),
	.timed = true,
	.output_follows = true,
	.sign = ctest_sign,
	.line = ctest_line,
	.finish = ctest_finish,
	.check = ctest_check,
	.clear = ctest_clear,
};
