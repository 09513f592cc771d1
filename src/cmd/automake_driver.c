/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 automake-driver: runs one test for automake's parallel harness.
 *
 * It takes the place of automake's own test-driver and tap-driver: it writes the
 * .log and .trs files that automake needs, prints the line that automake's
 * console has, and sends the test, with its assertions, to the wrap around make.
 *
 * Exit status: 0, whatever the test did; 2 usage; 3 a file could not be written.
 */
#include "automake_trs.h"
#include "command.h"
#include "env.h"
#include "exit_status.h"
#include "job_options.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "outputs.h"
#include "printable.h"
#include "timestamp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HARD_ERROR 99
#define SKIP_EXIT 77

enum {
	OPTION_TEST_NAME = OPTIONS_LONG,
	OPTION_LOG_FILE,
	OPTION_TRS_FILE,
	OPTION_COLOR_TESTS,
	OPTION_COLLECT_SKIPPED_LOGS,
	OPTION_ENABLE_HARD_ERRORS,
	OPTION_EXPECT_FAILURE,
	OPTION_COMMENTS,
	OPTION_NO_COMMENTS,
	OPTION_IGNORE_EXIT,
	OPTION_MERGE,
	OPTION_NO_MERGE,
	OPTION_DIAGNOSTIC_STRING,
};

static const struct poptOption harness_table[] = {
	OPTIONS_VALUE("test-name", '\0', OPTION_TEST_NAME, "the test's name", "NAME"),
	OPTIONS_VALUE("log-file", '\0', OPTION_LOG_FILE, "its output goes there", "FILE"),
	OPTIONS_VALUE("trs-file", '\0', OPTION_TRS_FILE, "its results go there", "FILE"),
	OPTIONS_VALUE("color-tests", '\0', OPTION_COLOR_TESTS, "color the console's lines",
                      "yes|no"),
	OPTIONS_VALUE("collect-skipped-logs", '\0', OPTION_COLLECT_SKIPPED_LOGS,
                      "keep the output of skipped tests in the suite's log", "yes|no"),
	OPTIONS_VALUE("enable-hard-errors", '\0', OPTION_ENABLE_HARD_ERRORS,
                      "exit status 99 is an error", "yes|no"),
	OPTIONS_VALUE("expect-failure", '\0', OPTION_EXPECT_FAILURE, "the test is expected to fail",
                      "yes|no"),
	POPT_TABLEEND,
};

