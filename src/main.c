/*
 * subunit2: the name of a command decides what runs; see command.c.
 */
#include "command.h"
#include "memory.h"
#include "message.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
print_overview(void)
{
	puts("Usage: subunit2 COMMAND [OPTIONS] [ARGUMENTS]\n"
	     "       subunit2 FILE...\n"
	     "\n"
	     "Brings the results of any test suite into one stream.\n"
	     "\n"
	     "Commands:");
	for (const struct command *command = commands; command->name; command++)
		printf("  %-10s %s\n", command->name, command->summary);
	puts("  help       show the help of a command\n"
	     "\n"
	     "`subunit2 FILE` is `subunit2 report FILE`.\n"
	     "\n"
	     "Options:\n"
	     "  -h, --help     show this help\n"
	     "      --version  show the version");
}

/* Runs COMMAND with ARGV, whose first word is the command's or a file's. */
static int
run(const struct command *command, int argc, const char **argv)
{
	char *name = memory_format("subunit2 %s", command->name);
	message_begin(name);
	const char *before = argv[0];
	argv[0] = name;
	int status = command->run(argc, argv);
	argv[0] = before;
	return status;
}

static int
help(const char *name)
{
	const char *argv[] = {"help", "--help", NULL};
	if (!name) {
		print_overview();
		return COMMAND_GOOD;
	}
	const struct command *command = command_named(name);
	if (!command) {
		message("%s: no such command", name);
		return COMMAND_USAGE;
	}
	return run(command, 2, argv);
}

static int
dispatch(int argc, const char **argv)
{
	if (argc < 2) {
		message("no command: try `subunit2 --help`");
		return COMMAND_USAGE;
	}
	const char *word = argv[1];
	const struct command *command = command_named(word);
	if (command)
		return run(command, argc - 1, argv + 1);
	if (strcmp(word, "help") == 0)
		return help(argv[2]);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return help(NULL);
	if (strcmp(word, "--version") == 0) {
		puts("subunit2 " SUBUNIT2_VERSION);
		return COMMAND_GOOD;
	}
	command = command_named("report");
	if (command && *word != '-' && access(word, F_OK) == 0)
		return run(command, argc, argv);
	message("%s: no such command or file: try `subunit2 --help`", word);
	return COMMAND_USAGE;
}

int
main(int argc, char **argv)
{
	/* A reader that has gone is an error of writing, with a message. */
	signal(SIGPIPE, SIG_IGN);
	int status = dispatch(argc, (const char **)argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		message("standard output: %s", strerror(errno));
		status = status == COMMAND_GOOD ? COMMAND_IO : status;
	}
	return status;
}
