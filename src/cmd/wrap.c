/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 wrap: runs a command as one test. Exit status with --exit=command:
 *
 * the command's   it failed, or it succeeded and so did the test
 * 1               the command exited with 0, but its TAP, packets or results failed; with
 *                 --automake, 0: make decides
 * 124             the command took longer than --timeout
 * 125             wrap itself failed, or was called wrongly
 * 126             the command could not be executed
 * 127             the command was not found
 * 128 + N         signal N ended the command
 *
 * A signal that asks wrap to end is passed to the command. When the command has ended, wrap
 * emits the outcome and ends by the same signal; --exit does not change that.
 */
#include "automake_make.h"
#include "command.h"
#include "env.h"
#include "exit_status.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "outputs.h"
#include "run_stream.h"
#include "script.h"
#include "shell_quote.h"
#include "std_fds.h"
#include "stdin_router.h"
#include "timestamp.h"
#include "tmpdir.h"
#include "wrap_options.h"
#include "write_all.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIPE_SIZE (512 * 1024) /* bytes; more output is read in one turn of the loop */
#define ID_MAX 1024            /* bytes of an id without --id */

enum wrap_exit {
	WRAP_TIMED_OUT = 124,
	WRAP_FAILED = COMMAND_WRAP_FAILED,
	WRAP_NOT_EXECUTABLE = 126,
	WRAP_NOT_FOUND = 127,
	WRAP_SIGNAL = 128,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [--] COMMAND [ARGUMENT...]",
	.about = "Runs a command as one test; its output becomes part of the stream.",
	.notes = "Exit status: the command's own; 1 when it was 0 but its output says failed;\n"
		 "124 timed out, 125 wrap itself failed, 126 not executable, 127 not found.\n",
	.table = wrap_options_table,
	.posix = true,
	.usage_exit = WRAP_FAILED,
};

/* Returns ARGV quoted for a shell, cut and escaped so that it fits in a packet; to be freed. */
static char *
wrap_default_id(const char *const *argv)
{
	char id[ID_MAX];
	char *line = shell_quote_words(argv);
	size_t len = subunit2_utf8_escape(subunit2_view_of(line), id, sizeof(id));
	free(line);
	return memory_copy_len(id, len);
}

/* Replaces the variables of --env by the whole environment of the command. */
static void
wrap_complete_environment(struct wrap_options *opts)
{
	struct string_list all = {0};
	env_begin(&all);
	for (size_t i = 0; i < opts->environment.count; i++)
		env_set(&all, opts->environment.items[i]);
	env_format(&all, "SUBUNIT2_TEST_ID", "%s", opts->id);
	if (opts->fifo.path)
		env_format(&all, PACKET_FIFO_VARIABLE, "%s", opts->fifo.path);
	string_list_clear(&opts->environment);
	opts->environment = all;
}

/* Opens the outputs and the pipeline to them. False after a message. */
static bool
wrap_open_stream(struct run_stream *stream, const struct wrap_options *opts)
{
	struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.beside = opts->writer.verbose < 0 || opts->transparent ? NULL : "text",
		.shared = true,
		.flood = true,
		.for_people = !opts->transparent && opts->exit != EXIT_STREAM,
	};
	struct pipeline *pipeline = &stream->pipeline;
	struct writer_options writer = opts->writer;
	writer.title = opts->id;
	if (!run_stream_open(stream, &opts->outputs, &defaults, &writer))
		return false;
	pipeline_push(pipeline, subunit2_stamp_new(pipeline->first, timestamp_clock, NULL));
	if (opts->route_code)
		pipeline_push(pipeline, subunit2_add_route_new(pipeline->first,
		                                               subunit2_view_of(opts->route_code)));
	if (subunit2_tagset_view(&opts->tags).count)
		pipeline_push(pipeline,
		              subunit2_tag_new(pipeline->first, subunit2_tagset_view(&opts->tags),
		                               SUBUNIT2_NO_TAGS));
	return true;
}

