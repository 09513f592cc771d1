/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attempts.h"

#include "cleaner.h"
#include "env.h"
#include "event_buffer.h"
#include "memory.h"
#include "memory_file.h"
#include "subtest_answers.h"
#include "writer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct trial {
	struct subunit2_sink sink; /* takes the attempt's events */
	struct supervisor *supervisor;
	const struct trial_rules *rules;
	struct script script; /* whose strings are the suite's */
	struct trial_place place;
	struct subunit2_sink *out;
	void (*over)(void *context, const struct trial_end *end);
	void *context;

	int64_t began_ns;
	struct answers answers;
	struct held *held; /* NULL: there is one attempt, and its events pass */
	unsigned attempt;
	bool passed, failed; /* an attempt has */
	bool stopped;        /* no further one */
	int stop_signo;      /* as handed to trial_stop; 0: it was not called */
	bool stop_reached;

	/* Of the attempt that runs. */
	struct job_options options;
	struct strings argv, envp;
	struct job *job;
	struct loop_timer unstarted; /* what cannot be run ends in the next turn */
	char *problem;
	/* Of the last one. */
	struct outcome outcome;
	struct cleaner_task *cleaning; /* what its outcome waits for; NULL: nothing */

	struct subunit2_error lost; /* why events were not held or read back; code 0: all were */
};

static struct subunit2_view
id_of(const struct trial *trial)
{
	return subunit2_view_of(trial->script.id);
}

/* Where the attempt's events are held, all under the script. */
static struct held_test *
held_place(const struct trial *trial)
{
	struct subunit2_event script = {.test_id = id_of(trial)};
	return held_test(trial->held, &script);
}

static int
trial_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct trial *trial = (struct trial *)sink;
	answers_note(&trial->answers, event);
	if (!trial->held)
		return subunit2_sink_event(trial->out, event, error);
	int result = held_add(trial->held, held_place(trial), event, &trial->lost);
	if (result != SUBUNIT2_OK && error)
		*error = trial->lost;
	return result;
}

static void
prepare_environment(struct trial *trial)
{
	const struct workspace *workspace = trial->place.workspace;
	strings_clear(&trial->envp);
	strings_add_all(&trial->envp, trial->rules->environment->items);
	environment_format(&trial->envp, "SUBUNIT2_TEST_ID", "%s", trial->script.id);
	environment_format(&trial->envp, "SUBUNIT2_SLOT", "%u", trial->place.slot);
	environment_format(&trial->envp, "SUBUNIT2_ATTEMPT", "%u", trial->attempt);
	environment_format(&trial->envp, "TMPDIR", "%s", workspace->folder);
	if (workspace->channel.path)
		environment_format(&trial->envp, CHANNEL_VARIABLE, "%s", workspace->channel.path);
}

/* Each slot has an instance; an attempt after the first has the next one. */
static const char *
instance_of(const struct trial *trial)
{
	const struct strings *names = &trial->rules->instances->names;
	size_t index = trial->place.slot + trial->attempt - 1;
	return names->count ? names->items[index % names->count] : NULL;
}

/* Replaces the command by the one that runs the script elsewhere. Returns NULL, or why
 * there is none; to be freed. */
static char *
send_away(struct trial *trial)
{
	struct strings remote = {0}, argv = {0};
	struct executor_values values = {
		.id = trial->script.id,
		.instance = instance_of(trial),
		.slot = trial->place.slot,
		.attempt = trial->attempt,
	};
	executor_remote(&remote, &values, &trial->options, &trial->rules->elsewhere,
	                trial->argv.items);
	char *problem = executor_expand(trial->rules->executor, &values, &remote, &argv);
	strings_clear(&remote);
	strings_clear(&trial->argv);
	trial->argv = argv;
	/* Time is taken over there, where no queue is waited in. */
	trial->options.process.timeout_ns = 0;
	trial->options.rules.relay = true;
	trial->options.from = CAPTURE_AUTO;
	trial->options.process.courier = true;
	/* Leaks are found over there, too. What the engine leaves here, as ssh leaves the
	 * connection that others share, is meant to stay. */
	trial->options.process.leaked = PROCESS_KEEP;
	return problem;
}

