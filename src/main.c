/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2: finds the command that the arguments name, runs it, and checks that its
 * output could be written.
 */
#include "command.h"
#include "die.h"
#include "exit_status.h"
#include "help.h"
#include "message.h"
#include "options.h"
#include "std_fds.h"
#include "suggest.h"
#include "write_signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs COMMAND with ARGV, and returns its exit status. Replaces ARGV[0] by the name that
 * begins all messages from now on, which is therefore static. */
static int
main_run_command(const struct command *command, int argc, const char **argv)
{
	static char name[64];
	snprintf(name, sizeof(name), "subunit2 %s", command->name);
	argv[0] = name;
	message_begin(name);
	die_begin(command_failure(command));
	std_fds_wait();
	return command->run(argc, argv);
}

static void
main_print_overview(FILE *file)
{
	unsigned columns = help_columns();
	help_print_text(file,
	                "Usage: subunit2 COMMAND [OPTION...] [ARGUMENT...]\n"
	                "       subunit2 FILE            the same as: subunit2 report FILE\n"
	                "Brings the results of any test suite into one stream.\n",
	                0, 7, columns);
	fputs("\nCommands:\n", file);
	for (const struct command *command = commands; command->name; command++) {
		fprintf(file, "  %-17s", command->name);
		help_print_text(file, command->summary, 19, 19, columns);
	}
	fputs("\n"
	      "  -h, --help    show this help\n"
	      "  --version     show the version\n"
	      "\n",
	      file);
	help_print_text(file,
	                "subunit2 help COMMAND, or subunit2 COMMAND --help, shows the help of a "
	                "command.",
	                0, 0, columns);
}

static int
main_refuse_command(const char *name)
{
	struct suggest suggest;
	suggest_init(&suggest, name);
	for (const struct command *command = commands; command->name; command++)
		suggest_try(&suggest, command->name);
	if (suggest.nearest)
		message("%s: neither a command nor a file; did you mean %s?", name,
		        suggest.nearest);
	else
		message("%s: neither a command nor a file; see subunit2 --help", name);
	return EXIT_STATUS_USAGE;
}

static int
main_run_help(int argc, const char **argv)
{
	if (argc < 3) {
		std_fds_wait();
		main_print_overview(stdout);
		return EXIT_STATUS_GOOD;
	}
	const struct command *command = command_named(argv[2]);
	if (!command)
		return main_refuse_command(argv[2]);
	const char *help[] = {NULL, "--help", NULL};
	return main_run_command(command, 2, help);
}

/* Handles OPTION without a command: --help or --version. */
static int
main_run_options(const char *option)
{
	std_fds_wait();
	if (strcmp(option, "-h") == 0 || strcmp(option, "--help") == 0) {
		main_print_overview(stdout);
		return EXIT_STATUS_GOOD;
	}
	if (strcmp(option, "--version") == 0) {
		puts("subunit2 " SUBUNIT2_VERSION);
		return EXIT_STATUS_GOOD;
	}
	message("%s: unknown option; see subunit2 --help", option);
	return EXIT_STATUS_USAGE;
}

static int
main_run_program(const struct command *program, int argc, const char **argv)
{
	argv[0] = program->name;
	message_begin(program->name);
	die_begin(EXIT_STATUS_IO);
	std_fds_wait();
	return program->run(argc, argv);
}

static int
main_dispatch(int argc, const char **argv)
{
	const struct command *program = argc > 0 ? command_of_program(argv[0]) : NULL;
	if (program)
		return main_run_program(program, argc, argv);
	if (argc < 2) {
		main_print_overview(stderr);
		return EXIT_STATUS_USAGE;
	}
	const char *name = argv[1];
	const struct command *command = command_named(name);
	if (command)
		return main_run_command(command, argc - 1, argv + 1);
	if (strcmp(name, "help") == 0)
		return main_run_help(argc, argv);
	if (name[0] == '-' && name[1] != '\0')
		return main_run_options(name);
	if (strcmp(name, "-") != 0 && access(name, F_OK) < 0)
		return main_refuse_command(name);
	command = command_named("report");
	return command ? main_run_command(command, argc, argv) : main_refuse_command(name);
}

int
main(int argc, char **argv)
{
	std_fds_occupy();
	write_signals_ignore();
	return std_fds_flush(main_dispatch(argc, (const char **)argv));
}