static const struct poptOption tap_table[] = {
	OPTIONS_FLAG("comments", '\0', OPTION_COMMENTS, "show TAP's comments on the console"),
	OPTIONS_FLAG("no-comments", '\0', OPTION_NO_COMMENTS, "do not (the default)"),
	OPTIONS_FLAG("ignore-exit", '\0', OPTION_IGNORE_EXIT,
                     "the exit status of a TAP test does not matter"),
	OPTIONS_FLAG("merge", '\0', OPTION_MERGE, "standard error is read as TAP, too"),
	OPTIONS_FLAG("no-merge", '\0', OPTION_NO_MERGE, "it is not (the default)"),
	OPTIONS_VALUE("diagnostic-string", '\0', OPTION_DIAGNOSTIC_STRING,
                      "what stands before a comment on the console, in place of #", "STRING"),
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("What automake passes:", harness_table),
	OPTIONS_GROUP("For LOG_DRIVER_FLAGS:", tap_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "--test-name=NAME --log-file=FILE --trs-file=FILE [OPTION...] [--] TEST "
		 "[ARGUMENT...]",
	.about = "Runs a test for automake: LOG_DRIVER = subunit2 automake-driver.",
	.table = table,
	.posix = true,
};

struct driver {
	struct subunit2_sink sink; /* takes the test's events, and hands them on */
	struct automake_trs trs;
	struct job_options job;
	const char *name, *log_file, *trs_file, *diagnostic;
	bool hard_errors, comments, ignore_exit;

	struct string_list environment;
	char *id;
	FILE *log;
	struct outputs *outputs; /* NULL: there is no wrap around make */
	struct supervisor supervisor;
	struct subunit2_sink *stamp;
	struct test_job *running;
	unsigned assertions; /* that were told */
	char *reason;        /* of the assertion that ends next; NULL: none */
	int signo;
	bool over;
};

static int
automake_driver_parse_yes(bool *yes, struct options *options)
{
	static const char *const words[] = {"no", "yes", NULL};
	int index = 0, result = options_take_choice(options, words, &index);
	*yes = index == 1;
	return result;
}

static int
automake_driver_parse_option(void *context, struct options *options, int option)
{
	struct driver *driver = context;
	switch (option) {
	case OPTION_TEST_NAME:
		return options_parse_text(options, &driver->name);
	case OPTION_LOG_FILE:
		return options_parse_text(options, &driver->log_file);
	case OPTION_TRS_FILE:
		return options_parse_text(options, &driver->trs_file);
	case OPTION_DIAGNOSTIC_STRING:
		return options_parse_text(options, &driver->diagnostic);
	case OPTION_COLOR_TESTS:
		return automake_driver_parse_yes(&driver->trs.color, options);
	case OPTION_COLLECT_SKIPPED_LOGS:
		return automake_driver_parse_yes(&driver->trs.collect_skipped_logs, options);
	case OPTION_ENABLE_HARD_ERRORS:
		return automake_driver_parse_yes(&driver->hard_errors, options);
	case OPTION_EXPECT_FAILURE:
		return automake_driver_parse_yes(&driver->trs.expect_failure, options);
	case OPTION_COMMENTS:
	case OPTION_NO_COMMENTS:
		driver->comments = option == OPTION_COMMENTS;
		return 0;
	case OPTION_IGNORE_EXIT:
		driver->ignore_exit = true;
		return 0;
	default:
		driver->job.process.merge = option == OPTION_MERGE;
		return 0;
	}
}

/* TAP's comments, where they are wanted: "# NAME: text". */
static void
automake_driver_show_comment(const struct driver *driver, struct subunit2_view text)
{
	while (text.len) {
		const char *newline = memchr(text.data, '\n', text.len);
		size_t len = newline ? (size_t)(newline - text.data) : text.len;
		size_t mark = len && *text.data == '#' ? 1 : 0;
		mark += mark && len > 1 && text.data[1] == ' ';
		printf("%s %s: ", driver->diagnostic ? driver->diagnostic : "#", driver->name);
		printable_put(stdout, (struct subunit2_view){text.data + mark, len - mark});
		putchar('\n');
		text.data += len + (newline != NULL);
		text.len -= len + (newline != NULL);
	}
}

static enum automake_result
automake_driver_result_of(enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_SUCCESS:
		return AUTOMAKE_PASS;
	case SUBUNIT2_STATUS_SKIP:
		return AUTOMAKE_SKIP;
	case SUBUNIT2_STATUS_XFAIL:
		return AUTOMAKE_XFAIL;
	case SUBUNIT2_STATUS_UXSUCCESS:
		return AUTOMAKE_XPASS;
	default:
		return AUTOMAKE_FAIL;
	}
}

/* The end of an assertion, as automake's own driver for TAP tells it. */
static void
automake_driver_write_assertion(struct driver *driver, const struct subunit2_event *event)
{
	char *text = NULL;
	size_t len, skip = strlen(driver->id) + 2;
	struct subunit2_view name = event->test_id;
	bool todo_passed = subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("todo-passed"));
	FILE *details = memory_file(&text, &len);
	fprintf(details, "%u", ++driver->assertions);
	if (name.len > skip && name.data[skip] != '#') {
		fputs(" - ", details);
		printable_put(details, (struct subunit2_view){name.data + skip, name.len - skip});
	}
	if (event->status == SUBUNIT2_STATUS_SKIP || event->status == SUBUNIT2_STATUS_XFAIL ||
	    todo_passed) {
		fprintf(details, " # %s%s", event->status == SUBUNIT2_STATUS_SKIP ? "SKIP" : "TODO",
		        driver->reason ? " " : "");
		printable_put(details, subunit2_view_of(driver->reason));
	}
	fclose(details);
	free(driver->reason);
	driver->reason = NULL;
	driver->trs.of_parts = true;
	automake_trs_add(&driver->trs,
	                 todo_passed ? AUTOMAKE_XPASS : automake_driver_result_of(event->status),
	                 text);
	free(text);
}

static void
automake_driver_keep_reason(struct driver *driver, struct subunit2_view text)
{
	const char *newline = memchr(text.data, '\n', text.len);
	free(driver->reason);
	driver->reason =
		memory_copy_len(text.data, newline ? (size_t)(newline - text.data) : text.len);
}

static enum subunit2_result
automake_driver_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct driver *driver = (struct driver *)sink;
	struct subunit2_view id = subunit2_view_of(driver->id);
	bool below = event->test_id.len > id.len + 2 && subunit2_view_starts(event->test_id, id) &&
	             memcmp(event->test_id.data + id.len, "::", 2) == 0;
	if (below && subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		automake_driver_keep_reason(driver, event->file_bytes);
	if (below && !event->runnable && subunit2_status_is_final(event->status))
		automake_driver_write_assertion(driver, event);
	if (driver->comments && subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("comment")))
		automake_driver_show_comment(driver, event->file_bytes);
	return driver->outputs ? subunit2_sink_event(outputs_sink(driver->outputs), event, error)
	                       : SUBUNIT2_E_OK;
}

