/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "outcome.h"

#include "duration.h"
#include "memory.h"
#include "signals.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_MAX_LEN 4096

/* Adds a line to the reason, whatever bytes it is made of. */
static void
say_list(struct outcome *outcome, const char *format, va_list args)
{
	char *raw, line[LINE_MAX_LEN];
	int raw_len = vasprintf(&raw, format, args);
	if (raw_len < 0)
		return;
	size_t len = subunit2_utf8_escape((struct subunit2_view){raw, (size_t)raw_len}, line,
	                                  sizeof(line));
	free(raw);
	char *before = outcome->reason;
	outcome->reason =
		memory_format("%s%s%.*s", before ? before : "", before ? "\n" : "", (int)len, line);
	free(before);
}

void
outcome_say(struct outcome *outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_list(outcome, format, args);
	va_end(args);
}

void
outcome_fail(struct outcome *outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say_list(outcome, format, args);
	va_end(args);
	outcome->status = SUBUNIT2_FAIL;
}

static void
judge_failure(struct outcome *outcome, const struct spawn_failure *failure)
{
	static const char *const stages[] = {
		[SPAWN_SETUP] = "cannot be started",
		[SPAWN_CHDIR] = "cannot change to its directory",
		[SPAWN_EXEC] = "cannot be executed",
	};
	outcome_say(outcome, "%s: %s", stages[failure->stage], strerror(failure->errnum));
}

static void
judge_status(struct outcome *outcome, const struct outcome_rules *rules, int status)
{
	char name[SIGNALS_NAME_SIZE];
	if (WIFSIGNALED(status))
		outcome_say(outcome, "died of %s%s", signals_name(WTERMSIG(status), name),
		            WCOREDUMP(status) ? " (core dumped)" : "");
	else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != rules->skip_exit)
		outcome_say(outcome, "exit status %d", WEXITSTATUS(status));
}

/* What says that the command was not left alone to end by itself. */
static void
judge_end(struct outcome *outcome, const struct outcome_rules *rules,
          const struct process_result *result, enum outcome_wait wait)
{
	char name[SIGNALS_NAME_SIZE], duration[DURATION_SIZE];
	if (result->failure.errnum)
		judge_failure(outcome, &result->failure);
	if (result->lost)
		outcome_say(outcome, "its supervisor was killed");
	if (result->read_errnum)
		outcome_say(outcome, "cannot read its output: %s", strerror(result->read_errnum));
	if (result->timed_out)
		outcome_say(outcome, "timed out after %s",
		            duration_text(rules->timeout_ns, duration));
	if (result->survivors)
		outcome_say(outcome, "could not be killed: %s", result->survivors);
	if (wait == OUTCOME_TOO_MUCH)
		outcome_say(outcome, "wrote more than %llu bytes",
		            (unsigned long long)rules->max_output);
	else if (result->ended_by && wait != OUTCOME_ENOUGH)
		outcome_say(outcome, "interrupted by %s", signals_name(result->ended_by, name));
}

static void
judge_leaks(struct outcome *outcome, const struct process_result *result)
{
	if (result->left)
		outcome_say(outcome, "left running: %s", result->left);
	else
		outcome_say(outcome, "left its output open in a process that is not its own");
}

static void
count(struct outcome *outcome, uint64_t number, const char *one, const char *many)
{
	if (number == 1)
		outcome_say(outcome, "1 %s", one);
	else if (number)
		outcome_say(outcome, "%llu %s", (unsigned long long)number, many);
}

static void
judge_packets(struct outcome *outcome, const struct subunit2_summary_result *packets)
{
	const struct subunit2_counts *scripts = &packets->scripts, *others = &packets->assertions;
	count(outcome, scripts->failed + others->failed, "test in its output failed",
	      "tests in its output failed");
	count(outcome, scripts->unexpected + others->unexpected,
	      "test in its output passed unexpectedly", "tests in its output passed unexpectedly");
	count(outcome, scripts->unfinished + others->unfinished,
	      "test in its output did not finish", "tests in its output did not finish");
	count(outcome, packets->damaged, "damaged packet in its output",
	      "damaged packets in its output");
}

static void
judge_output(struct outcome *outcome, const struct capture_verdict *verdict)
{
	const struct tap_verdict *tap = verdict->tap;
	if (tap && tap->failed && tap->reason.len)
		outcome_say(outcome, "%.*s", (int)tap->reason.len, tap->reason.data);
	else if (tap && tap->failed)
		outcome_say(outcome, "its TAP says so");
	judge_packets(outcome, verdict->packets);
	if (verdict->lacks_subunit1)
		outcome_say(outcome, "no test of version 1 in its output");
	if (verdict->automake)
		outcome_say(outcome, "%s", verdict->automake);
	if (subunit2_status_is_bad(verdict->own))
		outcome_say(outcome, "said so itself: %s", subunit2_status_name(verdict->own));
}

