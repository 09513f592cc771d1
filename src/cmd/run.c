/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 run: runs many scripts as tests. Exit status: 0 if the run is good, 1 if it is not, 2
 * for wrong usage, 3 if a stream could not be read or written. A signal that ends the run kills the
 * program, after each test has a final status.
 */
#include "attach.h"
#include "ci.h"
#include "command.h"
#include "env.h"
#include "exit_status.h"
#include "live_view.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "outputs.h"
#include "rlimits.h"
#include "run_options.h"
#include "run_setup.h"
#include "run_stream.h"
#include "scheduler.h"
#include "stestr.h"
#include "timestamp.h"
#include "worker_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const struct options_spec spec = {
	.usage = "[OPTION...] [SCRIPT|DIR...] [-- ARGUMENT...]",
	.about = "Runs scripts as tests, t and tests if none are named; the arguments\n"
		 "after -- go to each.",
	.table = run_options_table,
};

static bool
run_open_stream(struct run_stream *stream, const struct run_options *opts)
{
	struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.beside = opts->writer.verbose < 0 ? NULL : "text",
		/* One test has the terminal to itself. */
		.live = opts->debug ? NULL : writer_live,
		.for_people = !opts->exit_stream,
	};
	struct writer_options writer = opts->writer;
	writer.labels_differ = opts->remote.has_worker && opts->remote.instances.names.count > 1;
	if (!run_stream_open(stream, &opts->outputs, &defaults, &writer))
		return false;
	pipeline_push(&stream->pipeline,
	              subunit2_tag_new(stream->pipeline.first, subunit2_tagset_view(&opts->tags),
	                               SUBUNIT2_NO_TAGS));
	return true;
}

static void
run_emit_lost(const struct plan *plan, struct subunit2_sink *sink)
{
	for (size_t i = 0; i < plan->lost.count; i++)
		lost_input_emit_reason(sink, 0, plan->lost.items[i], NULL);
}

/* Prints the ids, one on each line. */
static bool
run_print_list(const struct plan *plan)
{
	struct ci_lines lines;
	if (!ci_begin_lines(&lines))
		return false;
	for (size_t i = 0; i < plan->selection.count; i++)
		puts(plan->suite.scripts[plan->selection.choices[i].script].id);
	ci_end_lines(&lines);
	return true;
}

/* Print a message for each listed script that cannot be run: a folder that could not be read may
 * hold more. Returns true if there is one. */
static bool
run_list_problems(const struct plan *plan)
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
run_list(const struct run_options *opts, const struct plan *plan)
{
	struct run_stream stream;
	bool bad = run_list_problems(plan) || plan->lost.count;
	if (!plan->selection.count && !opts->plan.asked_later && !opts->writer.empty_is_good) {
		plan_explain(plan);
		bad = true;
	}
	if (!opts->exit_stream && !opts->outputs.to && !opts->outputs.count) {
		bad |= !run_print_list(plan);
		return bad ? EXIT_STATUS_BAD : EXIT_STATUS_GOOD;
	}
	if (!run_open_stream(&stream, opts))
		return EXIT_STATUS_IO;
	for (size_t i = 0; i < plan->selection.count; i++) {
		size_t script = plan->selection.choices[i].script;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(plan->suite.scripts[script].id),
			.status = SUBUNIT2_STATUS_EXISTS,
			.runnable = true,
			.has_timestamp = true,
			.timestamp = timestamp_now(),
		};
		if (subunit2_sink_event(stream.pipeline.first, &event, NULL) != SUBUNIT2_E_OK)
			break;
	}
	run_emit_lost(plan, stream.pipeline.first);
	bool written = run_stream_close(&stream);
	run_stream_free(&stream);
	if (!written)
		return EXIT_STATUS_IO;
	return bad && !opts->exit_stream ? EXIT_STATUS_BAD : EXIT_STATUS_GOOD;
}

/* Attaches the seed of --shuffle, with which --seed repeats the order. */
static void
run_emit_seed(const struct run_options *opts, struct subunit2_sink *sink)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)opts->plan.seed);
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("seed"),
		.file_bytes = {text, (size_t)len},
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
	if (opts->plan.shuffle)
		subunit2_sink_event(sink, &event, NULL);
}

struct view {
	struct outputs *outputs;
	struct attach *attach;  /* NULL: keys are not read */
	struct live_view *live; /* NULL: there is no terminal */
};

static bool
run_flush(void *context)
{
	struct view *view = context;
	return outputs_flush(view->outputs);
}

static void
run_redraw(void *context, int64_t now_ns)
{
	struct view *view = context;
	live_view_tick(view->live, now_ns);
	attach_tick(view->attach);
}