struct wrap {
	const struct wrap_options *opts;
	struct supervisor supervisor;
	struct run_stream stream;
	struct test_job *job;              /* NULL: not started yet, or ended */
	struct event_loop_watch input;     /* --die-on-stdin-eof */
	struct stdin_buffer *stdin_buffer; /* NULL: the command gets no input from here */
	struct stdin_router *router;       /* --stdin=subunit */
	int signo;                         /* the signal that asked wrap to end; 0: none */
	bool ended;
	int exit_status;
};

/* Ends the command on the first signal, and kills it on the second. */
static void
wrap_on_signal(void *context, int signo, bool from_terminal)
{
	struct wrap *wrap = context;
	if (wrap->signo) {
		test_job_kill(wrap->job);
		return;
	}
	wrap->signo = signo;
	test_job_stop(wrap->job, signo, from_terminal && wrap->opts->job.process.inherit);
}

/* Ends the command when standard input is at its end. */
static void
wrap_on_input(void *context)
{
	struct wrap *wrap = context;
	char bytes[4096];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)))
		return;
	event_loop_unwatch(wrap->supervisor.loop, &wrap->input);
	test_job_stop(wrap->job, SIGTERM, false);
}

/* Returns the exit status for a command that could not be run, or 0. Prints the reason. */
static int
wrap_failure_status(const struct process_result *result)
{
	const struct spawn_failure *failure = &result->failure;
	if (result->lost)
		message("the supervisor of the command was killed");
	if (failure->errnum)
		message("%s", result->failure_reason);
	if (failure->errnum && failure->stage == SPAWN_EXEC)
		return failure->errnum == ENOENT ? WRAP_NOT_FOUND : WRAP_NOT_EXECUTABLE;
	return failure->errnum || result->lost ? WRAP_FAILED : 0;
}

/* Returns the exit status for --exit=command. */
static int
wrap_command_status(const struct wrap *wrap, const struct test_job_end *end)
{
	const struct process_result *result = end->result;
	int status = wrap_failure_status(result);
	if (status)
		return status;
	if (result->timed_out)
		return WRAP_TIMED_OUT;
	if (end->matched || !result->exited)
		status = 0;
	else if (WIFSIGNALED(result->status))
		status = WRAP_SIGNAL + WTERMSIG(result->status);
	else
		status = WEXITSTATUS(result->status);
	/* make decides whether a check has failed. */
	if (status || wrap->opts->automake)
		return status;
	/* An expected failure in the output is one nevertheless, as in the stream. */
	bool failed =
		subunit2_status_is_bad(end->outcome.status) ||
		(wrap->opts->job.rules.expect_fail && end->outcome.status == SUBUNIT2_STATUS_XFAIL);
	return failed ? EXIT_STATUS_BAD : EXIT_STATUS_GOOD;
}

static void
wrap_on_end(void *context, const struct test_job_end *end)
{
	struct wrap *wrap = context;
	if (end->result) {
		wrap->exit_status = wrap_command_status(wrap, end);
	} else {
		message("%s", end->outcome.reason);
		wrap->exit_status = WRAP_FAILED;
	}
	outcome_emit(&end->outcome, wrap->stream.pipeline.first, wrap->opts->job.id, NULL);
	wrap->ended = true;
}

static void
wrap_open_stdin_router(struct wrap *wrap)
{
	struct stdin_router_options options = {
		.book.own = subunit2_view_of(wrap->opts->route_code),
		.supplies = &wrap->stdin_buffer,
	};
	wrap->router = stdin_router_new(wrap->supervisor.loop, &options);
}

static void
wrap_turn_stdin_router(struct wrap *wrap)
{
	stdin_router_turn(wrap->router);
	if (wrap->opts->die_on_stdin_eof && stdin_router_has_ended(wrap->router))
		test_job_stop(wrap->job, SIGTERM, false);
}

