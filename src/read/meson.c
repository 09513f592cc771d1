/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of `meson test` and of `ninja test`.
 *
 *      1/10 p / good      OK              0.02s
 *      2/10 p:s1+s2 / bad FAIL            0.02s   exit status 1
 *     ▶  9/10 - b         FAIL
 *     Ok:                 1
 *     Fail:               1
 *
 * The id is an argument of `meson test`: "bad", or "p:bad" if the project is printed. A subtest,
 * which is printed with -v, has the id of its test before its name. The output of a failure follows
 * it (with --print-errorlogs or -v); else it is taken from testlog.json at the end (see
 * meson_log.h). The list "Summary of Failures:" repeats results.
 */
#include "console.h"

#include "memory.h"
#include "meson_log.h"
#include "meson_result.h"
#include "scan.h"

#include <stdlib.h>

static const char *const meson_total_names[MESON_TOTALS] = {
	"Ok", "Expected Fail", "Fail", "Unexpected Pass", "Skipped", "Timeout",
};

struct meson {
	struct console_harness_state state;
	bool repeats;   /* in the list of failures at the end */
	bool in_output; /* in the output of a test, between two horizontal rules */
	bool summarised;
	uint64_t seen[MESON_TOTALS], totals[MESON_TOTALS];
	uint64_t last_number;   /* of the test RUNNING_NAME */
	uint64_t running_count; /* of the tests of its run, as printed */
	char *running_name;
	char *log; /* the path of testlog.txt, after the summary; or NULL */
	/* Subtests of a test whose name has not been printed; at most MESON_SUBTESTS_MAX. */
	struct meson_subtest {
		uint64_t number;
		enum subunit2_status status;
		char *name;
	} * subtests;
	size_t subtest_count, subtest_room;
};

#define MESON_SUBTESTS_MAX 10000

/* Returns the argument of `meson test` for a name that it prints, to be freed: "p:bad" for
 * "p:suite+suite / bad". */
static char *
meson_id(struct subunit2_view printed)
{
	const char *slash = memmem(printed.data, printed.len, " / ", 3);
	if (!slash)
		return memory_copy_len(printed.data, printed.len);
	struct subunit2_view suite = {printed.data, (size_t)(slash - printed.data)};
	struct subunit2_view name = scan_skip(printed, suite.len + 3);
	const char *colon = memchr(suite.data, ':', suite.len);
	size_t project = colon ? (size_t)(colon - suite.data) : suite.len;
	return memory_format("%.*s:%.*s", (int)project, suite.data, (int)name.len, name.data);
}

/* Reports a subtest of the test NAME. */
static enum subunit2_result
meson_report_subtest(struct console *console, const char *name, struct subunit2_view part,
                     enum subunit2_status status, struct subunit2_error *error)
{
	const struct console_test test = {
		.name = subunit2_view_of(name),
		.part = part,
		.status = status,
		.duration_ns = CONSOLE_NO_DURATION,
	};
	return console_report(console, &test, error);
}

/* Keeps a subtest until the name of its test is printed. */
static void
meson_keep_subtest(struct meson *meson, uint64_t number, struct subunit2_view name,
                   enum subunit2_status status)
{
	if (meson->subtest_count == MESON_SUBTESTS_MAX)
		return;
	meson->subtests = memory_grow(meson->subtests, &meson->subtest_room,
	                              meson->subtest_count + 1, sizeof(*meson->subtests));
	meson->subtests[meson->subtest_count++] =
		(struct meson_subtest){number, status, memory_copy_len(name.data, name.len)};
}

/* Reports the subtests that were kept for the test NUMBER, which is called NAME. */
static enum subunit2_result
meson_report_kept(struct meson *meson, struct console *console, uint64_t number, const char *name,
                  struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	size_t left = 0;
	for (size_t i = 0; i < meson->subtest_count; i++) {
		struct meson_subtest kept = meson->subtests[i];
		if (kept.number != number) {
			meson->subtests[left++] = kept;
			continue;
		}
		if (result == SUBUNIT2_E_OK)
			result = meson_report_subtest(console, name, subunit2_view_of(kept.name),
			                              kept.status, error);
		free(kept.name);
	}
	meson->subtest_count = left;
	return result;
}

/* Reads "▶  9/10 - b   FAIL": a subtest of the test that began last, or of one whose result
 * follows. */
static enum subunit2_result
meson_subtest(struct meson *meson, struct console *console, struct subunit2_view line,
              enum console_use *use, struct subunit2_error *error)
{
	struct meson_result subtest;
	if (!meson_result_parse(line, &subtest) || subtest.after.len ||
	    meson_result_begins(&subtest))
		return SUBUNIT2_E_OK;
	scan_take(&subtest.printed, "- ");
	*use = CONSOLE_RESULT;
	if (meson->running_name && subtest.number == meson->last_number)
		return meson_report_subtest(console, meson->running_name, subtest.printed,
		                            subtest.word->status, error);
	meson_keep_subtest(meson, subtest.number, subtest.printed, subtest.word->status);
	return SUBUNIT2_E_OK;
}