static int
run_exit_status(const struct run_options *opts, const struct run_stream *stream, bool written)
{
	bool good = run_stream_is_good(stream, opts->writer.empty_is_good);
	if (!written)
		return EXIT_STATUS_IO;
	return opts->exit_stream || good ? EXIT_STATUS_GOOD : EXIT_STATUS_BAD;
}

static void
run_expect(void *context, size_t scripts)
{
	struct view *view = context;
	if (view->live)
		live_view_expect(view->live, scripts);
}

/* Opens the pipe that is the standard input of remote commands: it ends with this program. */
static bool
run_open_keepalive(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == 0)
		return true;
	message("cannot open a pipe: %s", strerror(errno));
	return false;
}

static bool
run_provision(struct run_options *opts, int *signo)
{
	char *problem = NULL;
	*signo = 0;
	if (opts->remote.provision)
		problem = instances_provision(&opts->remote.instances, opts->remote.provision,
		                              opts->remote.dispose, opts->jobs, signo);
	if (problem)
		message("%s", problem);
	free(problem);
	return !problem && !*signo;
}

static void
run_remove_instances(struct run_options *opts)
{
	char *problem = instances_end(&opts->remote.instances);
	if (problem)
		message("%s", problem);
	free(problem);
}

/* How the run ends. */
struct ending {
	int status;
	int signo; /* that asked for it; 0: none did */
};

/* Writes a stream without a test, with the reasons why PLAN could not be read. */
static int
run_refuse_plan(const struct run_options *opts, const struct plan *plan)
{
	struct run_stream stream;
	if (run_open_stream(&stream, opts)) {
		run_emit_lost(plan, stream.pipeline.first);
		run_stream_close(&stream);
		run_stream_free(&stream);
	}
	return EXIT_STATUS_IO;
}

/* Runs the tests of PLAN, here, through an executor or at workers. */
static struct scheduler_end
run_schedule(const struct run_options *opts, const struct scheduler_options *options,
             struct plan *plan, struct subunit2_sink *sink, struct supervisor *supervisor)
{
	struct worker_pool_options workers = {
		.scheduler = options,
		.command = &opts->remote.worker,
		.instances = &opts->remote.instances,
		.restarts = opts->remote.restarts,
		.silence_ns = opts->debug ? 0 : opts->remote.silence_ns,
	};
	return opts->remote.has_worker
	               ? worker_pool_run(&workers, &plan->suite, &plan->selection, sink, supervisor)
	               : scheduler_run(options, &plan->suite, &plan->selection, sink, supervisor);
}

static void
run_expect_times(struct live_view *live, const struct plan *plan)
{
	for (size_t i = 0; i < plan->selection.count; i++) {
		const struct choice *choice = &plan->selection.choices[i];
		if (choice->expected_ns >= 0)
			live_view_expect_time(live, plan->suite.scripts[choice->script].id,
			                      choice->expected_ns);
	}
}

/* Opens the terminal for attaching to tests. If text can be typed there, sets in OPTIONS that
 * scripts read it. */
static void
run_open_attach(const struct run_options *opts, struct view *view,
                struct scheduler_options *options)
{
	struct job_options *job = &options->attempts.job;
	bool remote = opts->remote.has_executor || opts->remote.has_worker;
	const struct attach_options attach = {
		.live = view->live,
		.types = opts->attach || opts->debug,
	};
	bool reads_elsewhere = job->stdin_stream || job->process.inherit ||
	                       (opts->plan.load_list && strcmp(opts->plan.load_list, "-") == 0);
	if ((view->live && !reads_elsewhere) || (opts->debug && remote))
		options->attach = view->attach = attach_new(&attach);
	if (opts->attach && !view->attach)
		message("--attach: not at a terminal; the input of scripts is empty");
	if (!attach.types || !view->attach)
		return;
	job->stdin_stream = job->stdin_typed = true;
	if (!job->process.pty)
		return;
	job->pty.has_modes = tcgetattr(STDIN_FILENO, &job->pty.modes) == 0;
	job->process.pty = &job->pty;
}

