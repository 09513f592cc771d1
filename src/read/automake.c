/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of an automake `make check`.
 *
 *     PASS: x                      tests/x            success
 *     FAIL: x                      fail, with the log that automake left
 *     SKIP: x    XFAIL: x          skip, xfail
 *     XPASS: x   ERROR: x          uxsuccess; fail, tagged "error"
 *     PASS: t.tap 1 - one # …      tests/t.tap::one   (a line of a TAP driver)
 *
 * An id begins with the directory that make is in (see make_dirs.h). Results count after a line
 * that shows that make runs a check. Results before it are kept, at most CANDIDATES_MAX bytes of
 * them, and count if a "# TOTAL:" line follows. The totals of the summaries are compared with the
 * results (see automake_totals.h). If a summary below its header counts tests, but no result was
 * seen, that is reported. A saved console, for which there is no exit status, is cut if a summary
 * is missing or ends early, or if make has not left a directory or not entered one that it was to
 * check. Source: the automake manual, "Support for test suites".
 */
#include "automake_line.h"
#include "automake_totals.h"
#include "console.h"

#include "buffer.h"
#include "memory.h"
#include <stdlib.h>

#define CANDIDATES_MAX 65536

struct automake {
	struct console_harness_state state;
	struct buffer candidates; /* "DIRECTORY\0LINE\0", one after another */
	struct automake_totals totals;
	bool header;      /* the last line of the harness was the header of a summary */
	bool making;      /* the same, "Making check in", and make has entered no directory since */
	bool enters;      /* make says where it goes after "Making check in" */
	bool make_failed; /* the outermost make says so */
};

/* Reports the result in LINE of a test in the directory with PREFIX. */
static enum subunit2_result
automake_report(struct automake *automake, struct console *console,
                const struct automake_line *line, const char *prefix, struct subunit2_error *error)
{
	char *name = memory_format("%s%.*s", prefix, (int)line->test.len, line->test.data);
	char *number = memory_format("#%.*s", (int)line->number.len,
	                             line->number.data ? line->number.data : "");
	struct console_test test = {
		.name = subunit2_view_of(name),
		.status = automake_result_statuses[line->result],
		.reason = line->comment,
		.duration_ns = CONSOLE_NO_DURATION,
		.logs = {line->test},
	};
	if (line->name.len)
		test.part = line->name;
	else if (line->number.data)
		test.part = subunit2_view_of(number);
	if (line->result == AUTOMAKE_ERROR)
		test.tag = SUBUNIT2_LITERAL("error");
	automake_totals_add_result(&automake->totals, line->result);
	automake->state.seen = true;
	enum subunit2_result result = console_report(console, &test, error);
	free(number);
	free(name);
	return result;
}

/* Keeps LINE, a result before a line that shows that make runs a check. Drops the oldest results if
 * there are too many. */
static void
automake_keep_candidate(struct automake *automake, struct console *console,
                        struct subunit2_view line)
{
	struct buffer *candidates = &automake->candidates;
	char *prefix = make_dirs_prefix(console_dirs(console));
	size_t len = strlen(prefix) + 1 + line.len + 1;
	while (candidates->len && candidates->len + len > CANDIDATES_MAX) {
		size_t first = strlen(candidates->data) + 1;
		first += strlen(candidates->data + first) + 1;
		buffer_drop(candidates, first);
	}
	if (len <= CANDIDATES_MAX && !memchr(line.data, '\0', line.len)) {
		buffer_add(candidates, (struct subunit2_view){prefix, strlen(prefix) + 1});
		buffer_add(candidates, line);
		buffer_add(candidates, (struct subunit2_view){"", 1});
	}
	free(prefix);
}

/* Reports the results that were kept. */
static enum subunit2_result
automake_report_candidates(struct automake *automake, struct console *console,
                           struct subunit2_error *error)
{
	struct buffer *candidates = &automake->candidates;
	enum subunit2_result result = SUBUNIT2_E_OK;
	automake->state.armed = true;
	for (size_t at = 0; at < candidates->len && result == SUBUNIT2_E_OK;) {
		const char *prefix = candidates->data + at;
		const char *text = prefix + strlen(prefix) + 1;
		struct automake_line line = automake_line(subunit2_view_of(text));
		result = automake_report(automake, console, &line, prefix, error);
		at += strlen(prefix) + 1 + strlen(text) + 1;
	}
	buffer_clear(candidates);
	return result;
}

static enum subunit2_result
automake_result(struct automake *automake, struct console *console,
                const struct automake_line *line, struct subunit2_error *error)
{
	make_dirs_begin_result(console_dirs(console));
	char *prefix = make_dirs_prefix(console_dirs(console));
	enum subunit2_result result = automake_report(automake, console, line, prefix, error);
	free(prefix);
	return result;
}

/* Reads LINE of a summary, whose last line is the number of errors. */
static void
automake_add_total(struct automake *automake, struct console *console,
                   const struct automake_line *line)
{
	automake_totals_add(&automake->totals, line->result, line->total);
	if (line->result != AUTOMAKE_ERROR)
		return;
	automake_totals_end_summary(&automake->totals);
	if (automake->state.seen)
		make_dirs_end_tests(console_dirs(console));
}

