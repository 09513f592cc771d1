/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 as a builtin of bash: runs `subunit2 status` without a new process. All
 * other commands run the program that is in PATH.
 *
 * This file includes bash's headers, which conflict with those of subunit2. in_shell.h
 * is the interface between both.
 */
#include "in_shell.h"

#include <sys/types.h>

#include <config.h>

#include <shell.h>

#include <builtins.h>
#include <execute_cmd.h>
#include <quit.h>
#include <signal.h>
#include <unwind_prot.h>

/* Functions of bash that its headers for builtins do not declare. */
extern char **make_builtin_argv(WORD_LIST *list, int *argc);
extern char *find_user_command(const char *name);
extern int signal_is_pending(int signal);
extern int default_buffered_input;
extern int sync_buffered_stream(int fd);

/* Returns whether the command must end because of a signal: SIGINT, a signal that ends the
 * shell, or a pending trap for SIGINT, SIGTERM or SIGHUP. */
static bool
builtin_is_interrupted(void)
{
	return interrupt_state || terminating_signal || signal_is_pending(SIGINT) ||
	       signal_is_pending(SIGTERM) || signal_is_pending(SIGHUP);
}

static int
builtin_run_status(WORD_LIST *list)
{
	/* If the script is read from standard input, bash has read ahead. Seek back, so
	 * that the command reads the bytes that follow its line. */
	if (default_buffered_input == STDIN_FILENO)
		sync_buffered_stream(STDIN_FILENO);
	int argc;
	char **argv = make_builtin_argv(list, &argc);
	int status = in_shell_status(argc - 1, (const char **)argv + 1, builtin_is_interrupted);
	free(argv);
	return status;
}

static int
builtin_free_command(char *command)
{
	dispose_command((COMMAND *)command);
	return 0;
}

/* Runs the program subunit2 as the shell runs a command. CMD_IGNORE_RETURN turns `set -e`
 * off for it, because the shell applies `set -e` to the status of the builtin. */
static int
builtin_run_program(WORD_LIST *list)
{
	static char frame[] = "subunit2";
	char *path = find_user_command("subunit2");
	if (!path) {
		in_shell_refuse("the program is not in PATH");
		return EX_NOTFOUND;
	}
	COMMAND *command = make_bare_simple_command();
	WORD_DESC *word = make_bare_word(path);
	free(path);
	command->value.Simple->words = make_word_list(word, copy_word_list(list));
	command->value.Simple->redirects = NULL;
	command->flags |= CMD_NO_FUNCTIONS | CMD_INHIBIT_EXPANSION | CMD_IGNORE_RETURN;
	command->value.Simple->flags |= command->flags;

	begin_unwind_frame(frame);
	add_unwind_protect(builtin_free_command, (char *)command);
	int status = execute_command(command);
	run_unwind_frame(frame);
	return status;
}

static int
builtin_run(WORD_LIST *list)
{
	if (list && strcmp(list->word->word, "status") == 0)
		return builtin_run_status(list);
	return builtin_run_program(list);
}

/* bash looks up these names. */
int subunit2_builtin_load(char *name);
void subunit2_builtin_unload(char *name);
extern struct builtin subunit2_struct;

int
subunit2_builtin_load(char *name)
{
	(void)name;
	return in_shell_begin();
}

void
subunit2_builtin_unload(char *name)
{
	(void)name;
	in_shell_end();
}

static char *const about[] = {
	"Test results as a subunit stream.",
	"",
	"subunit2 status writes one event, without a process; see subunit2-status(1).",
	"Every other command runs the program subunit2.",
	NULL,
};

struct builtin subunit2_struct = {
	.name = "subunit2",
	.function = builtin_run,
	.flags = BUILTIN_ENABLED,
	.long_doc = about,
	.short_doc = "subunit2 COMMAND [OPTION...] [ARGUMENT...]",
};
