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
	.table = wrap_table,
	.posix = true,
	.usage_exit = WRAP_FAILED,
};

/* The command as a person would type it, fit for a packet. */
static char *
default_id(const char *const *argv)
{
	char id[ID_MAX];
	char *line = quote_words(argv);
	size_t len = subunit2_utf8_escape(subunit2_view_of(line), id, sizeof(id));
	free(line);
	return memory_copy_len(id, len);
}

static void
complete_environment(struct wrap_options *said)
{
	struct strings all = {0};
	environment_begin(&all);
	for (size_t i = 0; i < said->environment.count; i++)
		environment_set(&all, said->environment.items[i]);
	environment_format(&all, "SUBUNIT2_TEST_ID", "%s", said->id);
	if (said->channel.path)
		environment_format(&all, CHANNEL_VARIABLE, "%s", said->channel.path);
	strings_clear(&said->environment);
	said->environment = all;
}

static bool
open_stream(struct run_stream *stream, const struct wrap_options *said)
{
	struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.beside = said->writer.verbose < 0 || said->transparent ? NULL : "text",
		.shared = true,
		.flood = true,
	};
	struct pipeline *pipeline = &stream->pipeline;
	if (!run_stream_open(stream, &said->outputs, &defaults, &said->writer))
		return false;
	pipeline_push(pipeline, subunit2_stamp_new(pipeline->first, when_clock, NULL));
	if (said->route_code)
		pipeline_push(pipeline, subunit2_add_route_new(pipeline->first,
		                                               subunit2_view_of(said->route_code)));
	if (said->tags.count)
		pipeline_push(pipeline,
		              subunit2_tag_new(pipeline->first, subunit2_tagset_view(&said->tags),
		                               SUBUNIT2_NO_TAGS));
	return true;
}

struct wrap {
	const struct wrap_options *said;
	struct supervisor supervisor;
	struct run_stream stream;
	struct job *job;         /* NULL: not begun, or over */
	struct loop_watch input; /* --die-on-stdin-eof */
	struct supply *supply;   /* NULL: nothing is supplied */
	struct intake *intake;   /* --stdin=subunit */
	int signo;               /* that asked wrap to end; 0: none */
	bool over;
	int exit_status;
};

/* The first waits for the command, the second does not. */
static void
take_signal(void *context, int signo, bool from_terminal)
{
	struct wrap *wrap = context;
	if (wrap->signo) {
		job_kill(wrap->job);
		return;
	}
	wrap->signo = signo;
	job_stop(wrap->job, signo, from_terminal && wrap->said->job.process.inherit);
}

static void
take_input(void *context)
{
	struct wrap *wrap = context;
	char bytes[4096];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)))
		return;
	loop_unwatch(wrap->supervisor.loop, &wrap->input);
	job_stop(wrap->job, SIGTERM, false);
}

