/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attempts.h"

#include "attempt_report.h"
#include "auto_timeout.h"
#include "cleaner.h"
#include "env.h"
#include "event_buffer.h"
#include "memory.h"
#include "subtest_answers.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct attempts {
	struct subunit2_sink sink; /* takes the attempt's events */
	struct supervisor *supervisor;
	const struct attempts_rules *rules;
	struct script script; /* whose strings are the suite's */
	struct attempts_place place;
	struct subunit2_sink *out;
	void (*over)(void *context, const struct attempts_end *end);
	void *context;

	int64_t began_ns;
	int64_t longest_ns; /* in earlier runs; -1: not known */
	struct subtest_answers answers;
	struct event_buffer *event_buffer; /* NULL: there is one attempt, and its events pass */
	unsigned attempt;
	bool passed, failed; /* an attempt has */
	char *cause;         /* of the first attempt that failed; NULL: none has */
	bool stopped;        /* no further one */
	int stop_signo;      /* as handed to attempts_stop; 0: it was not called */
	bool stop_reached;

	/* Of the attempt that runs. */
	struct job_options options;
	struct string_list argv, envp;
	struct test_job *job;
	struct event_loop_timer unstarted; /* a script that cannot be run ends in the next turn */
	char *problem;
	/* Of the last one. */
	struct outcome outcome;
	struct cleaner_task *cleaning; /* the removal that its outcome waits for; NULL: none */

	struct subunit2_error lost; /* why events were not held or read back; code 0: all were */
};

static struct subunit2_view
attempts_id_of(const struct attempts *attempts)
{
	return subunit2_view_of(attempts->script.id);
}

/* Returns the test in the event buffer that holds the attempt's events, all under the script's id.
 */
static struct event_buffer_test *
attempts_held(const struct attempts *attempts)
{
	struct subunit2_event script = {.test_id = attempts_id_of(attempts)};
	return event_buffer_test(attempts->event_buffer, &script);
}

static enum subunit2_result
attempts_event(struct subunit2_sink *sink, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct attempts *attempts = (struct attempts *)sink;
	subtest_answers_add(&attempts->answers, event);
	if (attempts->rules->executor)
		attach_event(attempts->place.attach, event);
	if (!attempts->event_buffer)
		return subunit2_sink_event(attempts->out, event, error);
	enum subunit2_result result = event_buffer_add(
		attempts->event_buffer, attempts_held(attempts), event, &attempts->lost);
	if (result != SUBUNIT2_E_OK && error)
		*error = attempts->lost;
	return result;
}

static void
attempts_prepare_environment(struct attempts *attempts)
{
	const struct workspace *workspace = attempts->place.workspace;
	string_list_clear(&attempts->envp);
	string_list_add_all(&attempts->envp, attempts->rules->environment->items);
	env_format(&attempts->envp, "SUBUNIT2_TEST_ID", "%s", attempts->script.id);
	env_format(&attempts->envp, "SUBUNIT2_SLOT", "%u", attempts->place.slot);
	env_format(&attempts->envp, "SUBUNIT2_ATTEMPT", "%u", attempts->attempt);
	env_format(&attempts->envp, "TMPDIR", "%s", workspace->folder);
	if (workspace->fifo.path)
		env_format(&attempts->envp, PACKET_FIFO_VARIABLE, "%s", workspace->fifo.path);
}

/* Returns the instance of the attempt: that of its slot, or the next one for each further attempt;
 * NULL without instances. */
static const char *
attempts_instance_of(const struct attempts *attempts)
{
	const struct string_list *names = &attempts->rules->instances->names;
	size_t index = attempts->place.slot + attempts->attempt - 1;
	return names->count ? names->items[index % names->count] : NULL;
}

/* Replaces the command by the one that runs the script elsewhere. Returns NULL, or the reason if
 * that is not possible; to be freed. */
