/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "remote_options.h"

#include <stdlib.h>

#define RESTARTS 3
#define RESTARTS_MAX 1000000

enum {
	OPTION_EXECUTOR = OPTIONS_REMOTE,
	OPTION_WORKER,
	OPTION_INSTANCES,
	OPTION_PROVISION,
	OPTION_DISPOSE,
	OPTION_WORKER_TIMEOUT,
	OPTION_WORKER_RESTARTS,
};

const struct poptOption remote_options_table[] = {
	OPTIONS_VALUE("executor", '\0', OPTION_EXECUTOR,
                      "run every script through this command, which holds {argv} or {shell}",
                      "TEMPLATE"),
	OPTIONS_VALUE("worker", '\0', OPTION_WORKER,
                      "run the scripts at workers: this command, once for each instance",
                      "TEMPLATE"),
	OPTIONS_VALUE("instances", '\0', OPTION_INSTANCES,
                      "the values of {instance}: a,b,c, or a file; a*4 is a worker with 4 slots",
                      "LIST"),
	OPTIONS_VALUE("instance-provision", '\0', OPTION_PROVISION,
                      "the command that makes $INSTANCE_COUNT instances and prints their names",
                      "COMMAND"),
	OPTIONS_VALUE("instance-dispose", '\0', OPTION_DISPOSE,
                      "the command that disposes of $INSTANCE_IDS", "COMMAND"),
	OPTIONS_VALUE("worker-timeout", '\0', OPTION_WORKER_TIMEOUT,
                      "a worker that has tests fails if it writes nothing for this time",
                      "DURATION"),
	OPTIONS_VALUE("worker-restarts", '\0', OPTION_WORKER_RESTARTS,
                      "restart a worker that failed at most N times (default: 3)", "N"),
	POPT_TABLEEND,
};

void
remote_options_begin(struct remote_options *remote)
{
	*remote = (struct remote_options){.restarts = RESTARTS};
}

void
remote_options_clear(struct remote_options *remote)
{
	executor_clear(&remote->executor);
	executor_clear(&remote->worker);
	instances_clear(&remote->instances);
	free((char *)remote->provision);
	free((char *)remote->dispose);
}

static int
remote_options_parse_template(struct executor *executor, bool *given, bool worker,
                              struct options *options)
{
	executor_clear(executor);
	*given = true;
	const char *problem = executor_parse(executor, options->value, worker);
	if (!problem && !executor->words.count)
		problem = "is empty";
	return problem ? options_refuse_value(options, problem) : 0;
}

static int
remote_options_parse_instances(struct remote_options *remote, struct options *options)
{
	instances_clear(&remote->instances);
	char *problem = instances_list(&remote->instances, options->value);
	int result = problem ? options_refuse_value(options, problem) : 0;
	free(problem);
	return result;
}

static int
remote_options_parse_restarts(struct remote_options *remote, struct options *options)
{
	uint64_t number = 0;
	int result = options_parse_number(options, 0, RESTARTS_MAX, &number);
	remote->restarts = (unsigned)number;
	remote->restarts_said = true;
	return result;
}

int
remote_options_parse(struct remote_options *remote, struct options *options, int option)
{
	switch (option) {
	case OPTION_EXECUTOR:
		return remote_options_parse_template(&remote->executor, &remote->has_executor,
		                                     false, options);
	case OPTION_WORKER:
		return remote_options_parse_template(&remote->worker, &remote->has_worker, true,
		                                     options);
	case OPTION_INSTANCES:
		return remote_options_parse_instances(remote, options);
	case OPTION_PROVISION:
		return options_parse_text(options, &remote->provision);
	case OPTION_DISPOSE:
		return options_parse_text(options, &remote->dispose);
	case OPTION_WORKER_TIMEOUT:
		return options_parse_duration(options, &remote->silence_ns);
	default:
		return remote_options_parse_restarts(remote, options);
	}
}

int
remote_options_check(const struct remote_options *remote, struct options *options)
{
	bool listed = remote->instances.names.count;
	bool named = listed || remote->provision;
	const char *repeated = instances_repeated(&remote->instances);
	if (remote->has_executor && remote->has_worker)
		return options_refuse(options, "--executor and --worker: only one of them");
	if ((remote->silence_ns || remote->restarts_said) && !remote->has_worker)
		return options_refuse(options,
		                      "--worker-timeout and --worker-restarts: need --worker");
	if (remote->dispose && !remote->provision)
		return options_refuse(options, "--instance-dispose: needs --instance-provision");
	if (named && !remote->has_executor && !remote->has_worker)
		return options_refuse(options, "instances are for an --executor or a --worker");
	if (listed && remote->provision)
		return options_refuse(options,
		                      "--instances and --instance-provision: only one of them");
	if (remote->has_worker && !named)
		return options_refuse(options,
		                      "--worker: needs --instances or --instance-provision");
	if (remote->has_worker && repeated)
		return options_refuse(options, "--instances: %s is there twice", repeated);
	if (remote->has_executor &&
	    instances_all_slots(&remote->instances) > remote->instances.names.count)
		return options_refuse(options, "--instances: only a --worker has slots");
	return 0;
}
