/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 run: runs many scripts as tests. Exit status: 0 when all is well, 1
 * when it is not, 2 usage, 3 the stream could not be read or written. Asked to
 * end by a signal, it tells how every test ended and dies of the same signal.
 */
#include "command.h"
#include "env.h"
#include "exit_status.h"
#include "job_options.h"
#include "live_view.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "outputs.h"
#include "rlimits.h"
#include "run_options.h"
#include "run_stream.h"
#include "scheduler.h"
#include "stestr.h"
#include "timestamp.h"
#include "tmpdir.h"
#include "tty_proxy.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct options_spec spec = {
	.usage = "[OPTION...] [SCRIPT|DIR...] [-- ARGUMENT...]",
	.about = "Runs scripts as tests, t and tests if none are named; the arguments\n"
		 "behind -- go to each.",
	.table = run_table,
};

static bool
open_stream(struct run_stream *stream, const struct run_options *said)
{
	struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.beside = said->writer.verbose < 0 ? NULL : "text",
		/* One test has the terminal to itself. */
		.live = said->debug ? NULL : writer_live,
	};
	if (!run_stream_open(stream, &said->outputs, &defaults, &said->writer))
		return false;
	pipeline_push(&stream->pipeline,
	              subunit2_tag_new(stream->pipeline.first, subunit2_tagset_view(&said->tags),
	                               SUBUNIT2_NO_TAGS));
	return true;
}

static void
emit_lost(const struct plan *plan, struct subunit2_sink *sink)
{
	for (size_t i = 0; i < plan->lost.count; i++)
		lost_input_emit_reason(sink, 0, plan->lost.items[i], NULL);
}

/* A list for people and scripts: an id a line. */
static void
print_list(const struct plan *plan)
{
	for (size_t i = 0; i < plan->selection.count; i++)
		puts(plan->suite.scripts[plan->selection.choices[i].script].id);
}

/* Print a message for each listed script that cannot be run: a folder that could not be read may
 * hold more. Returns true if there is one. */
static bool
list_problems(const struct plan *plan)
{
	bool any = false;
	for (size_t i = 0; i < plan->selection.count; i++) {
		const struct script *script =
			&plan->suite.scripts[plan->selection.choices[i].script];
		if (script->problem)
			message("%s: %s", script->id, script->problem);
		any |= script->problem != NULL;
	}
	return any;
}

static int
list(const struct run_options *said, const struct plan *plan)
{
	struct run_stream stream;
	bool bad = list_problems(plan) || plan->lost.count;
	if (!said->exit_stream && !said->outputs.to && !said->outputs.count) {
		print_list(plan);
		return bad ? COMMAND_BAD : COMMAND_GOOD;
	}
	if (!open_stream(&stream, said))
		return COMMAND_IO;
	for (size_t i = 0; i < plan->selection.count; i++) {
		size_t script = plan->selection.choices[i].script;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(plan->suite.scripts[script].id),
			.status = SUBUNIT2_EXISTS,
			.runnable = true,
			.has_timestamp = true,
			.timestamp = when_now(),
		};
		if (subunit2_sink_event(stream.pipeline.first, &event, NULL) != SUBUNIT2_OK)
			break;
	}
	emit_lost(plan, stream.pipeline.first);
	bool written = run_stream_close(&stream);
	run_stream_free(&stream);
	if (!written)
		return COMMAND_IO;
	return bad && !said->exit_stream ? COMMAND_BAD : COMMAND_GOOD;
}

/* So that the order can be had again. */
static void
tell_seed(const struct run_options *said, struct subunit2_sink *sink)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)said->plan.seed);
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("seed"),
		.file_bytes = {text, (size_t)len},
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = when_now(),
	};
	if (said->plan.shuffle)
		subunit2_sink_event(sink, &event, NULL);
}

struct view {
	struct outputs *outputs;
	struct live *live; /* NULL: there is no terminal */
};

static bool
flush(void *context)
{
	struct view *view = context;
	return outputs_flush(view->outputs);
}

static void
redraw(void *context, int64_t now_ns)
{
	struct view *view = context;
	live_tick(view->live, now_ns);
}