static char *
attempts_make_remote(struct attempts *attempts)
{
	struct string_list remote = {0}, argv = {0};
	struct executor_values values = {
		.id = attempts->script.id,
		.instance = attempts_instance_of(attempts),
		.slot = attempts->place.slot,
		.attempt = attempts->attempt,
	};
	executor_remote(&remote, &values, &attempts->options, &attempts->rules->elsewhere,
	                attempts->argv.items);
	char *problem = executor_expand(attempts->rules->executor, &values, &remote, &argv);
	string_list_clear(&remote);
	string_list_clear(&attempts->argv);
	attempts->argv = argv;
	/* The remote wrap applies the time limits; here they would include the time in the
	 * executor's queue. */
	attempts->options.process.timeout_ns = attempts->options.process.silence_ns = 0;
	attempts->options.rules.relay = true;
	attempts->options.from = CAPTURE_FORMAT_AUTO;
	attempts->options.process.remote_client = true;
	/* The remote wrap finds leaks. Keep processes that the executor leaves here: ssh leaves a
	 * connection that others share. */
	attempts->options.process.leaked = PROCESS_KEEP;
	return problem;
}

/* Returns NULL, or why the script cannot be run; to be freed. */
static char *
attempts_prepare(struct attempts *attempts)
{
	string_list_clear(&attempts->argv);
	char *problem =
		script_command(&attempts->script, attempts->rules->scripts, &attempts->argv);
	if (problem)
		return problem;
	attempts->options.any_line = script_has_ending(attempts->script.path, ".t");
	if (attempts->rules->arguments->count)
		string_list_add_all(&attempts->argv, attempts->rules->arguments->items);
	if (attempts->rules->executor && (problem = attempts_make_remote(attempts)))
		return problem;
	if (!workspace_open(attempts->place.workspace, attempts->rules->tmp_parent))
		return memory_format("no private folder in %s: %s", attempts->rules->tmp_parent,
		                     strerror(errno));
	attempts_prepare_environment(attempts);
	return NULL;
}

static void
attempts_show(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	(void)stream;
	attach_output(context, bytes);
}

static void attempts_on_job_end(void *context, const struct test_job_end *end);
static void attempts_on_unstarted(void *context);

/* Sets the timeout that follows from earlier runs. */
static void
attempts_set_timeout(struct attempts *attempts)
{
	int64_t timeout_ns = auto_timeout_ns(attempts->longest_ns);
	if (!timeout_ns)
		return;
	attempts->options.process.timeout_ns = timeout_ns;
	attempts->options.rules.timeout_ns = timeout_ns;
	attempts->options.rules.longest_ns = attempts->longest_ns;
	char *text = auto_timeout_text(attempts->longest_ns);
	struct subunit2_event event = auto_timeout_event(text, attempts->script.id);
	subunit2_sink_event(&attempts->sink, &event, NULL);
	free(text);
}

static void
attempts_start_attempt(struct attempts *attempts)
{
	attempts->attempt++;
	attempts->options = attempts->rules->job;
	attempts->options.id = attempts_id_of(attempts);
	if (attempts->options.timeout_auto)
		attempts_set_timeout(attempts);
	attempts->options.rules.expect_fail =
		string_list_find(attempts->rules->expected, attempts->script.id,
	                         strlen(attempts->script.id)) >= 0;
	attempts->problem = attempts_prepare(attempts);
	if (attempts->problem) {
		event_loop_timer_start(attempts->supervisor->loop, &attempts->unstarted, 0,
		                       attempts_on_unstarted, attempts);
		return;
	}
	const struct packet_fifo *fifo = &attempts->place.workspace->fifo;
	attempts->options.fifo = fifo->path ? fifo : NULL;
	attempts->options.process.argv = attempts->argv.items;
	attempts->options.process.envp = attempts->envp.items;
	attempts->options.process.loan = attempts->place.loan;
	attempts->options.process.stdin_buffer = attempts->place.stdin_buffer;
	if (attempts->place.attach && !attempts->rules->executor) {
		attempts->options.copy = attempts_show;
		attempts->options.copy_context = attempts->place.attach;
	}
	attempts->job = test_job_start(attempts->supervisor, &attempts->options, &attempts->sink,
	                               attempts_on_job_end, attempts);
	/* The stop came while the events before the start were written. */
	if (attempts->stop_signo)
		test_job_stop(attempts->job, attempts->stop_signo, attempts->stop_reached);
}

