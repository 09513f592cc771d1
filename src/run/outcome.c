/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "outcome.h"

#include "duration.h"
#include "memory.h"
#include "signals.h"
#include "spawn_reason.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_MAX_LEN 4096

/* Adds a line to the reason; bytes that do not fit a packet are escaped. */
static void
outcome_add_reason_args(struct outcome *outcome, const char *format, va_list args)
{
	char *raw = memory_format_args(format, args), line[LINE_MAX_LEN];
	size_t len = subunit2_utf8_escape(subunit2_view_of(raw), line, sizeof(line));
	free(raw);
	char *before = outcome->reason;
	outcome->reason =
		memory_format("%s%s%.*s", before ? before : "", before ? "\n" : "", (int)len, line);
	free(before);
}

void
outcome_add_reason(struct outcome *outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	outcome_add_reason_args(outcome, format, args);
	va_end(args);
}

void
outcome_fail(struct outcome *outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	outcome_add_reason_args(outcome, format, args);
	va_end(args);
	outcome->status = SUBUNIT2_STATUS_FAIL;
}

static void
outcome_judge_failure(struct outcome *outcome, enum spawn_stage stage, const char *reason)
{
	outcome_add_reason(outcome, "%s: %s", spawn_reason_stage(stage), reason);
}

static void
outcome_judge_status(struct outcome *outcome, const struct outcome_rules *rules, int status)
{
	char name[SIGNALS_NAME_SIZE];
	if (WIFSIGNALED(status))
		outcome_add_reason(outcome, "died of %s%s", signals_name(WTERMSIG(status), name),
		                   WCOREDUMP(status) ? " (core dumped)" : "");
	else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != rules->skip_exit)
		outcome_add_reason(outcome, "exit status %d", WEXITSTATUS(status));
}

void
outcome_add_timeout(struct outcome *outcome, int64_t timeout_ns, int64_t longest_ns)
{
	char duration[DURATION_SIZE], longest[DURATION_SIZE];
	if (longest_ns)
		outcome_add_reason(outcome, "timed out after %s; the longest known time is %s",
		                   duration_text(timeout_ns, duration),
		                   duration_text(longest_ns, longest));
	else
		outcome_add_reason(outcome, "timed out after %s",
		                   duration_text(timeout_ns, duration));
}

void
outcome_add_interruption(struct outcome *outcome, int signo, bool over_time)
{
	char name[SIGNALS_NAME_SIZE];
	outcome->interrupted = true;
	if (over_time)
		outcome_add_reason(outcome, OUTCOME_OVER_TIME);
	else
		outcome_add_reason(outcome, OUTCOME_INTERRUPTED "%s", signals_name(signo, name));
}

static void
outcome_judge_timeout(struct outcome *outcome, const struct outcome_rules *rules,
                      const struct process_result *result)
{
	char duration[DURATION_SIZE];
	if (result->silent)
		outcome_add_reason(outcome, "timed out: no output for %s",
		                   duration_text(rules->silence_ns, duration));
	else
		outcome_add_timeout(outcome, rules->timeout_ns, rules->longest_ns);
}

/* Adds the reasons for which the command did not end by itself. */
static void
outcome_judge_end(struct outcome *outcome, const struct outcome_rules *rules,
                  const struct process_result *result, enum outcome_wait wait)
{
	if (result->failure.errnum)
		outcome_judge_failure(outcome, result->failure.stage, result->failure_reason);
	if (result->lost)
		outcome_add_reason(outcome, "its supervisor was killed");
	if (result->read_errnum)
		outcome_add_reason(outcome, "cannot read its output: %s",
		                   strerror(result->read_errnum));
	if (result->timed_out)
		outcome_judge_timeout(outcome, rules, result);
	if (result->survivors)
		outcome_add_reason(outcome, "could not be killed: %s", result->survivors);
	if (wait == OUTCOME_OVER_LIMIT)
		outcome_add_reason(outcome, "wrote more than %llu bytes",
		                   (unsigned long long)rules->max_output);
	else if (result->ended_by && (rules->over_time || wait != OUTCOME_MATCHED))
		outcome_add_interruption(outcome, result->ended_by, rules->over_time);
}

static void
outcome_add_leaks(struct outcome *outcome, const struct process_result *result)
{
	if (result->leaked_names)
		outcome_add_reason(outcome, "left running: %s", result->leaked_names);
	else
		outcome_add_reason(outcome,
		                   "left its output open in a process that is not its own");
}

