/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_command.h"

#include "memory.h"
#include "mux_input_state.h"
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

struct mux_command_input {
	struct process *process;
	struct process_options options;
	struct string_list argv, env;
	char *cwd;
	struct stderr_copy stderr_copy;
};

static void
mux_command_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct mux_input *mux_input = context;
	if (stream == PROCESS_STDERR)
		stderr_copy_add(&mux_input->command->stderr_copy, bytes);
	else if (mux_input->autodetect)
		mux_input_on_bytes(mux_input, bytes);
}

static void
mux_command_free(struct mux_input *mux_input)
{
	struct mux_command_input *command = mux_input->command;
	stderr_copy_end(&command->stderr_copy);
	stderr_copy_clear(&command->stderr_copy);
	process_free(command->process);
	string_list_clear(&command->argv);
	string_list_clear(&command->env);
	free(command->cwd);
	free(command);
	mux_input->command = NULL;
}

static void
mux_command_on_end(void *context, const struct process_result *result)
{
	static const struct outcome_rules rules = {.skip_exit = OUTCOME_NO_SKIP};
	static const struct subunit2_summary_result no_packets;
	static const struct output_capture_verdict no_verdict = {.packets = &no_packets};
	struct mux_input *mux_input = context;
	struct outcome outcome;
	struct subunit2_error error;
	outcome_decide(&outcome, &rules, result, OUTCOME_NO_WAIT, &no_verdict);
	subunit2_error_set(&error, SUBUNIT2_E_SYSTEM, NULL, outcome.reason);
	bool lost = outcome.reason && !result->ended_by;
	mux_command_free(mux_input);
	if (mux_input->autodetect)
		mux_input_close(mux_input, lost ? &error : NULL);
	outcome_clear(&outcome);
}

static struct mux_command_input *
mux_command_copy(const struct mux_command *from)
{
	static char *const nothing[] = {NULL};
	struct mux_command_input *command = memory_zeroed(1, sizeof(*command));
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

void
mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                       const struct mux_command *from)
{
	static const struct process_handler handler = {mux_command_on_output, mux_command_on_end};
	struct mux_input *mux_input = mux_input_add(mux_inputs, route, NULL, true);
	struct mux_command_input *command = mux_command_copy(from);
	stderr_copy_begin(&command->stderr_copy, mux_input->route);
	mux_input->command = command;
	mux_input_begin_autodetect(mux_input);
	command->process =
		process_start(mux_inputs->supervisor, &command->options, &handler, mux_input);
	if (command->process)
		return;
	struct subunit2_error error;
	subunit2_error_system(&error, NULL, errno);
	mux_command_free(mux_input);
	mux_input_close(mux_input, &error);
}

void
mux_command_end(struct mux_command_input *command)
{
	process_end(command->process, SIGTERM, false);
}

void
mux_command_kill(struct mux_command_input *command)
{
	process_kill(command->process);
}
