/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_test.h"

#include "automake_files.h"
#include "automake_judge.h"
#include "automake_log.h"
#include "automake_tap.h"
#include "env.h"
#include "exit_status.h"
#include "job_options.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "outputs.h"
#include "timestamp.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct automake_test_run {
	struct subunit2_sink sink; /* takes the test's events and passes them to the outputs */
	struct automake_test *test;
	struct automake_trs trs;
	struct automake_tap tap;
	char *id;
	FILE *log;       /* NULL with AROUND and SERIAL */
	FILE *late[2];   /* AUTO: console lines and log lines of TAP, printed if it is TAP */
	char *text[2];   /* of LATE */
	size_t len[2];   /* of TEXT */
	bool assertions; /* one was emitted */
	uint64_t failed; /* of them */

	struct string_list environment;
	struct job_options job;
	struct outputs *outputs; /* NULL: there is no wrap around make */
	struct supervisor supervisor;
	struct subunit2_sink *stamp;
	struct test_job *running;
	enum automake_result result;
	int exit_status;
	bool ended;
};

/* Returns true if EVENT is that of an assertion of the test. */
static bool
automake_test_is_assertion(const struct automake_test_run *run, const struct subunit2_event *event)
{
	struct subunit2_view id = subunit2_view_of(run->id);
	return event->test_id.len > id.len + 2 && subunit2_view_starts(event->test_id, id) &&
	       memcmp(event->test_id.data + id.len, "::", 2) == 0;
}

/* Returns true if EVENT may be that of an assertion below another one: a name may hold "::", too.
 */
static bool
automake_test_is_subtest(const struct automake_test_run *run, const struct subunit2_event *event)
{
	size_t len = strlen(run->id) + 2;
	return memmem(event->test_id.data + len, event->test_id.len - len, "::", 2);
}

static enum subunit2_result
automake_test_on_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                       struct subunit2_error *error)
{
	struct automake_test_run *run = (struct automake_test_run *)sink;
	struct subunit2_event changed = *event;
	if (automake_test_is_assertion(run, event)) {
		run->assertions = true;
		/* In a test of XFAIL_TESTS, automake expects each assertion to fail, and ignores
		 * subtests. An assertion with "::" in its name that passes still fails the test, by
		 * automake's own result. */
		if (run->test->expect_failure && event->status == SUBUNIT2_STATUS_SUCCESS &&
		    !automake_test_is_subtest(run, event))
			changed.status = SUBUNIT2_STATUS_UXSUCCESS;
		if (run->test->expect_failure && event->status == SUBUNIT2_STATUS_FAIL)
			changed.status = SUBUNIT2_STATUS_XFAIL;
		if (changed.status != event->status)
			changed.packet = SUBUNIT2_ABSENT;
		run->failed += changed.status == SUBUNIT2_STATUS_FAIL;
	}
	return run->outputs ? subunit2_sink_event(outputs_sink(run->outputs), &changed, error)
	                    : SUBUNIT2_E_OK;
}

static enum subunit2_result
automake_test_on_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct automake_test_run *run = (struct automake_test_run *)sink;
	return run->outputs ? subunit2_sink_finish(outputs_sink(run->outputs), error)
	                    : SUBUNIT2_E_OK;
}

static void
automake_test_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct automake_test_run *run = context;
	enum automake_test_mode mode = run->test->mode;
	if (!run->log) {
		write_all(stream == PROCESS_STDOUT ? STDOUT_FILENO : STDERR_FILENO, bytes);
		return;
	}
	/* A TAP test's lines are copied to the log one by one, each before its result. */
	if (mode != AUTOMAKE_TEST_TAP || stream == PROCESS_STDERR)
		fwrite(bytes.data, 1, bytes.len, run->log);
	if (mode != AUTOMAKE_TEST_TEXT && stream == PROCESS_STDOUT)
		automake_tap_feed(&run->tap, bytes);
	fflush(run->log); /* the test may write to its log, too */
}

/* Returns true if the test, whose mode is AUTO, has written TAP. */
static bool
automake_test_is_tap(const struct automake_test_run *run, const struct test_job_end *end)
{
	bool denied = run->exit_status == 0 && end->outcome.status != SUBUNIT2_STATUS_SUCCESS;
	return (run->tap.tests || run->tap.plan) && (run->assertions || denied);
}