/* What kept the command from running; 0: nothing. */
static int
failure_status(const struct wrap *wrap, const struct process_result *result)
{
	const struct job_options *job = &wrap->said->job;
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
command_status(const struct wrap *wrap, const struct job_end *end)
{
	const struct process_result *result = end->result;
	int status = failure_status(wrap, result);
	if (status)
		return status;
	if (result->timed_out)
		return WRAP_TIMED_OUT;
	if (end->enough || !result->exited)
		status = 0;
	else if (WIFSIGNALED(result->status))
		status = WRAP_SIGNAL + WTERMSIG(result->status);
	else
		status = WEXITSTATUS(result->status);
	return status == 0 && subunit2_status_is_bad(end->outcome.status) ? COMMAND_BAD : status;
}

static void
take_end(void *context, const struct job_end *end)
{
	struct wrap *wrap = context;
	if (end->result) {
		wrap->exit_status = command_status(wrap, end);
	} else {
		message("%s", end->outcome.reason);
		wrap->exit_status = WRAP_FAILED;
	}
	outcome_tell(&end->outcome, wrap->stream.pipeline.first, wrap->said->job.id, NULL);
	wrap->over = true;
}

static void
open_intake(struct wrap *wrap)
{
	struct intake_options options = {
		.book.own = subunit2_view_of(wrap->said->route_code),
		.supplies = &wrap->supply,
	};
	wrap->intake = intake_new(wrap->supervisor.loop, &options);
}

static void
turn_intake(struct wrap *wrap)
{
	intake_turn(wrap->intake);
	if (wrap->said->die_on_stdin_eof && intake_has_ended(wrap->intake))
		job_stop(wrap->job, SIGTERM, false);
}

/* Runs the command to its end. */
static void
supervise(struct wrap *wrap)
{
	struct loop *loop = wrap->supervisor.loop;
	struct job_options job = wrap->said->job;
	wrap->supply = job.process.supply = job_supply(&job, loop, wrap->said->tmp);
	wrap->job = job_start(&wrap->supervisor, &job, wrap->stream.pipeline.first, take_end, wrap);
	/* It came while the test's beginning was written. */
	if (wrap->signo)
		job_stop(wrap->job, wrap->signo, false);
	if (job.stdin_stream)
		open_intake(wrap);
	else if (wrap->said->die_on_stdin_eof)
		loop_watch(loop, &wrap->input, STDIN_FILENO, take_input, wrap);
	while (!wrap->over) {
		if (wrap->intake)
			turn_intake(wrap);
		if (!outputs_flush(wrap->stream.outputs))
			job_stop(wrap->job, SIGTERM, false);
		loop_turn(loop);
	}
	loop_unwatch(loop, &wrap->input);
	intake_free(wrap->intake);
	job_free(wrap->job);
	wrap->job = NULL;
	supply_free(wrap->supply);
}

static int
final_status(const struct wrap *wrap, bool written, bool good)
{
	if (!written || wrap->said->lost_output)
		return WRAP_FAILED;
	switch (wrap->said->exit) {
	case EXIT_VERDICT:
		return good ? COMMAND_GOOD : COMMAND_BAD;
	case EXIT_STREAM:
		return COMMAND_GOOD;
	default:
		return wrap->exit_status;
	}
}

static int
run(struct wrap_options *said)
{
	struct wrap wrap = {.said = said};
	if (!open_stream(&wrap.stream, said))
		return WRAP_FAILED;
	if (!supervisor_begin(&wrap.supervisor, take_signal, NULL, &wrap)) {
		message("cannot supervise: %s", strerror(errno));
		run_stream_close(&wrap.stream);
		run_stream_free(&wrap.stream);
		return WRAP_FAILED;
	}
	/* A stream that cannot be begun has no command. */
	if (outcome_tell_start(wrap.stream.pipeline.first, said->job.id, NULL) == SUBUNIT2_OK &&
	    outputs_flush(wrap.stream.outputs))
		supervise(&wrap);
	bool written = run_stream_close(&wrap.stream);
	bool good = run_stream_is_good(&wrap.stream, false);
	run_stream_free(&wrap.stream);
	supervisor_end(&wrap.supervisor);
	channel_remove(&said->channel);
	if (wrap.signo)
		signals_die(wrap.signo);
	return final_status(&wrap, written, good);
}

/* The command's output is ours. That its reader is gone is nobody's concern: the
 * command would learn it from a pipe that is closed. */
static void
pass_on(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct wrap_options *said = context;
	int errnum = pour(stream == PROCESS_STDOUT ? STDOUT_FILENO : STDERR_FILENO, bytes);
	if (!errnum || errnum == EPIPE || said->lost_output)
		return;
	said->lost_output = true;
	message("standard %s: %s", stream == PROCESS_STDOUT ? "output" : "error", strerror(errnum));
}

/* The tests come by the channel, and make's own lines are only output. */
static int
drive_automake(struct wrap_options *said, struct options *options)
{
	const char *folder = said->cwd ? said->cwd : ".";
	if (!make_check_is_make(said->job.process.argv))
		return options_refuse(options, "--automake: no word of the command is make");
	char *here = realpath(folder, NULL);
	if (!here)
		return options_refuse(options, "%s: %s", folder, strerror(errno));
	environment_format(&said->environment, "SUBUNIT2_ROOT", "%s", here);
	bool any = make_check_drive(&said->argv, said->job.process.argv, here,
	                            "subunit2 automake-driver", "subunit2 wrap --transparent --");
	free(here);
	if (!any)
		return options_refuse(options, "--automake: no Makefile here is automake's");
	said->job.process.argv = said->argv.items;
	said->job.from = CAPTURE_PACKETS;
	return 0;
}

/* Fills in what follows from the rest. */
static int
complete(struct wrap_options *said, struct options *options)
{
	const char **argv = options_arguments(options);
	if (!argv[0])
		return options_refuse(options, "no command");
	if (job_table_check(&said->job, options) < 0)
		return -1;
	if (said->die_on_stdin_eof && said->job.process.inherit)
		return options_refuse(options,
		                      "--die-on-stdin-eof: needs the standard input that --stdin "
		                      "gives away");
	if (!said->id)
		said->id = default_id(argv);
	if (said->transparent && !outputs_to_channel(&said->outputs))
		return options_refuse(options, "--transparent: there is no wrap around this one, "
		                               "and no -o");
	if (said->transparent) {
		said->job.copy = pass_on;
		said->job.copy_context = said;
	}
	said->tmp = tmpdir_parent(getenv("TMPDIR"));
	/* Without one, what would use it falls back to standard output. */
	if (channel_make(&said->channel, said->tmp))
		said->job.channel = &said->channel;
	complete_environment(said);
	said->job.id = subunit2_view_of(said->id);
	said->job.until = said->until;
	said->job.process.argv = (char *const *)argv;
	said->job.any_line = script_is_t(said->job.process.argv);
	if (said->automake && drive_automake(said, options) < 0)
		return -1;
	said->job.process.envp = said->environment.items;
	said->job.process.cwd = said->cwd;
	said->job.process.pipe_size = PIPE_SIZE;
	said->job.rules.timeout_ns = said->job.process.timeout_ns;
	said->writer.strict = said->job.strict;
	return 0;
}

int
cmd_wrap(int argc, const char **argv)
{
	struct wrap_options said;
	struct options options;
	wrap_options_begin(&said);
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, wrap_take, &said) && complete(&said, &options) == 0)
		options.exit_status = run(&said);
	options_end(&options);
	wrap_options_clear(&said);
	/* Help that cannot be written is wrap's own failure. */
	return standard_flush(COMMAND_GOOD) == COMMAND_GOOD ? options.exit_status : WRAP_FAILED;
}