/* Nothing failed: fail > skip > success. */
static void
judge_good(struct outcome *outcome, const struct outcome_rules *rules, int status,
           const struct capture_verdict *verdict)
{
	const struct tap_verdict *tap = verdict->tap;
	outcome->status = SUBUNIT2_SUCCESS;
	if (tap && tap->skipped && tap->reason.len)
		outcome_say(outcome, "%.*s", (int)tap->reason.len, tap->reason.data);
	else if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && !verdict->own_reason)
		outcome_say(outcome, "exit status %d", rules->skip_exit);
	else if (WEXITSTATUS(status) == 0 && !(tap && tap->skipped) &&
	         verdict->own != SUBUNIT2_SKIP) {
		if (verdict->own == SUBUNIT2_XFAIL)
			outcome->status = SUBUNIT2_XFAIL;
		return;
	}
	outcome->status = SUBUNIT2_SKIP;
}

static void
expect_failure(struct outcome *outcome)
{
	if (subunit2_status_is_bad(outcome->status)) {
		outcome->status = SUBUNIT2_XFAIL;
	} else if (outcome->status == SUBUNIT2_SUCCESS) {
		outcome->status = SUBUNIT2_UXSUCCESS;
		outcome_say(outcome, "passed, and was expected to fail");
	}
}

/* What the other wrap said counts, and its reason is in the stream. */
static void
relay(struct outcome *outcome, const struct process_result *result, int status,
      const struct capture_verdict *verdict)
{
	outcome->leaked = verdict->own_leaked;
	if (verdict->own) {
		outcome->status = verdict->own;
		return;
	}
	outcome->infrastructure = true;
	outcome_fail(outcome, "the stream ended without the test's final status");
	if (result->failure.errnum)
		judge_failure(outcome, &result->failure);
	else
		judge_status(outcome, &(struct outcome_rules){.skip_exit = OUTCOME_NO_SKIP},
		             status);
}

void
outcome_decide(struct outcome *outcome, const struct outcome_rules *rules,
               const struct process_result *result, enum outcome_wait wait,
               const struct capture_verdict *verdict)
{
	bool enough = wait == OUTCOME_ENOUGH;
	int status = enough || !result->exited ? 0 : result->status;
	*outcome = (struct outcome){
		.leaked = result->leaked && !enough,
		.bailed_out = verdict->tap && verdict->tap->bailed_out,
	};
	if (rules->relay && !result->ended_by && !result->timed_out && !result->read_errnum) {
		relay(outcome, result, status, verdict);
		return;
	}
	judge_end(outcome, rules, result, wait);
	bool disturbed = outcome->reason; /* not what was expected, whatever that was */
	bool tap_tells =
		rules->ignore_exit && verdict->tap && verdict->tap->seen && WIFEXITED(status);
	if (!result->failure.errnum && !tap_tells)
		judge_status(outcome, rules, status);
	if (wait == OUTCOME_IN_VAIN)
		outcome_say(outcome, "ended without the output that was waited for");
	judge_output(outcome, verdict);
	if (outcome->leaked && rules->leaked_fails)
		judge_leaks(outcome, result);
	if (outcome->reason)
		outcome->status = SUBUNIT2_FAIL;
	else
		judge_good(outcome, rules, status, verdict);
	if (rules->expect_fail && !disturbed)
		expect_failure(outcome);
}

void
outcome_decide_unstarted(struct outcome *outcome, int errnum)
{
	*outcome = (struct outcome){.status = SUBUNIT2_FAIL};
	judge_failure(outcome, &(struct spawn_failure){SPAWN_SETUP, errnum});
}

void
outcome_clear(struct outcome *outcome)
{
	free(outcome->reason);
	*outcome = (struct outcome){0};
}

int
outcome_tell_start(struct subunit2_sink *sink, struct subunit2_view id,
                   struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = id,
		.status = SUBUNIT2_INPROGRESS,
		.runnable = true,
	};
	return subunit2_sink_event(sink, &event, error);
}

int
outcome_tell(const struct outcome *outcome, struct subunit2_sink *sink, struct subunit2_view id,
             struct subunit2_error *error)
{
	struct subunit2_tagset tags = {0};
	struct subunit2_event event = {
		.test_id = id,
		.status = outcome->status,
		.runnable = true,
	};
	if (outcome->reason) {
		event.file_name = SUBUNIT2_LITERAL("reason");
		event.mime_type = SUBUNIT2_TEXT_TYPE;
		event.file_bytes = subunit2_view_of(outcome->reason);
		event.eof = true;
	}
	int result = SUBUNIT2_OK;
	if (outcome->leaked)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("leaked"), error);
	if (outcome->infrastructure && result == SUBUNIT2_OK)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("infrastructure"), error);
	if (outcome->flaky && result == SUBUNIT2_OK)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("flaky"), error);
	event.tags = subunit2_tagset_view(&tags);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_event(sink, &event, error);
	subunit2_tagset_clear(&tags);
	return result;
}
