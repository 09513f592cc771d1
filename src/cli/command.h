/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The commands. To add one: a file in cmd/ with its options, its help and its
 * run function; a line here; a row in command.c; a manual page.
 */
#ifndef COMMAND_H
#define COMMAND_H

struct command {
	const char *name;
	const char *summary; /* one line, for the overview */
	/* argv[0] is "subunit2 NAME". Returns the exit status. */
	int (*run)(int argc, const char **argv);
};

/* Ends with a row whose name is NULL. */
extern const struct command commands[];

/* Returns the exit status of COMMAND if the system fails it: no memory, no processes. */
int command_failure(const struct command *command);

/* Returns NULL if no command has the name. */
const struct command *command_named(const char *name);

/* Returns the older tool whose name PATH has ("subunit-output"), as a command whose argv[0] is that
 * name. Returns NULL if PATH has no such name. */
const struct command *command_of_program(const char *path);

int cmd_automake_driver(int argc, const char **argv);
int cmd_convert(int argc, const char **argv);
int cmd_diff(int argc, const char **argv);
int cmd_filter(int argc, const char **argv);
int cmd_ls(int argc, const char **argv);
int cmd_mux(int argc, const char **argv);
int cmd_report(int argc, const char **argv);
int cmd_run(int argc, const char **argv);
int cmd_status(int argc, const char **argv);
int cmd_wrap(int argc, const char **argv);

#endif
