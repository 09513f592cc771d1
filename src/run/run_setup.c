/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_setup.h"

#include "env.h"
#include "memory.h"
#include "message.h"
#include "rlimits.h"
#include "run_conflicts.h"
#include "tmpdir.h"
#include "tty_proxy.h"
#include "write_all.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void
run_setup_open_jobserver(struct run_options *opts, struct jobserver *jobserver)
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

/* Sets prove's variables, which some tests read. */
static void
run_setup_complete_environment(struct run_options *opts)
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
run_setup_show(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	(void)context, (void)stream;
	write_all(STDERR_FILENO, bytes);
}

/* Lends the terminal to the test. A test on another machine gets what is typed, as a stream: see
 * attach.h. A test here gets a terminal of its own, so that its output is in the
 * stream. Without a terminal, the test gets standard input and standard error. */
static void
run_setup_lend_terminal(struct run_options *opts)
{
	struct job_options *job = &opts->attempts.job;
	opts->jobs = 1;
	opts->plan.only = opts->debug;
	job->process.timeout_ns = job->process.silence_ns = 0;
	job->timeout_auto = false;
	if (opts->remote.has_executor || opts->remote.has_worker)
		return;
	job->proxy = tty_proxy_new();
	if (job->proxy) {
		job->process.inherit = false;
		job->process.pty = &job->pty;
		job->pty = tty_proxy_pty(job->proxy);
	} else {
		job->process.pty = NULL;
		job->process.inherit = true;
		job->process.stdin_fd = STDIN_FILENO;
		job->copy = run_setup_show;
	}
}

/* Sets the number of slots, and makes room for their descriptors. */
static int
run_setup_set_jobs(struct run_options *opts, struct options *options)
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
run_setup_set_plan(struct run_options *opts)
{
	struct plan_options *plan = &opts->plan;
	plan->scripts = &opts->scripts;
	plan->ids = &opts->ids;
	plan->asked_later = opts->attempts.job.stdin_stream && !plan->load_list && !plan->rerun;
	if (plan->shuffle && !opts->seeded && getrandom(&plan->seed, sizeof(plan->seed), 0) < 0)
		plan->seed = (uint64_t)time(NULL);
}

static int
run_setup_set_attempts(struct run_options *opts, struct options *options)
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
int
run_setup_complete(struct run_options *opts, struct options *options)
{
	if (run_conflicts_check(opts, options) < 0)
		return -1;
	if (opts->root && !(opts->scripts.root = realpath(opts->root, NULL)))
		return options_refuse(options, "--root=%s: %s", opts->root, strerror(errno));
	if (opts->debug)
		run_setup_lend_terminal(opts);
	opts->scripts.interpreter = opts->interpreter;
	opts->writer.strict = opts->attempts.job.strict;
	run_setup_complete_environment(opts);
	run_setup_set_plan(opts);
	if (run_setup_set_jobs(opts, options) < 0)
		return -1;
	return run_setup_set_attempts(opts, options);
}