static enum subunit2_result
automake_driver_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct driver *driver = (struct driver *)sink;
	return driver->outputs ? subunit2_sink_finish(outputs_sink(driver->outputs), error)
	                       : SUBUNIT2_E_OK;
}

static void
automake_driver_log_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct driver *driver = context;
	(void)stream;
	fwrite(bytes.data, 1, bytes.len, driver->log);
}

/* A result for each line of what is said of the whole test. */
static void
automake_driver_write_lines(struct driver *driver, enum automake_result result, const char *lines)
{
	do {
		int len = (int)strcspn(lines, "\n");
		char *details = memory_format("%s%.*s", len ? "- " : "", len, lines);
		automake_trs_add(&driver->trs, result, details);
		free(details);
		lines += len;
		lines += *lines == '\n';
	} while (*lines);
}

/* The exit status, as a shell tells it; -1: a signal ended the test. */
static int
automake_driver_status_of(const struct process_result *result)
{
	if (result && result->failure.errnum)
		return result->failure.errnum == ENOENT ? 127 : 126;
	return result && result->exited && WIFEXITED(result->status) ? WEXITSTATUS(result->status)
	                                                             : -1;
}

/* What the test's end means to automake, where its TAP has not told it. */
static void
automake_driver_write_end(struct driver *driver, const struct test_job_end *end)
{
	const struct process_result *result = end->result;
	int status = automake_driver_status_of(result);
	bool bad = subunit2_status_is_bad(end->outcome.status);
	const char *reason = end->outcome.reason ? end->outcome.reason : "";
	if (driver->assertions) {
		bool reported =
			driver->trs.counts[AUTOMAKE_FAIL] || driver->trs.counts[AUTOMAKE_XPASS];
		if (bad && !reported) {
			automake_driver_write_lines(driver, AUTOMAKE_ERROR, reason);
		} else if (status != 0 && !driver->ignore_exit) {
			char *first = memory_copy_len(reason, strcspn(reason, "\n"));
			automake_driver_write_lines(driver, AUTOMAKE_ERROR, first);
			free(first);
		}
	} else if (!result || (status == HARD_ERROR && driver->hard_errors)) {
		automake_trs_add(&driver->trs, AUTOMAKE_ERROR, "");
	} else if (end->outcome.status == SUBUNIT2_STATUS_SKIP && status == 0) {
		automake_driver_write_lines(driver, AUTOMAKE_SKIP, reason);
	} else if (end->outcome.status == SUBUNIT2_STATUS_SKIP) {
		automake_trs_add(&driver->trs, AUTOMAKE_SKIP, "");
	} else {
		/* Whether it was expected to is automake_trs_add's to say. */
		bool passed = end->outcome.status == SUBUNIT2_STATUS_SUCCESS ||
		              end->outcome.status == SUBUNIT2_STATUS_UXSUCCESS;
		automake_trs_add(&driver->trs, passed ? AUTOMAKE_PASS : AUTOMAKE_FAIL, "");
	}
	if (result && result->failure.errnum)
		fprintf(driver->log, "%s: %s\n", *driver->job.process.argv, reason);
	fprintf(driver->log, "%s %s (", automake_result_names[automake_trs_global(&driver->trs)],
	        driver->name);
	if (status >= 0)
		fprintf(driver->log, "exit status: %d)\n", status);
	else
		fprintf(driver->log, "%s)\n", reason);
}

static void
automake_driver_on_end(void *context, const struct test_job_end *end)
{
	struct driver *driver = context;
	struct outcome outcome = end->outcome;
	automake_driver_write_end(driver, end);
	/* Failures can be expected, but not errors. */
	if (automake_trs_global(&driver->trs) == AUTOMAKE_ERROR)
		outcome.status = SUBUNIT2_STATUS_FAIL;
	outcome_emit(&outcome, driver->stamp, subunit2_view_of(driver->id), NULL);
	driver->over = true;
}

static void
automake_driver_on_signal(void *context, int signo, bool from_terminal)
{
	struct driver *driver = context;
	(void)from_terminal;
	if (driver->signo)
		test_job_kill(driver->running);
	else
		test_job_stop(driver->running, signo, false);
	driver->signo = signo;
}

/* The name below the folder in which the wrap around make was started. */
static char *
automake_driver_make_id(const char *name)
{
	const char *root = getenv("SUBUNIT2_ROOT");
	char *here = getcwd(NULL, 0), *id = NULL;
	size_t len = root ? strlen(root) : 0;
	if (here && len && strncmp(here, root, len) == 0 && here[len] == '/')
		id = memory_format("%s/%s", here + len + 1, name);
	free(here);
	return id ? id : memory_copy(name);
}

