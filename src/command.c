#include "command.h"

#include <stddef.h>
#include <string.h>

const struct command commands[] = {
	{"status", "say one event: a test's status, its files, or both", cmd_status},
	{"convert", "read any format, write any format", cmd_convert},
	{"wrap", "run a command as one test", cmd_wrap},
	{"filter", "keep, drop and change the events of a stream", cmd_filter},
	{"report", "show results for people, and give the verdict", cmd_report},
	{"ls", "list the ids of tests", cmd_ls},
	{"diff", "tell what changed between two runs", cmd_diff},
	{0},
};

const struct command *
command_named(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}