static int
exit_status(const struct run_options *said, const struct run_stream *stream, bool written)
{
	bool good = run_stream_is_good(stream, said->writer.empty_is_good);
	if (!written)
		return COMMAND_IO;
	return said->exit_stream || good ? COMMAND_GOOD : COMMAND_BAD;
}

static void
expect(void *context, size_t scripts)
{
	struct view *view = context;
	if (view->live)
		live_expect(view->live, scripts);
}

/* The scripts' standard input over there: it lasts as long as this program. */
static bool
open_lifeline(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == 0)
		return true;
	message("a pipe: %s", strerror(errno));
	return false;
}

static bool
provision(struct run_options *said, int *signo)
{
	char *problem = NULL;
	*signo = 0;
	if (said->provision)
		problem = instances_provision(&said->instances, said->provision, said->dispose,
		                              said->jobs, signo);
	if (problem)
		message("%s", problem);
	free(problem);
	return !problem && !*signo;
}

static void
dispose(struct run_options *said)
{
	char *problem = instances_end(&said->instances);
	if (problem)
		message("%s", problem);
	free(problem);
}

/* How the run ends. */
struct ending {
	int status;
	int signo; /* that asked for it; 0: none did */
};

/* Writes a stream without a test for PLAN, of which nothing could be read. */
static int
refuse_plan(const struct run_options *said, const struct plan *plan)
{
	struct run_stream stream;
	if (open_stream(&stream, said)) {
		emit_lost(plan, stream.pipeline.first);
		run_stream_close(&stream);
		run_stream_free(&stream);
	}
	return COMMAND_IO;
}

static struct ending
execute(const struct run_options *said, struct plan *plan, struct jobserver *jobserver,
        int *lifeline)
{
	struct run_stream stream;
	struct supervisor supervisor = {0};
	struct view view = {0};
	struct runner_options options = {
		.trial = said->trial,
		.slots = said->jobs,
		.jobserver = jobserver,
		.serial = said->serial,
		.max_fail = said->max_fail,
		.no_bail = said->no_bail,
		.lifeline = lifeline,
		.slow_ns = said->slow_ns,
		.flush = flush,
		.tick = redraw,
		.expect = expect,
		.context = &view,
	};
	if (!plan->selection.count && !said->plan.asked_later && !said->writer.empty_is_good)
		message("there is no test to run");
	if (!open_stream(&stream, said))
		return (struct ending){.status = COMMAND_IO};
	view.outputs = stream.outputs;
	view.live = outputs_live(stream.outputs) ? live_of(outputs_live(stream.outputs)) : NULL;
	if (view.live) {
		expect(&view, plan->selection.count);
		options.tick_ns = LIVE_REDRAW_NS;
	}
	tell_seed(said, stream.pipeline.first);
	emit_lost(plan, stream.pipeline.first);
	struct runner_end end = runner_run(&options, &plan->suite, &plan->selection,
	                                   stream.pipeline.first, &supervisor);
	bool written = run_stream_close(&stream) && !end.broken;
	int status = end.unread ? COMMAND_IO : exit_status(said, &stream, written);
	run_stream_free(&stream);
	supervisor_end(&supervisor);
	return (struct ending){status, end.signo};
}

/* As many as make allows, as far as its pipe can be had. */
static void
take_jobserver(struct run_options *said, struct jobserver *jobserver)
{
	const char *makeflags = getenv("MAKEFLAGS");
	enum jobserver_state state = jobserver_open(jobserver, makeflags);
	if (state == JOBSERVER_CLOSED)
		message("make's jobserver is not open to this recipe: put + before its command");
	else if (state == JOBSERVER_FAILED)
		message("make's jobserver cannot be opened: %s", strerror(errno));
	if (state == JOBSERVER_USABLE && !said->jobs_said && jobserver->jobs > 0)
		said->jobs = (unsigned)jobserver->jobs;
	if (state == JOBSERVER_CLOSED || state == JOBSERVER_FAILED) {
		char *rest = jobserver_strip(makeflags);
		environment_format(&said->environment, "MAKEFLAGS", "%s", rest);
		free(rest);
	}
}