/* Returns the key of a test: its name, result and seconds, which the console and testlog.json both
 * print. */
static char *
meson_key(struct subunit2_view name, struct subunit2_view result, struct subunit2_view seconds)
{
	return memory_format("%.*s %.*s %.*ss", (int)name.len, name.data, (int)result.len,
	                     result.data, (int)seconds.len, seconds.data);
}

struct meson_attachment {
	struct console *console;
	struct subunit2_error *error;
	enum subunit2_result result;
};

static bool
meson_attach(void *context, const struct meson_log_test *test)
{
	struct meson_attachment *attachment = context;
	char *key = meson_key(test->name, test->result, test->seconds);
	attachment->result =
		console_attach(attachment->console, subunit2_view_of(key), test->stdout_text,
	                       test->stderr_text, attachment->error);
	free(key);
	return attachment->result == SUBUNIT2_E_OK && console_is_waiting(attachment->console);
}

/* Ends the tests that wait. Reads their output from testlog.json, which lies beside the log that
 * the console names. */
static enum subunit2_result
meson_end_run(struct console *console, void *state, struct subunit2_error *error)
{
	struct meson *meson = state;
	struct meson_attachment attachment = {console, error, SUBUNIT2_E_OK};
	if (meson->log && console_is_waiting(console)) {
		size_t len = strlen(meson->log) - strlen(".txt");
		char *path = memory_format("%.*s.json", (int)len, meson->log);
		int fd = console_open_file(console, path);
		free(path);
		if (fd >= 0)
			meson_log_read(fd, meson_attach, &attachment);
	}
	free(meson->log);
	meson->log = NULL;
	return attachment.result == SUBUNIT2_E_OK ? console_end_waiting(console, error)
	                                          : attachment.result;
}

/* Reads "Full log written to /b/meson-logs/testlog.txt". */
static bool
meson_parse_log(struct meson *meson, struct subunit2_view line)
{
	if (!scan_take(&line, "Full log written to ") ||
	    !subunit2_view_ends(line, SUBUNIT2_LITERAL(".txt")))
		return false;
	free(meson->log);
	meson->log = memory_copy_len(line.data, line.len);
	return true;
}

/* Takes a line about a test, which began or ended. */
static enum subunit2_result
meson_test(struct meson *meson, struct console *console, const struct meson_result *parsed,
           enum console_use *use, struct subunit2_error *error)
{
	struct console_test test = {
		.has_number = true,
		.number = parsed->number,
		.duration_ns = CONSOLE_NO_DURATION,
	};
	bool begins = meson_result_begins(parsed);
	struct subunit2_view after = parsed->after, seconds = after;
	if (begins ? after.len > 0
	           : !scan_take_seconds(&after, &test.duration_ns) || !scan_take(&after, "s"))
		return SUBUNIT2_E_OK;
	*use = begins || meson->repeats ? CONSOLE_MARK : CONSOLE_RESULT;
	meson->state.armed = true;
	if (meson->repeats)
		return SUBUNIT2_E_OK;
	enum subunit2_result result =
		meson->log ? meson_end_run(console, meson, error) : SUBUNIT2_E_OK;
	if (result != SUBUNIT2_E_OK)
		return result;
	char *name = meson_id(parsed->printed);
	test.name = subunit2_view_of(name);
	if (begins) {
		result = console_begin(console, &test, error);
		free(meson->running_name);
		meson->running_name = memory_copy(name);
		meson->last_number = test.number;
		meson->running_count = parsed->count;
	} else {
		seconds.len = (size_t)(after.data - seconds.data) - 1;
		char *key =
			meson_key(parsed->printed, subunit2_view_of(parsed->word->word), seconds);
		test.key = subunit2_view_of(key);
		scan_take_blanks(&after);
		test.status = parsed->word->status;
		test.reason = scan_trim_end(after);
		if (parsed->word->error)
			test.tag = SUBUNIT2_LITERAL("error");
		meson->seen[parsed->word->total]++;
		meson->summarised = false;
		result = meson_report_kept(meson, console, test.number, name, error);
		if (result == SUBUNIT2_E_OK)
			result = console_report(console, &test, error);
		free(key);
	}
	free(name);
	return result;
}

/* Reads "Fail:               1". */
static bool
meson_parse_total(struct meson *meson, struct subunit2_view line)
{
	for (int i = 0; i < MESON_TOTALS; i++) {
		struct subunit2_view rest = line;
		uint64_t count;
		if (!scan_take(&rest, meson_total_names[i]) || !scan_take(&rest, ":"))
			continue;
		scan_take_blanks(&rest);
		if (!scan_take_number(&rest, &count) || scan_trim_end(rest).len)
			return false;
		meson->totals[i] += count;
		meson->summarised = true;
		meson->repeats = false;
		return true;
	}
	return false;
}

