/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_conflicts.h"

#include "job_options.h"

#include <string.h>

struct run_conflict {
	bool one, other;
	const char *message; /* if both hold */
};

int
run_conflicts_check(const struct run_options *opts, struct options *options)
{
	const struct attempts_rules *attempts = &opts->attempts;
	const struct process_options *process = &attempts->job.process;
	const struct remote_options *remote = &opts->remote;
	const char *list = opts->plan.load_list;
	bool executor = remote->has_executor, worker = remote->has_worker;
	bool debug = opts->debug, stream = attempts->job.stdin_stream;
	const struct run_conflict conflicts[] = {
		{opts->order_said && opts->plan.order != PLAN_LISTED, !opts->plan.times,
	         opts->plan.order == PLAN_SLOW_FIRST ? "--order=slow-first: needs --times"
	                                             : "--order=failed-first: needs --times"},
		{opts->order_said, opts->plan.shuffle, "--order and --shuffle: only one of them"},
		{list, opts->plan.rerun, "--load-list and --rerun: only one of them"},
		{attempts->retries, attempts->repeat > 1,
	         "--retries and --repeat: only one of them"},
		{executor, process->inherit, "--executor: needs --stdin=none or subunit"},
		{executor, process->pty, "--executor: there is no --pty elsewhere"},
		{worker, process->inherit, "--worker: needs --stdin=none or subunit"},
		{list && strcmp(list, "-") == 0, stream,
	         "--load-list=- and --stdin=subunit: only one of them can read standard input"},
		{attempts->job.timeout_auto, !opts->plan.times, "--timeout=auto: needs --times"},
		{debug, opts->until_failure, "--debug and --until-failure: only one of them"},
		{stream, opts->until_failure,
	         "--stdin=subunit and --until-failure: only one of them"},
		{opts->attach, list && strcmp(list, "-") == 0,
	         "--attach and --load-list=-: only one of them can read standard input"},
		{opts->attach, debug, "--attach and --debug: only one of them"},
		{opts->attach, stream, "--attach and --stdin=subunit: only one of them"},
		{opts->attach, process->inherit, "--attach and --stdin=inherit: only one of them"},
		{debug, opts->list, "--debug and --list: only one of them"},
		{debug, attempts->retries, "--debug and --retries: only one of them"},
		{debug, attempts->repeat > 1, "--debug and --repeat: only one of them"},
		{debug, list, "--debug and --load-list: only one of them"},
		{debug, opts->plan.rerun, "--debug and --rerun: only one of them"},
		{debug, stream, "--debug and --stdin=subunit: only one of them"},
		{worker, opts->arguments.count,
	         "--worker: arguments for scripts belong into the worker's command"},
		{worker && opts->jobs_said, remote->instances.names.count,
	         "--jobs: the slots of workers are set with --instances=NAME*SLOTS"},
	};
	if (remote_options_check(remote, options) < 0 ||
	    output_options_check(&opts->outputs, options) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(*conflicts); i++)
		if (conflicts[i].one && conflicts[i].other)
			return options_refuse(options, "%s", conflicts[i].message);
	if (worker && opts->local_option)
		return options_refuse(options, "--%s: belongs into the worker's command",
		                      opts->local_option);
	return job_options_check(&attempts->job, options);
}