/* prove's variables: some tests look for them. */
static void
complete_environment(struct run_options *said)
{
	const struct strings *libraries = &said->scripts.libraries;
	const char *before = environment_get(&said->environment, "PERL5LIB");
	environment_format(&said->environment, "HARNESS_ACTIVE", "1");
	if (!libraries->count)
		return;
	char *all = memory_copy(before ? before : "");
	for (size_t i = libraries->count; i-- > 0;) {
		char *longer = memory_format("%s%s%s", libraries->items[i], *all ? ":" : "", all);
		free(all);
		all = longer;
	}
	environment_format(&said->environment, "PERL5LIB", "%s", all);
	said->trial.elsewhere.perl5lib = environment_get(&said->environment, "PERL5LIB");
	free(all);
}

/* What does not go together with what tests read. */
static int
check_input(const struct run_options *said, struct options *options)
{
	const struct job_options *job = &said->trial.job;
	if (said->trial.executor && job->process.inherit)
		return options_refuse(options, "--executor: needs --stdin=none or subunit");
	if (said->trial.executor && job->process.pty)
		return options_refuse(options, "--executor: there is no --pty elsewhere");
	if (job->stdin_stream && said->plan.load_list && strcmp(said->plan.load_list, "-") == 0)
		return options_refuse(options, "--load-list=- and --stdin=subunit: only one of "
		                               "them can read standard input");
	return job_table_check(job, options);
}

static int
check_debug(const struct run_options *said, struct options *options)
{
	const char *other = said->trial.executor           ? "--executor"
	                    : said->trial.retries          ? "--retries"
	                    : said->trial.repeat > 1       ? "--repeat"
	                    : said->plan.load_list         ? "--load-list"
	                    : said->plan.rerun             ? "--rerun"
	                    : said->trial.job.stdin_stream ? "--stdin=subunit"
	                                                   : NULL;
	return other ? options_refuse(options, "--debug and %s: only one of them", other) : 0;
}

static void
show(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	(void)context, (void)stream;
	pour(STDERR_FILENO, bytes);
}

/* Our terminal, by way of one for the test, so that the stream has what it writes;
 * without one, our standard input and standard error. */
static void
lend_terminal(struct run_options *said)
{
	struct job_options *job = &said->trial.job;
	said->jobs = 1;
	said->plan.only = said->debug;
	job->process.timeout_ns = 0;
	job->console = console_new();
	if (job->console) {
		job->process.inherit = false;
		job->process.pty = &job->pty;
		job->pty = console_pty(job->console);
	} else {
		job->process.pty = NULL;
		job->process.inherit = true;
		job->process.stdin_fd = STDIN_FILENO;
		job->copy = show;
	}
}

/* Fills in what follows from the rest. */
static int
complete(struct run_options *said, struct options *options)
{
	unsigned long needed, limit;
	if (said->plan.load_list && said->plan.rerun)
		return options_refuse(options, "--load-list and --rerun: only one of them");
	if (said->trial.retries && said->trial.repeat > 1)
		return options_refuse(options, "--retries and --repeat: only one of them");
	if (said->root && !(said->scripts.root = realpath(said->root, NULL)))
		return options_refuse(options, "--root=%s: %s", said->root, strerror(errno));
	if ((said->provision || said->instances.names.count) && !said->trial.executor)
		return options_refuse(options, "instances are for an --executor");
	if (said->provision && said->instances.names.count)
		return options_refuse(options,
		                      "--instances and --instance-provision: only one of them");
	if (check_input(said, options) < 0)
		return -1;
	if (said->debug && check_debug(said, options) < 0)
		return -1;
	if (said->debug)
		lend_terminal(said);
	if (!said->jobs_said && said->instances.names.count)
		said->jobs = (unsigned)said->instances.names.count;
	if (!said->jobs)
		said->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (!limits_make_room(said->jobs, &needed, &limit))
		return options_refuse(options,
		                      "--jobs=%u: needs %lu file descriptors, and the limit is %lu",
		                      said->jobs, needed, limit);
	if (said->plan.shuffle && !said->seeded &&
	    getrandom(&said->plan.seed, sizeof(said->plan.seed), 0) < 0)
		said->plan.seed = (uint64_t)time(NULL);
	complete_environment(said);
	said->scripts.interpreter = said->interpreter;
	said->plan.scripts = said->trial.scripts = &said->scripts;
	said->plan.ids = &said->ids;
	said->plan.asked_later =
		said->trial.job.stdin_stream && !said->plan.load_list && !said->plan.rerun;
	said->trial.arguments = &said->arguments;
	said->trial.environment = &said->environment;
	said->trial.expected = &said->expected;
	said->trial.tmp_parent = tmpdir_parent(environment_get(&said->environment, "TMPDIR"));
	said->trial.instances = &said->instances;
	said->trial.elsewhere.cwd = getcwd(NULL, 0);
	if (said->trial.executor && !said->trial.elsewhere.cwd)
		return options_refuse(options, "the current directory: %s", strerror(errno));
	said->trial.job.rules.timeout_ns = said->trial.job.process.timeout_ns;
	said->trial.job.rules.max_output = said->trial.job.max_output;
	said->writer.strict = said->trial.job.strict;
	return 0;
}

