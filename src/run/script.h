/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A script: one runnable test of a suite, a file that is run for its results.
 *
 * Its id is its path without "./" and "//", relative to the root of the suite, so that a test has
 * the same id from any directory. Control characters and bytes that are not UTF-8 are escaped in
 * the id as subunit2_utf8_escape does it, and so is the backslash of a path that holds \xNN
 * itself; script_of_id takes such an id.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "string_list.h"

struct script {
	char *id;
	char *path;    /* from the current directory; holds a slash, so that no PATH is searched */
	char *problem; /* why it cannot be run, if that is known before; NULL: it may be tried */
};

/* How scripts are run, with prove's letters. */
struct script_options {
	const char *root;        /* of the suite, absolute and real; NULL: ids are paths */
	const char *interpreter; /* -e: shell words before the path; NULL: see script_command */
	struct string_list libraries; /* -l, -b, -I: directories put before perl's own */
};

/*
 * Fill SCRIPT, from a path as a person types it, or from an id, which is relative to OPTIONS->root.
 * The file need not exist. Released with script_clear.
 */
void script_of_path(struct script *script, const struct script_options *options, const char *path);
void script_of_id(struct script *script, const struct script_options *options, const char *id);
void script_clear(struct script *script);

/* Returns LEN bytes of a name, without NUL, escaped as in an id; to be freed. */
char *script_id(const char *name, size_t len);

/* Returns true for "x.sh" with the ending ".sh", and false for ".sh" itself. */
bool script_has_ending(const char *path, const char *ending);

/* Returns true if the command ARGV, which ends with NULL, runs a "*.t" script: by itself, or as the
 * first argument of an interpreter that is not an option. */
bool script_is_t(char *const *argv);

/*
 * Adds to ARGV the command that runs SCRIPT, without the suite's own arguments: the first row
 * that fits.
 *
 * -e INTERPRETER      its words, then the path
 * #! line with perl   the perl it names, else the one in PATH, with the line's switches (so -T
 *                     works as asked) and -I for each library
 * other #! line       its interpreter; no execute bit is needed
 * a binary            the file itself
 * .t .bats .sh        perl, bats, sh
 * an execute bit      the file itself
 *
 * Returns NULL, or why the file cannot be run, to be freed; ARGV is then unchanged.
 */
char *script_command(const struct script *script, const struct script_options *options,
                     struct string_list *argv);

#endif