static struct ending
run_execute(const struct run_options *opts, struct plan *plan, struct jobserver *jobserver,
            int *keepalive)
{
	struct run_stream stream;
	struct supervisor supervisor = {0};
	struct view view = {0};
	struct scheduler_options options = {
		.attempts = opts->attempts,
		.slots = opts->jobs,
		.jobserver = jobserver,
		.serial = opts->serial,
		.max_fail = opts->max_fail,
		.no_bail = opts->no_bail,
		.keepalive = keepalive,
		.slow_ns = opts->slow_ns,
		.max_time_ns = opts->max_time_ns,
		.until_failure = opts->until_failure,
		.flush = run_flush,
		.tick = run_redraw,
		.expect = run_expect,
		.context = &view,
	};
	if (plan->selection.count || !(opts->plan.asked_later || opts->writer.empty_is_good))
		plan_explain(plan);
	if (!run_open_stream(&stream, opts))
		return (struct ending){.status = EXIT_STATUS_IO};
	view.outputs = stream.outputs;
	view.live = outputs_live(stream.outputs) ? live_view_of_sink(outputs_live(stream.outputs))
	                                         : NULL;
	if (view.live) {
		run_expect(&view, plan->selection.count);
		options.tick_ns = LIVE_VIEW_REDRAW_NS;
		run_expect_times(view.live, plan);
	}
	run_open_attach(opts, &view, &options);
	run_emit_seed(opts, stream.pipeline.first);
	run_emit_lost(plan, stream.pipeline.first);
	struct scheduler_end end =
		run_schedule(opts, &options, plan, stream.pipeline.first, &supervisor);
	attach_free(view.attach);
	bool written = run_stream_close(&stream) && !end.broken;
	int status = end.unread ? EXIT_STATUS_IO : run_exit_status(opts, &stream, written);
	run_stream_free(&stream);
	supervisor_end(&supervisor);
	return (struct ending){status, end.signo};
}

/* Runs scripts through the executor. The commands there live as long as their standard input. */
static struct ending
run_execute_by_executor(struct run_options *opts, struct plan *plan, struct jobserver *jobserver)
{
	int fds[2];
	struct ending ending = {.status = EXIT_STATUS_IO};
	if (!run_open_keepalive(fds))
		return ending;
	opts->attempts.job.process.stdin_fd = fds[0];
	if (run_provision(opts, &ending.signo))
		ending = run_execute(opts, plan, jobserver, &fds[1]);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	run_remove_instances(opts);
	return ending;
}

static struct ending
run_execute_by_workers(struct run_options *opts, struct plan *plan)
{
	struct ending ending = {.status = EXIT_STATUS_IO};
	if (run_provision(opts, &ending.signo))
		ending = run_execute(opts, plan, NULL, NULL);
	run_remove_instances(opts);
	return ending;
}

static int
run_execute_plan(struct run_options *opts, struct plan *plan, struct jobserver *jobserver)
{
	struct ending ending;
	if (opts->remote.has_worker)
		ending = run_execute_by_workers(opts, plan);
	else if (opts->remote.has_executor)
		ending = run_execute_by_executor(opts, plan, jobserver);
	else
		ending = run_execute(opts, plan, jobserver, NULL);
	if (ending.signo)
		signals_die(ending.signo);
	return ending.status;
}

static int
run_refuse_test(const char *id)
{
	message("--debug=%s: no such test", id);
	return EXIT_STATUS_USAGE;
}

/* Returns true if the file of the only test exists. */
static bool
run_is_known(const struct plan *plan)
{
	struct stat about;
	const struct choice *choice = plan->selection.choices;
	return stat(plan->suite.scripts[choice->script].path, &about) == 0 &&
	       !S_ISDIR(about.st_mode);
}

static int
run(struct run_options *opts, struct options *options)
{
	struct jobserver jobserver;
	struct plan plan;
	env_begin(&opts->environment);
	run_setup_open_jobserver(opts, &jobserver);
	bool makes = jobserver.read_fd >= 0;
	int status = EXIT_STATUS_IO;
	if (run_setup_complete(opts, options) < 0) {
		status = options->exit_status;
	} else {
		rlimits_close_inherited(makes ? &jobserver : NULL);
		if (!plan_make(&plan, &opts->plan, options_arguments(options)))
			status = run_refuse_plan(opts, &plan);
		else if (opts->debug && !run_is_known(&plan))
			status = run_refuse_test(opts->debug);
		else
			status = opts->list
			                 ? run_list(opts, &plan)
			                 : run_execute_plan(opts, &plan, makes ? &jobserver : NULL);
		plan_clear(&plan);
	}
	if (makes)
		jobserver_close(&jobserver);
	return status;
}

/* Moves the arguments after the first "--", which are for the scripts, from ARGV to ARGUMENTS. */
static int
run_split_arguments(struct string_list *arguments, int argc, const char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		string_list_add_all(arguments, (char *const *)argv + i + 1);
		return i;
	}
	return argc;
}

int
cmd_run(int argc, const char **argv)
{
	struct run_options opts;
	struct string_list words = {0};
	struct options options;
	run_options_begin(&opts);
	output_options_set_command(&opts.outputs, argv);
	argc = run_split_arguments(&opts.arguments, argc, argv);
	stestr_translate(&words, argc, argv);
	options_begin(&options, (int)words.count, (const char **)words.items, &spec);
	if (options_read(&options, run_options_parse, &opts))
		options.exit_status = run(&opts, &options);
	options_end(&options);
	string_list_clear(&words);
	run_options_clear(&opts);
	return options.exit_status;
}
