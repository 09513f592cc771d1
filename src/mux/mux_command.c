/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_command.h"

#include "memory.h"
#include "outcome.h"
#include "process.h"
#include "stderr_copy.h"
#include "string_list.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define GRACE_S 5 /* from SIGTERM to SIGKILL, for a command that is asked to end */
#define LEAK_S 1  /* how long output may stay open after the end of its command */

struct mux_command {
	struct process *process;
	struct process_options options;
	struct string_list argv, env;
	char *cwd;
	struct stderr_copy stderr_copy;
	const struct mux_command_handler *handler;
	void *context;
};

static void
mux_command_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct mux_command *command = context;
	if (stream == PROCESS_STDERR)
		stderr_copy_add(&command->stderr_copy, bytes);
	else
		command->handler->output(command->context, bytes);
}

static void
mux_command_free(struct mux_command *command)
{
	stderr_copy_end(&command->stderr_copy);
	stderr_copy_clear(&command->stderr_copy);
	process_free(command->process);
	string_list_clear(&command->argv);
	string_list_clear(&command->env);
	free(command->cwd);
	free(command);
}

static void
mux_command_on_end(void *context, const struct process_result *result)
{
	static const struct outcome_rules rules = {.skip_exit = OUTCOME_NO_SKIP};
	static const struct subunit2_summary_result no_packets;
	static const struct output_capture_verdict no_verdict = {.packets = &no_packets};
	struct mux_command *command = context;
	const struct mux_command_handler *handler = command->handler;
	void *handler_context = command->context;
	struct outcome outcome;
	struct subunit2_error error;
	outcome_decide(&outcome, &rules, result, OUTCOME_NO_WAIT, &no_verdict);
	subunit2_error_set(&error, SUBUNIT2_E_SYSTEM, NULL, outcome.reason);
	bool lost = outcome.reason && !result->ended_by;
	mux_command_free(command);
	handler->over(handler_context, lost ? &error : NULL);
	outcome_clear(&outcome);
}

static struct mux_command *
mux_command_new(const struct mux_command_options *from)
{
	static char *const nothing[] = {NULL};
	struct mux_command *command = memory_zeroed(1, sizeof(*command));
	string_list_add_all(&command->argv, from->argv);
	string_list_add_all(&command->env, from->envp ? from->envp : environ);
	command->cwd = from->cwd ? memory_copy(from->cwd) : NULL;
	command->options = (struct process_options){
		.argv = command->argv.items,
		.envp = command->env.count ? command->env.items : nothing,
		.cwd = command->cwd,
		.stdin_fd = -1,
		.stdin_buffer = from->stdin_buffer,
		.grace_ns = GRACE_S * EVENT_LOOP_S,
		.leak_ns = LEAK_S * EVENT_LOOP_S,
		.leaked = PROCESS_KILL,
	};
	return command;
}

struct mux_command *
mux_command_start(struct supervisor *supervisor, const struct mux_command_options *options,
                  const char *name, const struct mux_command_handler *handler, void *context)
{
	static const struct process_handler process = {mux_command_on_output, mux_command_on_end};
	struct mux_command *command = mux_command_new(options);
	command->handler = handler;
	command->context = context;
	stderr_copy_begin(&command->stderr_copy, name);
	command->process = process_start(supervisor, &command->options, &process, command);
	if (command->process)
		return command;
	int errnum = errno;
	mux_command_free(command);
	errno = errnum;
	return NULL;
}

void
mux_command_end(struct mux_command *command)
{
	process_end(command->process, SIGTERM, false);
}

void
mux_command_kill(struct mux_command *command)
{
	process_kill(command->process);
}