/* NULL, or why the script cannot be run. */
static char *
prepare(struct trial *trial)
{
	strings_clear(&trial->argv);
	char *problem = script_command(&trial->script, trial->rules->scripts, &trial->argv);
	if (problem)
		return problem;
	trial->options.any_line = script_has_ending(trial->script.path, ".t");
	if (trial->rules->arguments->count)
		strings_add_all(&trial->argv, trial->rules->arguments->items);
	if (trial->rules->executor && (problem = send_away(trial)))
		return problem;
	if (!workspace_open(trial->place.workspace, trial->rules->tmp_parent))
		return memory_format("no private folder in %s: %s", trial->rules->tmp_parent,
		                     strerror(errno));
	prepare_environment(trial);
	return NULL;
}

static void attempt_over(void *context, const struct job_end *end);
static void attempt_unstarted(void *context);

static void
attempt(struct trial *trial)
{
	trial->attempt++;
	trial->options = trial->rules->job;
	trial->options.id = id_of(trial);
	trial->options.rules.expect_fail = strings_find(trial->rules->expected, trial->script.id,
	                                                strlen(trial->script.id)) >= 0;
	trial->problem = prepare(trial);
	if (trial->problem) {
		loop_timer_start(trial->supervisor->loop, &trial->unstarted, 0, attempt_unstarted,
		                 trial);
		return;
	}
	const struct channel *channel = &trial->place.workspace->channel;
	trial->options.channel = channel->path ? channel : NULL;
	trial->options.process.argv = trial->argv.items;
	trial->options.process.envp = trial->envp.items;
	trial->options.process.loan = trial->place.loan;
	trial->options.process.supply = trial->place.supply;
	trial->job =
		job_start(trial->supervisor, &trial->options, &trial->sink, attempt_over, trial);
	/* While what came before it was written. */
	if (trial->stop_signo)
		job_stop(trial->job, trial->stop_signo, trial->stop_reached);
}

static bool
is_last(const struct trial *trial, const struct outcome *outcome)
{
	if (trial->stopped || outcome->bailed_out || outcome->status == SUBUNIT2_SKIP)
		return true;
	if (subunit2_status_is_bad(outcome->status))
		return trial->rules->repeat > 1 || trial->attempt > trial->rules->retries;
	return trial->attempt >= trial->rules->repeat;
}

