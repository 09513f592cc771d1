/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 run: runs many scripts as tests. Exit status: 0 when all is well, 1
 * when it is not, 2 usage, 3 the stream could not be read or written. Asked to
 * end by a signal, it tells how every test ended and dies of the same signal.
 */
#include "command.h"
#include "env.h"
#include "exit_status.h"
#include "live_view.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "outputs.h"
#include "rlimits.h"
#include "run_conflicts.h"
#include "run_options.h"
#include "run_stream.h"
#include "scheduler.h"
#include "stestr.h"
#include "timestamp.h"
#include "tmpdir.h"
#include "tty_proxy.h"
#include "worker_pool.h"
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
	if (!run_stream_open(stream, &opts->outputs, &defaults, &opts->writer))
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

/* A list for people and scripts: an id a line. */
static void
run_print_list(const struct plan *plan)
{
	for (size_t i = 0; i < plan->selection.count; i++)
		puts(plan->suite.scripts[plan->selection.choices[i].script].id);
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
		run_print_list(plan);
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

/* So that the order can be had again. */
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

/* The scripts' standard input over there: it lasts as long as this program. */
static bool
run_open_keepalive(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == 0)
		return true;
	message("a pipe: %s", strerror(errno));
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

/* Writes a stream without a test for PLAN, of which nothing could be read. */
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
		.silence_ns = opts->remote.silence_ns,
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
	run_emit_seed(opts, stream.pipeline.first);
	run_emit_lost(plan, stream.pipeline.first);
	struct scheduler_end end =
		run_schedule(opts, &options, plan, stream.pipeline.first, &supervisor);
	bool written = run_stream_close(&stream) && !end.broken;
	int status = end.unread ? EXIT_STATUS_IO : run_exit_status(opts, &stream, written);
	run_stream_free(&stream);
	supervisor_end(&supervisor);
	return (struct ending){status, end.signo};
}

/* As many as make allows, as far as its pipe can be had. */
static void
run_open_jobserver(struct run_options *opts, struct jobserver *jobserver)
{
	const char *makeflags = getenv("MAKEFLAGS");
	enum jobserver_state state = jobserver_open(jobserver, makeflags);
	if (state == JOBSERVER_CLOSED)
		message("make's jobserver is not open to this recipe: put + before its command");
	else if (state == JOBSERVER_FAILED)
		message("make's jobserver cannot be opened: %s", strerror(errno));
	if (state == JOBSERVER_USABLE && !opts->jobs_said && jobserver->jobs > 0)
		opts->jobs = (unsigned)jobserver->jobs;
	if (state == JOBSERVER_CLOSED || state == JOBSERVER_FAILED) {
		char *rest = jobserver_strip(makeflags);
		env_format(&opts->environment, "MAKEFLAGS", "%s", rest);
		free(rest);
	}
}

/* prove's variables: some tests look for them. */
static void
run_complete_environment(struct run_options *opts)
{
	const struct string_list *libraries = &opts->scripts.libraries;
	const char *before = env_get(&opts->environment, "PERL5LIB");
	env_format(&opts->environment, "HARNESS_ACTIVE", "1");
	if (!libraries->count)
		return;
	char *all = memory_copy(before ? before : "");
	for (size_t i = libraries->count; i-- > 0;) {
		char *longer = memory_format("%s%s%s", libraries->items[i], *all ? ":" : "", all);
		free(all);
		all = longer;
	}
	env_format(&opts->environment, "PERL5LIB", "%s", all);
	opts->attempts.elsewhere.perl5lib = env_get(&opts->environment, "PERL5LIB");
	free(all);
}

static void
run_show(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	(void)context, (void)stream;
	write_all(STDERR_FILENO, bytes);
}

/* Our terminal, by way of one for the test, so that the stream has what it writes;
 * without one, our standard input and standard error. */
static void
run_lend_terminal(struct run_options *opts)
{
	struct job_options *job = &opts->attempts.job;
	opts->jobs = 1;
	opts->plan.only = opts->debug;
	job->process.timeout_ns = job->process.silence_ns = 0;
	job->timeout_auto = false;
	job->proxy = tty_proxy_new();
	if (job->proxy) {
		job->process.inherit = false;
		job->process.pty = &job->pty;
		job->pty = tty_proxy_pty(job->proxy);
	} else {
		job->process.pty = NULL;
		job->process.inherit = true;
		job->process.stdin_fd = STDIN_FILENO;
		job->copy = run_show;
	}
}

/* Sets the number of slots, and makes room for their descriptors. */
static int
run_set_jobs(struct run_options *opts, struct options *options)
{
	const struct remote_options *remote = &opts->remote;
	unsigned long needed, limit;
	if (!opts->jobs_said && remote->instances.names.count)
		opts->jobs = (unsigned)remote->instances.names.count;
	if (!opts->jobs)
		opts->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (!rlimits_make_room(opts->jobs, &needed, &limit))
		return options_refuse(options,
		                      "--jobs=%u: needs %lu file descriptors, and the limit is %lu",
		                      opts->jobs, needed, limit);
	return 0;
}

static void
run_set_plan(struct run_options *opts)
{
	struct plan_options *plan = &opts->plan;
	plan->scripts = &opts->scripts;
	plan->ids = &opts->ids;
	plan->asked_later = opts->attempts.job.stdin_stream && !plan->load_list && !plan->rerun;
	if (plan->shuffle && !opts->seeded && getrandom(&plan->seed, sizeof(plan->seed), 0) < 0)
		plan->seed = (uint64_t)time(NULL);
}

static int
run_set_attempts(struct run_options *opts, struct options *options)
{
	struct attempts_rules *attempts = &opts->attempts;
	attempts->scripts = &opts->scripts;
	attempts->arguments = &opts->arguments;
	attempts->environment = &opts->environment;
	attempts->expected = &opts->expected;
	attempts->tmp_parent = tmpdir_parent(env_get(&opts->environment, "TMPDIR"));
	attempts->instances = &opts->remote.instances;
	attempts->executor = opts->remote.has_executor ? &opts->remote.executor : NULL;
	attempts->elsewhere.cwd = getcwd(NULL, 0);
	attempts->job.rules.timeout_ns = attempts->job.process.timeout_ns;
	attempts->job.rules.silence_ns = attempts->job.process.silence_ns;
	attempts->job.rules.max_output = attempts->job.max_output;
	if (attempts->executor && !attempts->elsewhere.cwd)
		return options_refuse(options, "the current directory: %s", strerror(errno));
	return 0;
}

/* Checks the options, and sets the fields that follow from them. */
static int
run_complete(struct run_options *opts, struct options *options)
{
	if (run_conflicts_check(opts, options) < 0)
		return -1;
	if (opts->root && !(opts->scripts.root = realpath(opts->root, NULL)))
		return options_refuse(options, "--root=%s: %s", opts->root, strerror(errno));
	if (opts->debug)
		run_lend_terminal(opts);
	opts->scripts.interpreter = opts->interpreter;
	opts->writer.strict = opts->attempts.job.strict;
	run_complete_environment(opts);
	run_set_plan(opts);
	if (run_set_jobs(opts, options) < 0)
		return -1;
	return run_set_attempts(opts, options);
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

/* A test to be debugged is there. */
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
	run_open_jobserver(opts, &jobserver);
	bool makes = jobserver.read_fd >= 0;
	int status = EXIT_STATUS_IO;
	if (run_complete(opts, options) < 0) {
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
