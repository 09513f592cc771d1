/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 as a builtin of bash: `subunit2 status` without a process. All other
 * commands run the program that is in PATH.
 *
 * This file knows bash, and of subunit2 only the guest: their headers do not mix.
 */
#include "guest.h"

#include <sys/types.h>

#include <config.h>

#include <shell.h>

#include <builtins.h>
#include <execute_cmd.h>
#include <quit.h>
#include <signal.h>
#include <unwind_prot.h>

/* In bash, but in none of the headers that come for builtins. */
extern char **make_builtin_argv(WORD_LIST *list, int *argc);
extern char *find_user_command(const char *name);
extern int signal_is_pending(int signal);
extern int default_buffered_input;
extern int sync_buffered_stream(int fd);

/* True when the shell has to go on: ^C, its end, or a trap for either. */
static bool
builtin_is_interrupted(void)
{
	return interrupt_state || terminating_signal || signal_is_pending(SIGINT) ||
	       signal_is_pending(SIGTERM) || signal_is_pending(SIGHUP);
}

static int
builtin_run_status(WORD_LIST *list)
{
	/* A script on standard input was read ahead; what follows here is the command's. */
	if (default_buffered_input == STDIN_FILENO)
		sync_buffered_stream(STDIN_FILENO);
	int argc;
	char **argv = make_builtin_argv(list, &argc);
	int status = guest_status(argc - 1, (const char **)argv + 1, builtin_is_interrupted);
	free(argv);
	return status;
}

static int
builtin_free_command(char *command)
{
	dispose_command((COMMAND *)command);
	return 0;
}

/* As the shell runs a program whose path was typed; the errors of this command
 * are those of the builtin, which `set -e` looks at. */
static int
builtin_run_program(WORD_LIST *list)
{
	static char frame[] = "subunit2";
	char *path = find_user_command("subunit2");
	if (!path) {
		guest_refuse("the program is not in PATH");
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

/* What bash looks for by these names. */
int subunit2_builtin_load(char *name);
void subunit2_builtin_unload(char *name);
extern struct builtin subunit2_struct;

int
subunit2_builtin_load(char *name)
{
	(void)name;
	return guest_begin();
}

void
subunit2_builtin_unload(char *name)
{
	(void)name;
	guest_end();
}

static char *const about[] = {
	"Test results as a subunit stream.",
	"",
	"subunit2 status says one event, without a process; see subunit2-status(1).",
	"Every other command runs the program subunit2, as if there were no builtin.",
	NULL,
};

struct builtin subunit2_struct = {
	.name = "subunit2",
	.function = builtin_run,
	.flags = BUILTIN_ENABLED,
	.long_doc = about,
	.short_doc = "subunit2 COMMAND [OPTION...] [ARGUMENT...]",
};
