#include "command.h"

#include <stddef.h>
#include <string.h>

const struct command commands[] = {
	{"filter", "keep, drop and change the events of a stream", cmd_filter},
	{"convert", "any format in, any format out", cmd_convert},
	{"report", "show results for people, and give the verdict", cmd_report},
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