/* The report of an attempt, as people read it, attached to the test. */
static void
attach_attempt(struct trial *trial, const struct outcome *outcome)
{
	static const struct writer_options plain;
	char *text = NULL, name[32];
	size_t len = 0;
	struct destination to = {.name = "an attempt's report", .fd = -1};
	to.file = memory_file(&text, &len);
	struct subunit2_sink *report = memory_have(writer_text(&plain, &to, NULL));
	outcome_tell_start(report, id_of(trial), NULL);
	held_release(trial->held, held_place(trial), report, &trial->lost);
	outcome_tell(outcome, report, id_of(trial), NULL);
	subunit2_sink_finish(report, NULL);
	subunit2_sink_free(report);
	fclose(to.file);
	snprintf(name, sizeof(name), "attempt-%u", trial->attempt);
	struct subunit2_event event = {
		.test_id = id_of(trial),
		.runnable = true,
		.file_name = subunit2_view_of(name),
		.file_bytes = {text, len},
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	subunit2_sink_event(trial->out, &event, NULL);
	free(text);
}

static void
finish(struct trial *trial, struct outcome *outcome)
{
	struct subunit2_error error = {0};
	if (trial->held)
		held_release(trial->held, held_place(trial), trial->out, &error);
	if (error.code)
		outcome_fail(outcome, "its output could not be read back: %s", error.message);
	bool bad = subunit2_status_is_bad(outcome->status);
	struct trial_end end = {outcome->status, outcome->bailed_out};
	outcome->flaky = bad ? trial->passed : trial->failed;
	answers_complete(&trial->answers, trial->out, NULL);
	outcome_tell(outcome, trial->out, id_of(trial), NULL);
	trial->over(trial->context, &end);
}

/* The attempt has ended; what follows may end the trial. */
static void
decide(struct trial *trial)
{
	struct outcome outcome = trial->outcome;
	trial->outcome = (struct outcome){0};
	if (is_last(trial, &outcome)) {
		/* The trial may be gone when this returns. */
		finish(trial, &outcome);
	} else {
		trial->passed = trial->passed || !subunit2_status_is_bad(outcome.status);
		trial->failed = trial->failed || subunit2_status_is_bad(outcome.status);
		attach_attempt(trial, &outcome);
		attempt(trial);
	}
	outcome_clear(&outcome);
}

static void
trial_on_cleaned(void *context, const char *problem)
{
	struct trial *trial = context;
	trial->cleaning = NULL;
	if (problem)
		outcome_fail(&trial->outcome, "cannot remove %s", problem);
	decide(trial);
}

/* Returns true if nothing of the attempt has to be removed first. */
static bool
leave_workspace(struct trial *trial, const struct process_result *result)
{
	struct workspace *workspace = trial->place.workspace;
	bool deserted = !result || !(result->leaked || result->lost || result->survivors);
	if (trial->rules->keep_tmp && subunit2_status_is_bad(trial->outcome.status)) {
		outcome_say(&trial->outcome, "its folder %s is kept", workspace->folder);
		workspace_keep_folder(workspace);
	}
	trial->cleaning =
		workspace_leave(workspace, deserted, trial->place.cleaner, trial_on_cleaned, trial);
	return !trial->cleaning;
}

static void
attempt_over(void *context, const struct job_end *end)
{
	struct trial *trial = context;
	struct job *job = trial->job;
	trial->outcome = end->outcome;
	trial->outcome.reason = end->outcome.reason ? memory_copy(end->outcome.reason) : NULL;
	if (trial->lost.code)
		outcome_fail(&trial->outcome, "its output could not be kept: %s",
		             trial->lost.message);
	trial->job = NULL;
	bool left = leave_workspace(trial, end->result);
	job_free(job);
	if (left)
		decide(trial);
}

static void
attempt_unstarted(void *context)
{
	struct trial *trial = context;
	outcome_fail(&trial->outcome, "%s", trial->problem);
	free(trial->problem);
	trial->problem = NULL;
	trial->stopped = true;
	decide(trial);
}

struct trial *
trial_start(struct supervisor *supervisor, const struct trial_rules *rules,
            const struct script *script, const struct choice *choice,
            const struct trial_place *place, struct subunit2_sink *sink,
            void (*over)(void *context, const struct trial_end *end), void *context)
{
	struct trial *trial = memory_zeroed(1, sizeof(*trial));
	trial->sink.event = trial_event;
	trial->supervisor = supervisor;
	trial->rules = rules;
	trial->script = *script;
	trial->place = *place;
	trial->out = sink;
	trial->over = over;
	trial->context = context;
	trial->began_ns = loop_now_ns(supervisor->loop);
	if (rules->retries || rules->repeat > 1)
		trial->held = held_new();
	answers_begin(&trial->answers, &choice->subtests);
	outcome_tell_start(sink, id_of(trial), NULL);
	attempt(trial);
	return trial;
}

void
trial_free(struct trial *trial)
{
	if (!trial)
		return;
	loop_timer_stop(trial->supervisor->loop, &trial->unstarted);
	cleaner_detach(trial->cleaning);
	job_free(trial->job);
	outcome_clear(&trial->outcome);
	held_free(trial->held);
	answers_clear(&trial->answers);
	strings_clear(&trial->argv);
	strings_clear(&trial->envp);
	free(trial->problem);
	free(trial);
}

void
trial_stop(struct trial *trial, int signo, bool reached)
{
	trial->stopped = true;
	trial->stop_signo = signo;
	trial->stop_reached = reached;
	job_stop(trial->job, signo, reached);
}

void
trial_kill(struct trial *trial)
{
	trial->stopped = true;
	job_kill(trial->job);
	if (trial->cleaning)
		cleaner_hurry(trial->cleaning);
}

const char *
trial_id(const struct trial *trial)
{
	return trial->script.id;
}

int64_t
trial_began_ns(const struct trial *trial)
{
	return trial->began_ns;
}