/* Runs the command until it has ended. */
static void
wrap_supervise(struct wrap *wrap)
{
	struct event_loop *loop = wrap->supervisor.loop;
	struct job_options job = wrap->opts->job;
	wrap->stdin_buffer = job.process.stdin_buffer =
		test_job_new_stdin_buffer(&job, loop, wrap->opts->tmp);
	wrap->job = test_job_start(&wrap->supervisor, &job, wrap->stream.pipeline.first,
	                           wrap_on_end, wrap);
	/* A signal may have come while the first event was written. */
	if (wrap->signo)
		test_job_stop(wrap->job, wrap->signo, false);
	if (job.stdin_stream)
		wrap_open_stdin_router(wrap);
	else if (wrap->opts->die_on_stdin_eof)
		event_loop_watch(loop, &wrap->input, STDIN_FILENO, wrap_on_input, wrap);
	while (!wrap->ended) {
		if (wrap->router)
			wrap_turn_stdin_router(wrap);
		if (!outputs_flush(wrap->stream.outputs))
			test_job_stop(wrap->job, SIGTERM, false);
		event_loop_turn(loop);
	}
	event_loop_unwatch(loop, &wrap->input);
	stdin_router_free(wrap->router);
	test_job_free(wrap->job);
	wrap->job = NULL;
	stdin_buffer_free(wrap->stdin_buffer);
}

static int
wrap_final_status(const struct wrap *wrap, bool written, bool good)
{
	if (!written || wrap->opts->lost_output)
		return WRAP_FAILED;
	switch (wrap->opts->exit) {
	case EXIT_VERDICT:
		return good ? EXIT_STATUS_GOOD : EXIT_STATUS_BAD;
	case EXIT_STREAM:
		return EXIT_STATUS_GOOD;
	default:
		return wrap->exit_status;
	}
}

/* Runs the command, unless the stream cannot be started. */
static void
wrap_run_command(struct wrap *wrap)
{
	struct subunit2_sink *sink = wrap->stream.pipeline.first;
	if (outcome_emit_start(sink, wrap->opts->job.id, NULL) == SUBUNIT2_E_OK &&
	    outputs_flush(wrap->stream.outputs))
		wrap_supervise(wrap);
}

/* Opens the stream, runs the command, closes the stream. Returns the exit status. */
static int
wrap_run(struct wrap_options *opts)
{
	struct wrap wrap = {.opts = opts};
	if (!wrap_open_stream(&wrap.stream, opts))
		return WRAP_FAILED;
	bool supervised = supervisor_begin(&wrap.supervisor, wrap_on_signal, NULL, &wrap);
	if (supervised)
		wrap_run_command(&wrap);
	else
		message("cannot supervise: %s", strerror(errno));
	bool written = run_stream_close(&wrap.stream);
	bool good = run_stream_is_good(&wrap.stream, false);
	run_stream_free(&wrap.stream);
	if (!supervised)
		return WRAP_FAILED;
	supervisor_end(&wrap.supervisor);
	packet_fifo_remove(&opts->fifo);
	if (wrap.signo)
		signals_die(wrap.signo);
	return wrap_final_status(&wrap, written, good);
}

/* Passes output on with --transparent. EPIPE is no error: the command would get it from its own
 * pipe, too. */
static void
wrap_forward(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct wrap_options *opts = context;
	int errnum = write_all(stream == PROCESS_STDOUT ? STDOUT_FILENO : STDERR_FILENO, bytes);
	if (!errnum || errnum == EPIPE || opts->lost_output)
		return;
	opts->lost_output = true;
	message("standard %s: %s", stream == PROCESS_STDOUT ? "output" : "error", strerror(errnum));
}

static bool
wrap_inherits_input(struct wrap_options *opts)
{
	return opts->die_on_stdin_eof && opts->job.process.inherit;
}

static bool
wrap_lacks_reader(struct wrap_options *opts)
{
	return opts->transparent && !output_options_to_fifo(&opts->outputs);
}

static bool
wrap_lacks_make(struct wrap_options *opts)
{
	return opts->automake && !automake_make_is_make(opts->job.process.argv);
}