static void
automake_test_close_late(struct automake_test_run *run)
{
	for (int i = 0; i < 2; i++) {
		if (run->late[i])
			fclose(run->late[i]);
		run->late[i] = NULL;
	}
}

/* Ends the TAP of a test whose mode is TAP or AUTO. */
static void
automake_test_end_tap(struct automake_test_run *run, const struct test_job_end *end)
{
	automake_tap_end(&run->tap, run->exit_status);
	if (run->test->mode == AUTOMAKE_TEST_TAP)
		return;
	automake_test_close_late(run);
	if (automake_test_is_tap(run, end)) {
		fwrite(run->text[0], 1, run->len[0], stdout);
		fwrite(run->text[1], 1, run->len[1], run->log);
	} else {
		automake_trs_clear(&run->trs);
		run->trs.tap = false;
	}
	run->trs.console = stdout;
	run->trs.log = run->log;
}

/* Judges a plain test, and ends its log. */
static void
automake_test_end_text(struct automake_test_run *run)
{
	enum automake_result result = automake_judge_status(
		run->exit_status, run->test->hard_errors, run->test->expect_failure);
	automake_trs_add(&run->trs, result, "");
	run->log = automake_files_reopen(run->log, run->test->log_file);
	if (run->log)
		fprintf(run->log, "%s %s (exit status: %d)\n", automake_result_names[result],
		        run->test->name, run->exit_status);
}

/* Judges a test by the files that another driver has written, and emits its log. */
static void
automake_test_end_around(struct automake_test_run *run)
{
	const struct automake_test *test = run->test;
	FILE *file = fopen(test->trs_file, "re");
	if (!file || !automake_trs_read(&run->trs, file, &run->result))
		run->result = AUTOMAKE_ERROR;
	if (file)
		fclose(file);
	struct subunit2_event event = {.test_id = subunit2_view_of(run->id), .runnable = true};
	int fd = open(test->log_file, O_RDONLY | O_CLOEXEC);
	char *path = memory_format("./%s", test->log_file);
	if (fd >= 0)
		automake_log_send(fd, path, &event, run->stamp, NULL);
	free(path);
}

static bool
automake_test_is_in(const char *words, const char *name)
{
	size_t len = strlen(name);
	for (const char *word = words; word && *(word += strspn(word, " \t\n"));
	     word += strcspn(word, " \t\n"))
		if (strcspn(word, " \t\n") == len && memcmp(word, name, len) == 0)
			return true;
	return false;
}

static void
automake_test_end_serial(struct automake_test_run *run)
{
	const struct automake_test *test = run->test;
	bool expected = automake_test_is_in(test->xfail_tests, test->name);
	/* The serial harness knows no hard errors. */
	run->result = automake_judge_status(run->exit_status, false, expected);
}

static void
automake_test_judge(struct automake_test_run *run, const struct test_job_end *end)
{
	enum automake_test_mode mode = run->test->mode;
	run->exit_status = automake_judge_exit_status(end->result);
	if (run->log && end->result && end->result->failure.errnum)
		fprintf(run->log, "%s\n", end->outcome.reason);
	if (mode == AUTOMAKE_TEST_AROUND)
		automake_test_end_around(run);
	else if (mode == AUTOMAKE_TEST_SERIAL)
		automake_test_end_serial(run);
	if (mode >= AUTOMAKE_TEST_AROUND)
		return;
	if (mode != AUTOMAKE_TEST_TEXT)
		automake_test_end_tap(run, end);
	if (!run->trs.tap)
		automake_test_end_text(run);
	run->result = automake_trs_global(&run->trs);
}