static bool
attempts_is_last(const struct attempts *attempts, const struct outcome *outcome)
{
	if (attempts->stopped || outcome->bailed_out)
		return true;
	if (subunit2_status_is_bad(outcome->status))
		return attempts->rules->repeat > 1 || attempts->attempt > attempts->rules->retries;
	return attempts->attempt >= attempts->rules->repeat;
}

/* Attaches a report of the attempt to the test. */
static void
attempts_attach_attempt(struct attempts *attempts, const struct outcome *outcome)
{
	struct attempt_report report;
	attempt_report_begin(&report, attempts_id_of(attempts), SUBUNIT2_ABSENT);
	event_buffer_release(attempts->event_buffer, attempts_held(attempts), report.sink,
	                     &attempts->lost);
	outcome_emit(outcome, report.sink, attempts_id_of(attempts), NULL);
	char *cause = attempt_report_attach(&report, attempts_id_of(attempts), SUBUNIT2_ABSENT,
	                                    attempts->attempt, attempts->out);
	if (attempts->cause)
		free(cause);
	else
		attempts->cause = cause;
}

static void
attempts_finish(struct attempts *attempts, struct outcome *outcome)
{
	struct subunit2_error error = {0};
	if (attempts->event_buffer)
		event_buffer_release(attempts->event_buffer, attempts_held(attempts), attempts->out,
		                     &error);
	if (error.code)
		outcome_fail(outcome, "its output could not be read back: %s", error.message);
	bool bad = subunit2_status_is_bad(outcome->status);
	struct attempts_end end = {outcome->status, outcome->bailed_out};
	/* A test that was ended did not fail by itself. */
	outcome->flaky = bad ? attempts->passed && !outcome->interrupted : attempts->failed;
	if (outcome->flaky && !bad && attempts->cause)
		outcome_add_reason(outcome, "%s", attempts->cause);
	subtest_answers_complete(&attempts->answers, attempts->out, NULL);
	outcome_emit(outcome, attempts->out, attempts_id_of(attempts), NULL);
	attempts->over(attempts->context, &end);
}

/* Makes OUTCOME a failure if the test was stopped between two repetitions. */
static void
attempts_count_repetitions(const struct attempts *attempts, struct outcome *outcome)
{
	unsigned repeat = attempts->rules->repeat;
	if (!attempts->stop_signo || attempts->attempt >= repeat ||
	    subunit2_status_is_bad(outcome->status))
		return;
	outcome->status = SUBUNIT2_STATUS_FAIL;
	outcome_add_interruption(outcome, attempts->stop_signo, attempts->options.rules.over_time);
	outcome_add_reason(outcome, "ran %u of %u times", attempts->attempt, repeat);
}

/* Handles the end of an attempt: starts the next one, or finishes. */
static void
attempts_on_attempt_end(struct attempts *attempts)
{
	struct outcome outcome = attempts->outcome;
	attempts->outcome = (struct outcome){0};
	bool last = attempts_is_last(attempts, &outcome);
	if (!last) {
		attempts->passed = attempts->passed || (!subunit2_status_is_bad(outcome.status) &&
		                                        outcome.status != SUBUNIT2_STATUS_SKIP);
		attempts->failed = attempts->failed || subunit2_status_is_bad(outcome.status);
		attempts_attach_attempt(attempts, &outcome);
		/* A stop may come while the report of the attempt is written. */
		last = attempts->stopped;
	}
	if (last) {
		attempts_count_repetitions(attempts, &outcome);
		/* ATTEMPTS may be freed when this returns. */
		attempts_finish(attempts, &outcome);
	} else {
		attempts_start_attempt(attempts);
	}
	outcome_clear(&outcome);
}

static void
attempts_on_cleaned(void *context, const char *problem)
{
	struct attempts *attempts = context;
	attempts->cleaning = NULL;
	if (problem)
		outcome_fail(&attempts->outcome, "cannot remove %s", problem);
	attempts_on_attempt_end(attempts);
}