static void
outcome_count(struct outcome *outcome, uint64_t number, const char *one, const char *many)
{
	if (number == 1)
		outcome_add_reason(outcome, "1 %s", one);
	else if (number)
		outcome_add_reason(outcome, "%llu %s", (unsigned long long)number, many);
}

static void
outcome_judge_packets(struct outcome *outcome, const struct subunit2_summary_result *packets)
{
	const struct subunit2_counts *scripts = &packets->scripts, *others = &packets->assertions;
	outcome_count(outcome, scripts->failed + others->failed, "test in its output failed",
	              "tests in its output failed");
	outcome_count(outcome, scripts->unexpected + others->unexpected,
	              "test in its output passed unexpectedly",
	              "tests in its output passed unexpectedly");
	outcome_count(outcome, scripts->unfinished + others->unfinished,
	              "test in its output did not finish", "tests in its output did not finish");
	outcome_count(outcome, packets->damaged, "damaged packet in its output",
	              "damaged packets in its output");
}

static void
outcome_judge_output(struct outcome *outcome, const struct output_capture_verdict *verdict)
{
	const struct tap_verdict *tap = verdict->tap;
	if (tap && tap->failed && tap->reason.len)
		outcome_add_reason(outcome, "%.*s", (int)tap->reason.len, tap->reason.data);
	else if (tap && tap->failed)
		outcome_add_reason(outcome, "its TAP says so");
	outcome_judge_packets(outcome, verdict->packets);
	if (verdict->begins_damaged)
		outcome_add_reason(outcome, "its output begins with a damaged packet");
	if (verdict->lacks_subunit1)
		outcome_add_reason(outcome, "no test of version 1 in its output");
	if (verdict->console)
		outcome_add_reason(outcome, "%s", verdict->console);
	if (subunit2_status_is_bad(verdict->own))
		outcome_add_reason(outcome, "said so itself: %s",
		                   subunit2_status_name(verdict->own));
}

/* Decides from the output of a command that did not fail: fail > skip > success. */
static void
outcome_judge_good(struct outcome *outcome, const struct outcome_rules *rules, int status,
                   const struct output_capture_verdict *verdict)
{
	const struct tap_verdict *tap = verdict->tap;
	outcome->status = SUBUNIT2_STATUS_SUCCESS;
	if (tap && tap->skipped && tap->reason.len)
		outcome_add_reason(outcome, "%.*s", (int)tap->reason.len, tap->reason.data);
	else if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && !verdict->own_reason)
		outcome_add_reason(outcome, "exit status %d", rules->skip_exit);
	else if (verdict->empty && verdict->own == SUBUNIT2_STATUS_NONE)
		outcome_add_reason(outcome, "%s found no tests", verdict->empty);
	else if (WEXITSTATUS(status) == 0 && !(tap && tap->skipped) &&
	         verdict->own != SUBUNIT2_STATUS_SKIP) {
		if (verdict->own == SUBUNIT2_STATUS_XFAIL)
			outcome->status = SUBUNIT2_STATUS_XFAIL;
		return;
	}
	outcome->status = SUBUNIT2_STATUS_SKIP;
}

bool
outcome_was_disturbed(struct subunit2_view reason)
{
	static const char *const starts[] = {
		"cannot be started: ",
		"cannot change to its directory: ",
		"cannot be executed: ",
		"not executable, and it has no #! line",
		"its supervisor was killed",
		"cannot read its output: ",
		"timed out",
		"could not be killed: ",
		"wrote more than ",
		OUTCOME_OVER_TIME,
		OUTCOME_INTERRUPTED,
	};
	const char *newline = reason.len ? memchr(reason.data, '\n', reason.len) : NULL;
	struct subunit2_view line = {reason.data,
	                             newline ? (size_t)(newline - reason.data) : reason.len};
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (subunit2_view_starts(line, subunit2_view_of(starts[i])))
			return true;
	/* The reason of a script that could not be looked at is the error alone. */
	for (int errnum = 1; errnum <= EHWPOISON; errnum++)
		if (subunit2_view_equal(line, subunit2_view_of(strerror(errnum))))
			return true;
	return false;
}