/* Checks the options together. Returns 0, or what options_refuse returns. */
static int
wrap_check(struct wrap_options *opts, struct options *options)
{
	static const struct {
		bool (*broken)(struct wrap_options *opts);
		const char *message;
	} rules[] = {
		{wrap_inherits_input, "--die-on-stdin-eof and --stdin=inherit: only one of them"},
		{wrap_lacks_reader, "--transparent: there is no wrap around this one, and no -o"},
		{wrap_lacks_make, "--automake: no word of the command is make"},
	};
	if (!opts->job.process.argv[0])
		return options_refuse(options, "no command");
	if (job_options_check(&opts->job, options) < 0 ||
	    output_options_check(&opts->outputs, options) < 0)
		return -1;
	if (opts->job.timeout_auto)
		return options_refuse(options, "--timeout=auto: needs earlier runs, as subunit2 "
		                               "run --times has them");
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].broken(opts))
			return options_refuse(options, "%s", rules[i].message);
	return 0;
}

/* Lets make run its tests by this program's driver. Returns 0, or what options_refuse returns. */
static int
wrap_drive_automake(struct wrap_options *opts, struct options *options)
{
	const char *folder = opts->cwd ? opts->cwd : ".";
	char *here = realpath(folder, NULL);
	if (!here)
		return options_refuse(options, "%s: %s", folder, strerror(errno));
	enum automake_make_driven driven = automake_make_drive(
		&opts->environment, opts->job.process.argv, here, &opts->makefile_fd);
	free(here);
	if (driven == AUTOMAKE_MAKE_FAILED)
		return options_refuse(options, "--automake: cannot write a makefile: %s",
		                      strerror(errno));
	if (driven == AUTOMAKE_MAKE_NO_MAKEFILE)
		return options_refuse(options, "--automake: no Makefile here is automake's");
	opts->job.from = CAPTURE_FORMAT_DRIVEN;
	return 0;
}

/* Fills in the job of the command. */
static void
wrap_complete_job(struct wrap_options *opts)
{
	struct job_options *job = &opts->job;
	job->id = subunit2_view_of(opts->id);
	job->until = opts->until;
	job->any_line = script_is_t(job->process.argv);
	job->process.envp = opts->environment.items;
	job->process.cwd = opts->cwd;
	job->process.keep_ignored = true;
	job->process.pipe_size = PIPE_SIZE;
	job->rules.timeout_ns = job->process.timeout_ns;
	job->rules.silence_ns = job->process.silence_ns;
	if (opts->fifo.path)
		job->fifo = &opts->fifo;
	if (opts->transparent) {
		job->copy = wrap_forward;
		job->copy_context = opts;
	}
	opts->writer.strict = job->strict;
}

/* Checks and completes the options. Returns 0, or what options_refuse returns. */
static int
wrap_complete(struct wrap_options *opts, struct options *options)
{
	const char **argv = options_arguments(options);
	opts->job.process.argv = (char *const *)argv;
	if (wrap_check(opts, options) < 0)
		return -1;
	if (!opts->id)
		opts->id = wrap_default_id(argv);
	opts->tmp = tmpdir_parent(getenv("TMPDIR"));
	/* Without the FIFO, programs below the command write to their standard output. */
	packet_fifo_make(&opts->fifo, opts->tmp);
	wrap_complete_environment(opts);
	if (opts->automake && wrap_drive_automake(opts, options) < 0)
		return -1;
	wrap_complete_job(opts);
	return 0;
}

int
cmd_wrap(int argc, const char **argv)
{
	struct wrap_options opts;
	struct options options;
	wrap_options_begin(&opts);
	output_options_set_command(&opts.outputs, argv);
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, wrap_options_parse, &opts) &&
	    wrap_complete(&opts, &options) == 0)
		options.exit_status = wrap_run(&opts);
	options_end(&options);
	wrap_options_clear(&opts);
	/* Help that cannot be written is wrap's own failure. */
	return std_fds_flush(EXIT_STATUS_GOOD) == EXIT_STATUS_GOOD ? options.exit_status
	                                                           : WRAP_FAILED;
}
