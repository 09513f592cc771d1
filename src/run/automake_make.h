/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A `make check` by automake, with our driver in the place of its own.
 *
 * make lets variables on its command line win over those of every makefile, also
 * of those that it runs in other folders; which drivers there are stands in the
 * makefiles.
 */
#ifndef AUTOMAKE_MAKE_H
#define AUTOMAKE_MAKE_H

#include "string_list.h"

/* One of its words is a make: "make", "gmake", "/usr/bin/make". */
bool automake_make_is_make(char *const *argv);

/* Returns whether a word of ARGV, or of an argument that holds several, as in `sh -c "make
 * check"`, is "check", "recheck", "distcheck" or "installcheck". */
bool automake_make_is_check(char *const *argv);

/* Returns the directory into which the make of ARGV changes by -C or --directory, as seen
 * from where it is started; to be freed. NULL: it has none of these, or ARGV has no make. */
char *automake_make_directory(char *const *argv);

/*
 * Adds to OUT the command ARGV (up to NULL), which is one that runs make, maybe behind other
 * words ("nice make check"), with each *_LOG_DRIVER of the makefiles below FOLDER set to DRIVER;
 * where there is none, for automake's serial harness, TESTS_ENVIRONMENT with WRAPPER behind what it
 * was. False when no makefile is automake's.
 */
bool automake_make_drive(struct string_list *out, char *const *argv, const char *folder,
                         const char *driver, const char *wrapper);

#endif
