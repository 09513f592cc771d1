/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * `wrap --automake`: the make in a command, and its Makefiles with this program's test driver.
 */
#ifndef AUTOMAKE_MAKE_H
#define AUTOMAKE_MAKE_H

#include "string_list.h"

/* Returns true if a word of ARGV is a make: "make", "gmake", "/usr/bin/make". */
bool automake_make_is_make(char *const *argv);

/* Returns whether a word of ARGV, or of an argument that holds several, as in `sh -c "make
 * check"`, is "check", "recheck", "distcheck" or "installcheck". */
bool automake_make_is_check(char *const *argv);

/* Returns the directory into which the make of ARGV changes by -C or --directory, relative to
 * where it is started, or absolute; to be freed. NULL if it has no such option, or if ARGV has
 * no make. */
char *automake_make_directory(char *const *argv);

/* The results of automake_make_drive. */
enum automake_make_driven {
	AUTOMAKE_MAKE_DRIVEN,
	AUTOMAKE_MAKE_NO_MAKEFILE, /* no Makefile is automake's and has tests */
	AUTOMAKE_MAKE_FAILED,      /* errno says why */
};

/*
 * Sets in ENVIRONMENT what lets the make of ARGV, started in FOLDER, run its tests by this
 * program's driver: those of the Makefiles below FOLDER, or below the directory of the make if that
 * lies outside of FOLDER. Ids of tests are relative to the same.
 * Prints a message for each driver that is not one of automake's; it is run unchanged.
 *
 * The makefile that does this is a temporary file without a name, open as *FD, which the caller
 * closes when make has ended. FOLDER is a real path.
 */
enum automake_make_driven automake_make_drive(struct string_list *environment, char *const *argv,
                                              const char *folder, int *fd);

#endif
