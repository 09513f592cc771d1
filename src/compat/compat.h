/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The old tools: the names of version 1 and of Python's subunit, with the same
 * options, output and exit status. Each is a face on what subunit2 does already;
 * subunit2-compat(7) tells where they differ, and why.
 *
 * To add one: a file here, a line below, a row in programs.c, and in the manual.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "command.h"
#include "options.h"
#include "string_list.h"

/* Ends with a row whose name is NULL. `make install-compat` makes a link for each. */
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
 * A tool that takes its arguments as the old ones do: a long option may be cut
 * short while it is the only one that begins so, and one whose argDescrip has a
 * blank ("FROM TO") takes two values, which come as two options.
 */
struct compat_tool {
	struct options_spec spec;
	/* Takes an option, as with options_read; NULL: there are none. */
	int (*take)(void *context, struct options *options, int option);
	/* Called when all were taken, to see whether they make sense: 0, or what
	 * options_refuse returned. NULL: not. */
	int (*check)(void *context, struct options *options);
	/* Handed the arguments, of which there may be none; the exit status. */
	int (*run)(void *context, const char *const *arguments);
};

/* The whole of a tool. */
int compat_main(const struct compat_tool *tool, void *context, int argc, const char **argv);

#endif
