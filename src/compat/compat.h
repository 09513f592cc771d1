/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tools of Python's subunit, under their names, with the same options, output
 * and exit status. Each is built from the parts that the commands of subunit2 use.
 * subunit2-compat(7) lists the differences and their reasons.
 *
 * To add a tool: write a file here, declare its function below, and add a row to
 * programs.c and a section to the manual page.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "command.h"
#include "options.h"
#include "string_list.h"

/* Ends with a row whose name is NULL. `make install-compat` makes a link for each row. */
extern const struct command compat_programs[];

int compat_1to2(int argc, const char **argv);
int compat_2to1(int argc, const char **argv);
int compat_combine(int argc, const char **argv);
int compat_csv(int argc, const char **argv);
int compat_disk(int argc, const char **argv);
int compat_filter(int argc, const char **argv);
int compat_gojson(int argc, const char **argv);
int compat_gtk(int argc, const char **argv);
int compat_ls(int argc, const char **argv);
int compat_junitxml(int argc, const char **argv);
int compat_junitxml_in(int argc, const char **argv);
int compat_notify(int argc, const char **argv);
int compat_output(int argc, const char **argv);
int compat_pyunit(int argc, const char **argv);
int compat_stats(int argc, const char **argv);
int compat_tags(int argc, const char **argv);
int compat_tap(int argc, const char **argv);

/*
 * A tool that reads its arguments as Python's optparse does. A long option may be
 * abbreviated as long as it is unambiguous. An option whose argDescrip contains a
 * blank ("FROM TO") takes two values; `take` is called once for each of them.
 */
struct compat_tool {
	struct options_spec spec;
	/* Stores an option, as for options_read. NULL if the tool has no options. */
	int (*take)(void *context, struct options *options, int option);
	/* Checks the options together, after the last one. Returns 0, or the result
	 * of options_refuse. May be NULL. */
	int (*check)(void *context, struct options *options);
	/* Runs the tool. ARGUMENTS ends with NULL and may be empty. Returns the exit
	 * status. */
	int (*run)(void *context, const char *const *arguments);
};

/* Reads the arguments and runs TOOL with CONTEXT. Returns the exit status. */
int compat_main(const struct compat_tool *tool, void *context, int argc, const char **argv);

#endif
