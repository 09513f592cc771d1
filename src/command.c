#include "command.h"

#include <stddef.h>
#include <string.h>

const struct command commands[] = {
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