/* Leaves the workspace of the attempt. Returns true if the outcome need not wait for the removal of
 * its folder. */
static bool
attempts_leave_workspace(struct attempts *attempts, const struct process_result *result)
{
	struct workspace *workspace = attempts->place.workspace;
	bool unused = !result || !(result->leaked || result->lost || result->survivors);
	if (attempts->rules->keep_tmp && subunit2_status_is_bad(attempts->outcome.status)) {
		outcome_add_reason(&attempts->outcome, "its folder %s is kept", workspace->folder);
		workspace_keep_folder(workspace);
	}
	attempts->cleaning = workspace_leave(workspace, unused, attempts->place.cleaner,
	                                     attempts_on_cleaned, attempts);
	return !attempts->cleaning;
}

static void
attempts_on_job_end(void *context, const struct test_job_end *end)
{
	struct attempts *attempts = context;
	struct test_job *job = attempts->job;
	attempts->outcome = end->outcome;
	attempts->outcome.reason = end->outcome.reason ? memory_copy(end->outcome.reason) : NULL;
	if (attempts->lost.code)
		outcome_fail(&attempts->outcome, "its output could not be kept: %s",
		             attempts->lost.message);
	attempts->job = NULL;
	bool left = attempts_leave_workspace(attempts, end->result);
	test_job_free(job);
	if (left)
		attempts_on_attempt_end(attempts);
}

static void
attempts_on_unstarted(void *context)
{
	struct attempts *attempts = context;
	outcome_fail(&attempts->outcome, "%s", attempts->problem);
	free(attempts->problem);
	attempts->problem = NULL;
	attempts->stopped = true;
	attempts_on_attempt_end(attempts);
}

struct attempts *
attempts_start(struct supervisor *supervisor, const struct attempts_rules *rules,
               const struct script *script, const struct choice *choice,
               const struct attempts_place *place, struct subunit2_sink *sink,
               void (*over)(void *context, const struct attempts_end *end), void *context)
{
	struct attempts *attempts = memory_zeroed(1, sizeof(*attempts));
	attempts->sink.event = attempts_event;
	attempts->supervisor = supervisor;
	attempts->rules = rules;
	attempts->script = *script;
	attempts->place = *place;
	attempts->out = sink;
	attempts->over = over;
	attempts->context = context;
	attempts->began_ns = event_loop_now_ns(supervisor->loop);
	attempts->longest_ns = choice->longest_ns;
	if (rules->retries || rules->repeat > 1)
		attempts->event_buffer = event_buffer_new();
	subtest_answers_begin(&attempts->answers, &choice->subtests);
	outcome_emit_start(sink, attempts_id_of(attempts), NULL);
	attempts_start_attempt(attempts);
	return attempts;
}

void
attempts_free(struct attempts *attempts)
{
	if (!attempts)
		return;
	event_loop_timer_stop(attempts->supervisor->loop, &attempts->unstarted);
	cleaner_detach(attempts->cleaning);
	test_job_free(attempts->job);
	outcome_clear(&attempts->outcome);
	event_buffer_free(attempts->event_buffer);
	subtest_answers_clear(&attempts->answers);
	string_list_clear(&attempts->argv);
	string_list_clear(&attempts->envp);
	free(attempts->problem);
	free(attempts->cause);
	free(attempts);
}

void
attempts_stop(struct attempts *attempts, int signo, bool reached, bool over_time)
{
	attempts->stopped = true;
	attempts->options.rules.over_time = over_time;
	attempts->stop_signo = signo;
	attempts->stop_reached = reached;
	test_job_stop(attempts->job, signo, reached);
}

void
attempts_kill(struct attempts *attempts)
{
	attempts->stopped = true;
	test_job_kill(attempts->job);
	if (attempts->cleaning)
		cleaner_end_wait(attempts->cleaning);
}

const char *
attempts_id(const struct attempts *attempts)
{
	return attempts->script.id;
}

int64_t
attempts_start_ns(const struct attempts *attempts)
{
	return attempts->began_ns;
}