static struct ending
execute_elsewhere(struct run_options *said, struct plan *plan, struct jobserver *jobserver)
{
	int fds[2];
	struct ending ending = {.status = COMMAND_IO};
	if (!open_lifeline(fds))
		return ending;
	said->trial.job.process.stdin_fd = fds[0];
	if (provision(said, &ending.signo))
		ending = execute(said, plan, jobserver, &fds[1]);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	dispose(said);
	return ending;
}

static int
execute_somewhere(struct run_options *said, struct plan *plan, struct jobserver *jobserver)
{
	struct ending ending = said->trial.executor ? execute_elsewhere(said, plan, jobserver)
	                                            : execute(said, plan, jobserver, NULL);
	if (ending.signo)
		signals_die(ending.signo);
	return ending.status;
}

static int
refuse_test(const char *id)
{
	message("--debug=%s: no such test", id);
	return COMMAND_USAGE;
}

/* A test to be debugged is there. */
static bool
is_known(const struct plan *plan)
{
	struct stat about;
	const struct choice *choice = plan->selection.choices;
	return stat(plan->suite.scripts[choice->script].path, &about) == 0 &&
	       !S_ISDIR(about.st_mode);
}

static int
run(struct run_options *said, struct options *options)
{
	struct jobserver jobserver;
	struct plan plan;
	environment_begin(&said->environment);
	take_jobserver(said, &jobserver);
	bool makes = jobserver.read_fd >= 0;
	int status = COMMAND_IO;
	if (complete(said, options) < 0) {
		status = options->exit_status;
	} else {
		limits_close_inherited(makes ? &jobserver : NULL);
		if (!plan_make(&plan, &said->plan, options_arguments(options)))
			status = refuse_plan(said, &plan);
		else if (said->debug && !is_known(&plan))
			status = refuse_test(said->debug);
		else
			status = said->list ? list(said, &plan)
			                    : execute_somewhere(said, &plan,
			                                        makes ? &jobserver : NULL);
		plan_clear(&plan);
	}
	if (makes)
		jobserver_close(&jobserver);
	return status;
}

/* Takes what stands behind the first "--" off ARGV: it is for the scripts. */
static int
split_arguments(struct strings *arguments, int argc, const char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		strings_add_all(arguments, (char *const *)argv + i + 1);
		return i;
	}
	return argc;
}

int
cmd_run(int argc, const char **argv)
{
	struct run_options said;
	struct strings words = {0};
	struct options options;
	run_options_begin(&said);
	argc = split_arguments(&said.arguments, argc, argv);
	stestr_translate(&words, argc, argv);
	options_begin(&options, (int)words.count, (const char **)words.items, &spec);
	if (options_read(&options, run_take, &said))
		options.exit_status = run(&said, &options);
	options_end(&options);
	strings_clear(&words);
	run_options_clear(&said);
	return options.exit_status;
}