static FILE *
automake_driver_create(const char *path)
{
	FILE *file = fopen(path, "we");
	if (!file)
		message("%s: %s", path, strerror(errno));
	return file;
}

/* False, after a message, when not all was written. */
static bool
automake_driver_close_file(FILE *file, const char *path)
{
	bool good = !ferror(file);
	if (fclose(file) == 0 && good)
		return true;
	message("%s: %s", path, strerror(errno ? errno : EIO));
	return false;
}

static bool
automake_driver_open_outputs(struct driver *driver, struct output_options *to)
{
	static const struct outputs_defaults defaults = {.shared = true};
	static const struct writer_options writer;
	if (!output_options_to_fifo(to))
		return true;
	driver->outputs = outputs_open(to, &defaults, &writer);
	return driver->outputs;
}

static void
automake_driver_supervise(struct driver *driver)
{
	driver->running = test_job_start(&driver->supervisor, &driver->job, driver->stamp,
	                                 automake_driver_on_end, driver);
	/* It came while the test's beginning was written. */
	if (driver->signo)
		test_job_stop(driver->running, driver->signo, false);
	while (!driver->over) {
		if (driver->outputs)
			outputs_flush(driver->outputs);
		event_loop_turn(driver->supervisor.loop);
	}
	test_job_free(driver->running);
	driver->running = NULL;
}

static void
automake_driver_prepare(struct driver *driver, const char **argv)
{
	env_begin(&driver->environment);
	env_format(&driver->environment, "SUBUNIT2_TEST_ID", "%s", driver->id);
	driver->sink = (struct subunit2_sink){automake_driver_event, automake_driver_finish, NULL};
	driver->stamp = memory_have(subunit2_stamp_new(&driver->sink, timestamp_clock, NULL));
	driver->job.id = subunit2_view_of(driver->id);
	driver->job.copy = automake_driver_log_output;
	driver->job.copy_context = driver;
	driver->job.process.argv = (char *const *)argv;
	driver->job.process.envp = driver->environment.items;
	driver->job.automake = true;
	driver->job.rules.skip_exit = SKIP_EXIT;
	driver->job.rules.expect_fail = driver->trs.expect_failure;
	driver->job.rules.ignore_exit = driver->ignore_exit;
}

static int
automake_driver_run(struct driver *driver, const char **argv)
{
	struct output_options to = {0};
	int status = EXIT_STATUS_IO;
	driver->id = automake_driver_make_id(driver->name);
	driver->trs.test = driver->name;
	automake_driver_prepare(driver, argv);
	driver->log = automake_driver_create(driver->log_file);
	driver->trs.file = automake_driver_create(driver->trs_file);
	if (driver->log && driver->trs.file && automake_driver_open_outputs(driver, &to) &&
	    supervisor_begin(&driver->supervisor, automake_driver_on_signal, NULL, driver)) {
		outcome_emit_start(driver->stamp, subunit2_view_of(driver->id), NULL);
		automake_driver_supervise(driver);
		subunit2_sink_finish(driver->stamp, NULL);
		automake_trs_end(&driver->trs);
		supervisor_end(&driver->supervisor);
		status = EXIT_STATUS_GOOD;
	}
	if (driver->outputs)
		outputs_close(driver->outputs);
	if (driver->log && !automake_driver_close_file(driver->log, driver->log_file))
		status = EXIT_STATUS_IO;
	if (driver->trs.file && !automake_driver_close_file(driver->trs.file, driver->trs_file))
		status = EXIT_STATUS_IO;
	subunit2_sink_free(driver->stamp);
	output_options_clear(&to);
	return status;
}

int
cmd_automake_driver(int argc, const char **argv)
{
	struct options options;
	struct driver driver = {.hard_errors = true, .trs.collect_skipped_logs = true};
	job_options_defaults(&driver.job);
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, automake_driver_parse_option, &driver)) {
		const char **test = options_arguments(&options);
		if (!driver.name || !driver.log_file || !driver.trs_file)
			options_refuse(&options,
			               "--test-name, --log-file and --trs-file are needed");
		else if (!test[0])
			options_refuse(&options, "no test");
		else
			options.exit_status = automake_driver_run(&driver, test);
	}
	options_end(&options);
	int signo = driver.signo;
	string_list_clear(&driver.environment);
	free((char *)driver.name);
	free((char *)driver.log_file);
	free((char *)driver.trs_file);
	free((char *)driver.diagnostic);
	free(driver.id);
	free(driver.reason);
	if (signo)
		signals_die(signo);
	return options.exit_status;
}