/* Returns whether LINE is the horizontal rule with scissors, which meson prints before the output
 * of a test. */
static bool
meson_begins_output(struct subunit2_view line)
{
	return scan_take(&line, "―") && memmem(line.data, line.len, "✀", strlen("✀"));
}

/* Returns whether LINE is the horizontal rule that meson prints after the output of a test. */
static bool
meson_ends_output(struct subunit2_view line)
{
	size_t dashes = 0;
	line = scan_trim_end(line);
	while (scan_take(&line, "―"))
		dashes++;
	return dashes > 1 && !line.len;
}

/* Returns whether RESULT shows that output has ended without a line of its own for the rule, as if
 * its last line has no newline: the running test ended, or the next one of the run begins. */
static bool
meson_follows_output(const struct meson *meson, const struct meson_result *result)
{
	if (!meson->running_name || result->count != meson->running_count)
		return false;
	if (meson_result_begins(result))
		return !result->after.len;
	char *name = meson_id(result->printed);
	bool running =
		result->number == meson->last_number && strcmp(name, meson->running_name) == 0;
	free(name);
	return running && result->after.len > 0;
}

static enum subunit2_result
meson_line(struct console *console, void *state, struct subunit2_view line, enum console_use *use,
           struct subunit2_error *error)
{
	struct meson *meson = state;
	struct subunit2_view rest = line;
	if (meson_begins_output(line)) {
		meson->in_output = true;
		console_note_output(console);
		return SUBUNIT2_E_OK;
	}
	if (meson->in_output && meson_ends_output(line)) {
		meson->in_output = false;
		return SUBUNIT2_E_OK;
	}
	struct meson_result parsed;
	bool is_result = meson_result_parse(line, &parsed);
	if (meson->in_output && !(is_result && meson_follows_output(meson, &parsed)))
		return SUBUNIT2_E_OK;
	meson->in_output = false;
	if (scan_take(&rest, "▶ "))
		return meson_subtest(meson, console, rest, use, error);
	if (meson->state.armed &&
	    subunit2_view_equal(scan_trim_end(line), SUBUNIT2_LITERAL("Summary of Failures:"))) {
		meson->repeats = true;
		*use = CONSOLE_MARK;
		return SUBUNIT2_E_OK;
	}
	if (meson->state.armed &&
	    (meson_parse_total(meson, line) || meson_parse_log(meson, line))) {
		*use = CONSOLE_MARK;
		return SUBUNIT2_E_OK;
	}
	return is_result ? meson_test(meson, console, &parsed, use, error) : SUBUNIT2_E_OK;
}

/* With -q, meson does not print the results that it expects. */
static char *
meson_check(struct console *console, void *state)
{
	const struct meson *meson = state;
	(void)console;
	if (!meson->state.seen)
		return NULL;
	if (!meson->summarised || meson->in_output)
		return memory_copy("meson printed no summary after its last test");
	for (int i = 0; i < MESON_TOTALS; i++) {
		bool hidden = meson->seen[i] == 0 && (i == MESON_OK || i == MESON_EXPECTED_FAIL);
		if (meson->totals[i] != meson->seen[i] && !hidden)
			return memory_format(
				"meson's summary counts %llu %s, but %llu of them were seen",
				(unsigned long long)meson->totals[i], meson_total_names[i],
				(unsigned long long)meson->seen[i]);
	}
	return NULL;
}

static void
meson_clear(void *state)
{
	struct meson *meson = state;
	for (size_t i = 0; i < meson->subtest_count; i++)
		free(meson->subtests[i].name);
	free(meson->subtests);
	free(meson->running_name);
	free(meson->log);
}

static enum console_sign
meson_sign(struct subunit2_view line)
{
	struct meson_result parsed;
	int64_t ns;
	if (!meson_result_parse(line, &parsed))
		return CONSOLE_SIGN_NONE;
	if (meson_result_begins(&parsed))
		return CONSOLE_SIGN_POSSIBLE;
	return scan_take_seconds(&parsed.after, &ns) && scan_take(&parsed.after, "s")
	               ? CONSOLE_SIGN_CERTAIN
	               : CONSOLE_SIGN_NONE;
}

const struct console_harness console_meson = {
	.name = "meson",
	.no_tests = "No tests defined.",
	.size = sizeof(struct meson),
	.timed = true,
	.output_follows = true,
	.redraws = true,
	.sign = meson_sign,
	.line = meson_line,
	.finish = meson_end_run,
	.check = meson_check,
	.clear = meson_clear,
};