static void
outcome_expect_failure(struct outcome *outcome)
{
	if (subunit2_status_is_bad(outcome->status)) {
		outcome->status = SUBUNIT2_STATUS_XFAIL;
	} else if (outcome->status == SUBUNIT2_STATUS_SUCCESS) {
		outcome->status = SUBUNIT2_STATUS_UXSUCCESS;
		outcome_add_reason(outcome, "passed, and was expected to fail");
	}
}

/* Takes the final status that the other wrap sent; its reason is in the stream. */
static void
outcome_apply_remote(struct outcome *outcome, const struct process_result *result, int status,
                     const struct output_capture_verdict *verdict)
{
	outcome->leaked = verdict->own_leaked;
	if (verdict->own) {
		outcome->status = verdict->own;
		return;
	}
	outcome->infrastructure = true;
	outcome_fail(outcome, "the stream ended without the test's final status");
	if (result->failure.errnum)
		outcome_judge_failure(outcome, result->failure.stage, result->failure_reason);
	else
		outcome_judge_status(outcome, &(struct outcome_rules){.skip_exit = OUTCOME_NO_SKIP},
		                     status);
}

void
outcome_decide(struct outcome *outcome, const struct outcome_rules *rules,
               const struct process_result *result, enum outcome_wait wait,
               const struct output_capture_verdict *verdict)
{
	bool matched = wait == OUTCOME_MATCHED;
	int status = matched || !result->exited ? 0 : result->status;
	*outcome = (struct outcome){
		.leaked = result->leaked && !matched,
		.bailed_out = verdict->tap && verdict->tap->bailed_out,
	};
	if (rules->relay && !result->ended_by && !result->timed_out && !result->read_errnum) {
		outcome_apply_remote(outcome, result, status, verdict);
		return;
	}
	outcome_judge_end(outcome, rules, result, wait);
	bool disturbed = outcome->reason; /* it did not end by itself: expect_fail does not apply */
	bool tap_tells =
		rules->ignore_exit && verdict->tap && verdict->tap->seen && WIFEXITED(status);
	if (!result->failure.errnum && !tap_tells)
		outcome_judge_status(outcome, rules, status);
	if (wait == OUTCOME_NO_MATCH)
		outcome_add_reason(outcome, "ended without the output that was waited for");
	outcome_judge_output(outcome, verdict);
	if (outcome->leaked && rules->leaked_fails)
		outcome_add_leaks(outcome, result);
	if (outcome->reason)
		outcome->status = SUBUNIT2_STATUS_FAIL;
	else
		outcome_judge_good(outcome, rules, status, verdict);
	if (outcome->leaked && !rules->leaked_fails)
		outcome_add_leaks(outcome, result);
	if (rules->expect_fail && !disturbed)
		outcome_expect_failure(outcome);
}

void
outcome_decide_unstarted(struct outcome *outcome, int errnum)
{
	*outcome = (struct outcome){.status = SUBUNIT2_STATUS_FAIL};
	outcome_judge_failure(outcome, SPAWN_SETUP, strerror(errnum));
}

void
outcome_clear(struct outcome *outcome)
{
	free(outcome->reason);
	*outcome = (struct outcome){0};
}

enum subunit2_result
outcome_emit_start(struct subunit2_sink *sink, struct subunit2_view id,
                   struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = id,
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
	};
	return subunit2_sink_event(sink, &event, error);
}

void
outcome_attach_reason(struct subunit2_event *event, const char *reason)
{
	event->file_name = SUBUNIT2_LITERAL("reason");
	event->file_bytes = subunit2_view_of(reason);
	event->mime_type = SUBUNIT2_TEXT_TYPE;
	event->eof = true;
}

enum subunit2_result
outcome_emit(const struct outcome *outcome, struct subunit2_sink *sink, struct subunit2_view id,
             struct subunit2_error *error)
{
	struct subunit2_tagset tags = {0};
	struct subunit2_event event = {
		.test_id = id,
		.status = outcome->status,
		.runnable = true,
	};
	if (outcome->reason)
		outcome_attach_reason(&event, outcome->reason);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (outcome->leaked)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("leaked"), error);
	if (outcome->infrastructure && result == SUBUNIT2_E_OK)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("infrastructure"), error);
	if (outcome->error && result == SUBUNIT2_E_OK)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("error"), error);
	if (outcome->flaky && result == SUBUNIT2_E_OK)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("flaky"), error);
	event.tags = subunit2_tagset_view(&tags);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_event(sink, &event, error);
	subunit2_tagset_clear(&tags);
	return result;
}
