/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "command.h"

#include "base_name.h"
#include "compat.h"
#include "exit_status.h"

#include <stddef.h>
#include <string.h>

const struct command commands[] = {
	{"status", "write one event: a test's status, its files, or both", cmd_status},
	{"wrap", "run a command as one test", cmd_wrap},
	{"run", "run many scripts as tests", cmd_run},
	{"convert", "read any format, write any format", cmd_convert},
	{"filter", "keep, drop and change the events of a stream", cmd_filter},
	{"mux", "merge live streams into one", cmd_mux},
	{"report", "show results for people, and give the verdict", cmd_report},
	{"ls", "list the ids of tests", cmd_ls},
	{"diff", "show what changed between two runs", cmd_diff},
	{"automake-driver", "run one test for automake", cmd_automake_driver},
	{0},
};

int
command_failure(const struct command *command)
{
	return command->run == cmd_wrap ? COMMAND_WRAP_FAILED : EXIT_STATUS_IO;
}

static const struct command *
command_find(const struct command *command, const char *name)
{
	for (; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

const struct command *
command_named(const char *name)
{
	return command_find(commands, name);
}

const struct command *
command_of_program(const char *path)
{
	return command_find(compat_programs, base_name(path));
}