static void
automake_test_on_end(void *context, const struct test_job_end *end)
{
	struct automake_test_run *run = context;
	struct outcome outcome = end->outcome;
	outcome.reason = outcome.reason ? memory_copy(outcome.reason) : NULL;
	if (!run->test->signo) {
		automake_test_judge(run, end);
		automake_judge_outcome(&outcome, run->result, run->test->expect_failure,
		                       run->trs.tap ? buffer_view(&run->tap.errors)
		                                    : SUBUNIT2_ABSENT);
		if (run->trs.tap)
			automake_judge_uncounted(&outcome, run->failed);
	}
	outcome_emit(&outcome, run->stamp, subunit2_view_of(run->id), NULL);
	outcome_clear(&outcome);
	run->ended = true;
}

static void
automake_test_on_signal(void *context, int signo, bool from_terminal)
{
	struct automake_test_run *run = context;
	if (run->test->signo)
		test_job_kill(run->running);
	else
		test_job_stop(run->running, signo, from_terminal);
	run->test->signo = signo;
}

/* Returns NAME below the folder in which the wrap around make was started; to be freed. */
static char *
automake_test_make_id(const char *name)
{
	const char *root = getenv("SUBUNIT2_ROOT");
	char *here = getcwd(NULL, 0), *id = NULL;
	size_t len = root ? strlen(root) : 0;
	if (here && len && strncmp(here, root, len) == 0 && here[len] == '/')
		id = memory_format("%s/%s", here + len + 1, name);
	free(here);
	return id ? id : memory_copy(name);
}

static void
automake_test_prepare_tap(struct automake_test_run *run)
{
	const struct automake_test *test = run->test;
	run->trs = (struct automake_trs){
		.test = test->name,
		.color = test->color,
		.collect_skipped_logs = test->collect_skipped_logs,
		.tap = test->mode < AUTOMAKE_TEST_TEXT,
		.console = stdout,
		.log = run->log,
	};
	run->tap = (struct automake_tap){
		.trs = &run->trs,
		.expect_failure = test->expect_failure,
		.ignore_exit = test->ignore_exit,
		.comments = test->comments,
		.diagnostic = test->diagnostic,
		.copy = run->log,
	};
	if (test->mode != AUTOMAKE_TEST_AUTO)
		return;
	run->tap.copy = NULL;
	for (int i = 0; i < 2; i++)
		run->late[i] = memory_file(&run->text[i], &run->len[i]);
	run->trs.console = run->late[0];
	run->trs.log = run->late[1];
}

/* Removes what `wrap --automake` added to MAKEFILES for make alone. */
static void
automake_test_restore_makefiles(struct string_list *environment)
{
	const char *added = env_get(environment, "SUBUNIT2_MAKEFILE");
	const char *all = env_get(environment, "MAKEFILES");
	size_t len = added ? strlen(added) : 0;
	if (!len || !all || strncmp(all, added, len) != 0 || (all[len] && all[len] != ' '))
		return;
	char *rest = memory_copy(all[len] ? all + len + 1 : "");
	if (*rest)
		env_format(environment, "MAKEFILES", "%s", rest);
	else
		env_unset(environment, "MAKEFILES");
	env_unset(environment, "SUBUNIT2_MAKEFILE");
	free(rest);
}

static void
automake_test_prepare_job(struct automake_test_run *run)
{
	static const enum capture_format captures[] = {
		[AUTOMAKE_TEST_AUTO] = CAPTURE_FORMAT_AUTO,
		[AUTOMAKE_TEST_TAP] = CAPTURE_FORMAT_TAP,
		[AUTOMAKE_TEST_TEXT] = CAPTURE_FORMAT_TEXT,
		[AUTOMAKE_TEST_AROUND] = CAPTURE_FORMAT_TEXT,
		[AUTOMAKE_TEST_SERIAL] = CAPTURE_FORMAT_TEXT,
	};
	const struct automake_test *test = run->test;
	struct job_options *job = &run->job;
	env_begin(&run->environment);
	env_format(&run->environment, "SUBUNIT2_TEST_ID", "%s", run->id);
	automake_test_restore_makefiles(&run->environment);
	job_options_defaults(job);
	job->id = subunit2_view_of(run->id);
	job->from = captures[test->mode];
	job->copy = automake_test_on_output;
	job->copy_context = run;
	job->automake = true;
	job->strict = true; /* automake counts "ok # TODO" as XPASS */
	job->process.argv = test->argv;
	job->process.envp = run->environment.items;
	/* As automake's drivers do: a test has make's standard input, session and terminal, and
	 * ignores the signals that make ignores. */
	job->process.inherit = true;
	job->process.keep_ignored = true;
	job->process.stdin_fd = STDIN_FILENO;
	/* One pipe keeps the order of the log. */
	job->process.merge = test->merge || test->mode == AUTOMAKE_TEST_TEXT;
	job->rules.skip_exit = AUTOMAKE_JUDGE_SKIP;
	job->rules.expect_fail = test->expect_failure;
	job->rules.ignore_exit = test->ignore_exit;
}

