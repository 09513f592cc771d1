/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A script: one runnable test of a suite, a file that is run for its results.
 *
 * Its id is its path without "./" and "//", relative to the root of the suite,
 * so that the same test has the same id from wherever the run is started. What
 * no packet or terminal takes well is escaped there as subunit2_utf8_escape does
 * it, and found again by such an id.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "string_list.h"

struct script {
	char *id;
	char *path;    /* from the current directory; holds a slash, so that no PATH is searched */
	char *problem; /* why it cannot be run, known before it is tried; NULL: it may be tried */
};

/* How scripts are run; as prove's letters have it. */
struct script_options {
	const char *root;             /* of the suite, absolute and real; NULL: ids are paths */
	const char *interpreter;      /* -e: shell words before the path; NULL: found out */
	struct string_list libraries; /* -l, -b, -I: directories put before perl's own */
};

/*
 * SCRIPT for a path as a person types it, and for an id, which is relative to
 * OPTIONS->root. The file need not exist. Released with script_clear.
 */
void script_of_path(struct script *script, const struct script_options *options, const char *path);
void script_of_id(struct script *script, const struct script_options *options, const char *id);
void script_clear(struct script *script);

/* LEN bytes of a name, which hold no NUL, as they stand in an id; to be freed. */
char *script_id(const char *name, size_t len);

/* "x.sh" has the ending ".sh", but ".sh" itself has not. */
bool script_has_ending(const char *path, const char *ending);

/* True if the command ARGV, which ends with NULL, runs a "*.t" script: by itself, or as
 * the first argument but options of an interpreter. */
bool script_is_t(char *const *argv);

/*
 * Adds to ARGV the command that runs SCRIPT, without the suite's own arguments.
 * The first that fits:
 *
 * -e INTERPRETER      its words, then the path
 * #! line with perl   the perl it names, else the one in PATH, with the line's switches (so -T
 *                     works as asked) and -I for each library
 * other #! line       its interpreter; no execute bit is needed
 * a binary            the file itself
 * .t .bats .sh        perl, bats, sh
 * an execute bit      the file itself
 *
 * Returns NULL, or why the file cannot be run, to be freed; ARGV is as it was then.
 */
char *script_command(const struct script *script, const struct script_options *options,
                     struct string_list *argv);

#endif