/* Begins a summary, which counts TOTAL tests. HAS_HEADER: the line above says what it is. */
static enum subunit2_result
automake_begin_summary(struct automake *automake, struct console *console, uint64_t total,
                       bool has_header, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!automake->state.armed && automake->candidates.len)
		result = automake_report_candidates(automake, console, error);
	else if (has_header && !automake->state.seen)
		automake->state.uncounted += total;
	automake_totals_begin_summary(&automake->totals, total, has_header);
	return result;
}

/* Reads LINE, which may say that make enters or leaves a directory. */
static enum console_use
automake_read_message(struct automake *automake, struct console *console, struct subunit2_view line)
{
	const struct make_dirs *dirs = console_dirs(console);
	size_t depth = dirs->entered.count;
	if (!make_dirs_message(console_dirs(console), line))
		return CONSOLE_OTHER;
	automake->state.armed = true;
	if (dirs->entered.count < depth)
		automake_totals_end_empty(&automake->totals);
	if (dirs->entered.count > depth) {
		automake->enters |= automake->making;
		automake->making = false;
	}
	return CONSOLE_MARK;
}

static enum subunit2_result
automake_console_line(struct console *console, void *state, struct subunit2_view text,
                      enum console_use *use, struct subunit2_error *error)
{
	struct automake *automake = state;
	const struct make_dirs *dirs = console_dirs(console);
	struct automake_line line = automake_line(text);
	bool header = automake->header;
	*use = line.kind == AUTOMAKE_OTHER ? CONSOLE_OTHER : CONSOLE_MARK;
	if (line.kind != AUTOMAKE_OTHER) {
		automake->header = line.kind == AUTOMAKE_HEADER;
		automake->making = line.kind == AUTOMAKE_MAKING;
	}
	switch (line.kind) {
	case AUTOMAKE_RESULT:
		if (!automake->state.armed) {
			automake_keep_candidate(automake, console, text);
			*use = CONSOLE_OTHER;
			break;
		}
		*use = CONSOLE_RESULT;
		return automake_result(automake, console, &line, error);
	case AUTOMAKE_MAKING:
		make_dirs_making(console_dirs(console), line.directory);
		automake_totals_end_empty(&automake->totals);
		automake->state.armed = true;
		break;
	case AUTOMAKE_CHECKING:
		automake->state.armed = true;
		if (line.harness)
			automake_totals_call(&automake->totals);
		break;
	case AUTOMAKE_SUMMARY:
		return automake_begin_summary(automake, console, line.total, header, error);
	case AUTOMAKE_HEADER:
		break;
	case AUTOMAKE_TOTAL:
		automake_add_total(automake, console, &line);
		break;
	case AUTOMAKE_BANNER:
		automake_totals_end_banner(&automake->totals, dirs->making || dirs->entered.count);
		break;
	case AUTOMAKE_FAILED:
		automake->make_failed = true;
		break;
	case AUTOMAKE_OTHER:
		*use = automake_read_message(automake, console, text);
		break;
	}
	return SUBUNIT2_E_OK;
}

/* Returns how a saved console shows that its end is missing; NULL: it does not. If it was not
 * saved, the exit status of make shows that. */
static const char *
automake_cut(const struct automake *automake, struct console *console)
{
	const struct make_dirs *dirs = console_dirs(console);
	if (!dirs->saved)
		return NULL;
	bool check = automake->state.armed || automake->state.seen || automake->state.uncounted;
	if (check && automake->make_failed && !console_has_failed(console))
		return "make says that it failed, but no failed test was seen";
	if (automake->state.seen && automake->totals.summaries)
		return "automake's summary ends early";
	if (automake->state.seen && automake->totals.harnesses)
		return "automake printed no summary after its last test";
	if (automake->state.seen && dirs->entered.count)
		return "the output ends while make is in a directory";
	if (automake->state.seen && automake->making && automake->enters)
		return "the output ends before make enters a directory";
	return NULL;
}

static char *
automake_check(struct console *console, void *state)
{
	struct automake *automake = state;
	const char *cut = automake_cut(automake, console);
	char *disagreement = NULL;
	automake->totals.unclear |= console_dirs(console)->parallel;
	if (automake->state.seen)
		disagreement =
			automake_totals_check(&automake->totals, console_is_reported(console));
	return disagreement || !cut ? disagreement : memory_copy(cut);
}

static void
automake_clear(void *state)
{
	struct automake *automake = state;
	buffer_clear(&automake->candidates);
	automake_totals_clear(&automake->totals);
}

static enum console_sign
automake_sign(struct subunit2_view text)
{
	struct automake_line line = automake_line(text);
	switch (line.kind) {
	case AUTOMAKE_MAKING:
	case AUTOMAKE_CHECKING:
	case AUTOMAKE_SUMMARY:
		return CONSOLE_SIGN_CERTAIN;
	case AUTOMAKE_RESULT:
		return CONSOLE_SIGN_POSSIBLE;
	default:
		return CONSOLE_SIGN_NONE;
	}
}

const struct console_harness console_automake = {
	.name = "automake",
	.no_tests = "# TOTAL: 0",
	.size = sizeof(struct automake),
	.sign = automake_sign,
	.line = automake_console_line,
	.check = automake_check,
	.clear = automake_clear,
};