/* Opens the outputs, if there is a wrap around make. False after a message. */
static bool
automake_test_open_outputs(struct automake_test_run *run, struct output_options *to)
{
	static const struct outputs_defaults defaults = {.shared = true};
	static const struct writer_options writer;
	if (!output_options_to_fifo(to))
		return true;
	run->outputs = outputs_open(to, &defaults, &writer);
	return run->outputs;
}

static void
automake_test_supervise(struct automake_test_run *run)
{
	int signo = run->test->signo;
	run->running =
		test_job_start(&run->supervisor, &run->job, run->stamp, automake_test_on_end, run);
	if (signo)
		test_job_stop(run->running, signo, false);
	while (!run->ended) {
		if (run->outputs)
			outputs_flush(run->outputs);
		event_loop_turn(run->supervisor.loop);
	}
	test_job_free(run->running);
	run->running = NULL;
}

/* Runs the test with the outputs open. False after a message. */
static bool
automake_test_execute(struct automake_test_run *run)
{
	struct subunit2_view id = subunit2_view_of(run->id);
	run->sink = (struct subunit2_sink){automake_test_on_event, automake_test_on_finish, NULL};
	run->stamp = memory_have(subunit2_stamp_new(&run->sink, timestamp_clock, NULL));
	if (!supervisor_begin(&run->supervisor, automake_test_on_signal, NULL, run)) {
		message("cannot supervise: %s", strerror(errno));
		return false;
	}
	outcome_emit_start(run->stamp, id, NULL);
	automake_test_supervise(run);
	subunit2_sink_finish(run->stamp, NULL);
	supervisor_end(&run->supervisor);
	return true;
}

/* Ends the files: removes them if a signal ended the test. False after a message. */
static bool
automake_test_end_files(struct automake_test_run *run)
{
	struct automake_test *test = run->test;
	if (test->mode >= AUTOMAKE_TEST_AROUND)
		return true;
	bool written = run->log && automake_files_close(run->log, test->log_file);
	if (test->signo) {
		unlink(test->log_file);
		unlink(test->trs_file);
		return true;
	}
	/* Last of all: a test may remove the file while it runs. */
	FILE *file = automake_files_create(test->trs_file);
	if (!file)
		return false;
	automake_trs_write(&run->trs, file);
	return automake_files_close(file, test->trs_file) && written;
}

static void
automake_test_clear(struct automake_test_run *run)
{
	subunit2_sink_free(run->stamp);
	string_list_clear(&run->environment);
	automake_trs_clear(&run->trs);
	automake_tap_clear(&run->tap);
	automake_test_close_late(run);
	free(run->text[0]);
	free(run->text[1]);
	free(run->id);
}

int
automake_test_run(struct automake_test *test)
{
	struct automake_test_run run = {.test = test};
	struct output_options to = {0};
	bool files = test->mode < AUTOMAKE_TEST_AROUND, done = false;
	run.id = automake_test_make_id(test->name);
	if (files)
		run.log = automake_files_create(test->log_file);
	if (files && !run.log) {
		automake_test_clear(&run);
		return EXIT_STATUS_IO;
	}
	automake_test_prepare_tap(&run);
	automake_test_prepare_job(&run);
	if (automake_test_open_outputs(&run, &to))
		done = automake_test_execute(&run);
	if (run.outputs)
		outputs_close(run.outputs);
	output_options_clear(&to);
	done = done && automake_test_end_files(&run);
	int status = files ? EXIT_STATUS_GOOD : run.exit_status;
	automake_test_clear(&run);
	return done ? status : EXIT_STATUS_IO;
}
