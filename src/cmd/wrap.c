/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 wrap: runs a command as one test. Exit status with --exit=command:
 *
 * the command's   it failed, or all is well
 * 1               the command exited 0, but its TAP or its packets failed
 * 124             the command took longer than --timeout
 * 125             wrap itself failed, or was called wrongly
 * 126             the command could not be executed
 * 127             the command was not found
 * 128 + N         the command died of signal N
 *
 * Asked to end by a signal, it passes that on, tells the outcome, and dies of
 * the same signal, whatever --exit says.
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

#define PIPE_SIZE (512 * 1024) /* a flood takes fewer turns */
#define ID_MAX 1024            /* bytes of an id that nobody chose */

enum wrap_exit {
	WRAP_TIMED_OUT = 124,
	WRAP_FAILED = COMMAND_WRAP_FAILED,
	WRAP_NOT_EXECUTABLE = 126,
	WRAP_NOT_FOUND = 127,
	WRAP_SIGNAL = 128,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [--] COMMAND [ARGUMENT...]",
	.about = "Runs a command as one test; what it writes becomes part of the stream.",
	.notes = "Exit status: the command's own; 1 when it was 0 but its output says failed;\n"
		 "124 timed out, 125 wrap itself failed, 126 not executable, 127 not found.\n",
	.table = wrap_options_table,
	.posix = true,
	.usage_exit = WRAP_FAILED,
};

/* The command as a person would type it, fit for a packet. */
static char *
wrap_default_id(const char *const *argv)
{
	char id[ID_MAX];
	char *line = shell_quote_words(argv);
	size_t len = subunit2_utf8_escape(subunit2_view_of(line), id, sizeof(id));
	free(line);
	return memory_copy_len(id, len);
}

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
	struct test_job *job;              /* NULL: not begun, or over */
	struct event_loop_watch input;     /* --die-on-stdin-eof */
	struct stdin_buffer *stdin_buffer; /* NULL: nothing is supplied */
	struct stdin_router *router;       /* --stdin=subunit */
	int signo;                         /* that asked wrap to end; 0: none */
	bool over;
	int exit_status;
};

/* The first waits for the command, the second does not. */
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

/* What kept the command from running; 0: nothing. */
static int
wrap_failure_status(const struct wrap *wrap, const struct process_result *result)
{
	const struct job_options *job = &wrap->opts->job;
	const struct spawn_failure *failure = &result->failure;
	if (result->lost)
		message("the supervisor of the command was killed");
	if (failure->errnum)
		message("%s: %s",
		        failure->stage == SPAWN_CHDIR ? job->process.cwd : *job->process.argv,
		        strerror(failure->errnum));
	if (failure->errnum && failure->stage == SPAWN_EXEC)
		return failure->errnum == ENOENT ? WRAP_NOT_FOUND : WRAP_NOT_EXECUTABLE;
	return failure->errnum || result->lost ? WRAP_FAILED : 0;
}

static int
wrap_command_status(const struct wrap *wrap, const struct test_job_end *end)
{
	const struct process_result *result = end->result;
	int status = wrap_failure_status(wrap, result);
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
	return subunit2_status_is_bad(end->outcome.status) ? EXIT_STATUS_BAD : EXIT_STATUS_GOOD;
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
	wrap->over = true;
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

/* Runs the command to its end. */
static void
wrap_supervise(struct wrap *wrap)
{
	struct event_loop *loop = wrap->supervisor.loop;
	struct job_options job = wrap->opts->job;
	wrap->stdin_buffer = job.process.stdin_buffer =
		test_job_new_stdin_buffer(&job, loop, wrap->opts->tmp);
	wrap->job = test_job_start(&wrap->supervisor, &job, wrap->stream.pipeline.first,
	                           wrap_on_end, wrap);
	/* It came while the test's beginning was written. */
	if (wrap->signo)
		test_job_stop(wrap->job, wrap->signo, false);
	if (job.stdin_stream)
		wrap_open_stdin_router(wrap);
	else if (wrap->opts->die_on_stdin_eof)
		event_loop_watch(loop, &wrap->input, STDIN_FILENO, wrap_on_input, wrap);
	while (!wrap->over) {
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

static int
wrap_run(struct wrap_options *opts)
{
	struct wrap wrap = {.opts = opts};
	if (!wrap_open_stream(&wrap.stream, opts))
		return WRAP_FAILED;
	if (!supervisor_begin(&wrap.supervisor, wrap_on_signal, NULL, &wrap)) {
		message("cannot supervise: %s", strerror(errno));
		run_stream_close(&wrap.stream);
		run_stream_free(&wrap.stream);
		return WRAP_FAILED;
	}
	/* A stream that cannot be begun has no command. */
	if (outcome_emit_start(wrap.stream.pipeline.first, opts->job.id, NULL) == SUBUNIT2_E_OK &&
	    outputs_flush(wrap.stream.outputs))
		wrap_supervise(&wrap);
	bool written = run_stream_close(&wrap.stream);
	bool good = run_stream_is_good(&wrap.stream, false);
	run_stream_free(&wrap.stream);
	supervisor_end(&wrap.supervisor);
	packet_fifo_remove(&opts->fifo);
	if (wrap.signo)
		signals_die(wrap.signo);
	return wrap_final_status(&wrap, written, good);
}

/* The command's output is ours. That its reader is gone is nobody's concern: the
 * command would learn it from a pipe that is closed. */
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

/* Lets make run its tests by this program's driver. */
static int
wrap_drive_automake(struct wrap_options *opts, struct options *options)
{
	const char *folder = opts->cwd ? opts->cwd : ".";
	if (!automake_make_is_make(opts->job.process.argv))
		return options_refuse(options, "--automake: no word of the command is make");
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
	opts->job.from = OUTPUT_CAPTURE_DRIVEN;
	return 0;
}

/* Fills in what follows from the rest. */
static int
wrap_complete(struct wrap_options *opts, struct options *options)
{
	const char **argv = options_arguments(options);
	if (!argv[0])
		return options_refuse(options, "no command");
	if (job_options_check(&opts->job, options) < 0)
		return -1;
	if (opts->die_on_stdin_eof && opts->job.process.inherit)
		return options_refuse(options,
		                      "--die-on-stdin-eof: needs the standard input that --stdin "
		                      "gives away");
	if (!opts->id)
		opts->id = wrap_default_id(argv);
	if (opts->transparent && !output_options_to_fifo(&opts->outputs))
		return options_refuse(options, "--transparent: there is no wrap around this one, "
		                               "and no -o");
	if (opts->transparent) {
		opts->job.copy = wrap_forward;
		opts->job.copy_context = opts;
	}
	opts->tmp = tmpdir_parent(getenv("TMPDIR"));
	/* Without one, what would use it falls back to standard output. */
	if (packet_fifo_make(&opts->fifo, opts->tmp))
		opts->job.fifo = &opts->fifo;
	wrap_complete_environment(opts);
	opts->job.id = subunit2_view_of(opts->id);
	opts->job.until = opts->until;
	opts->job.process.argv = (char *const *)argv;
	opts->job.any_line = script_is_t(opts->job.process.argv);
	if (opts->automake && wrap_drive_automake(opts, options) < 0)
		return -1;
	opts->job.process.envp = opts->environment.items;
	opts->job.process.cwd = opts->cwd;
	opts->job.process.pipe_size = PIPE_SIZE;
	opts->job.rules.timeout_ns = opts->job.process.timeout_ns;
	opts->writer.strict = opts->job.strict;
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
