/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The suite: the scripts that a run knows. A directory gives *.t, *.bats, and what has the
 * execute bit and is named *.sh or test*; hidden files and editors' backups are
 * left out. A file that is named itself is always taken.
 */
#ifndef SUITE_H
#define SUITE_H

#include "script.h"

struct suite {
	struct script *scripts; /* in the order in which they were named, directories by name;
	                           no id twice */
	size_t count, size;
	void *ids; /* of scripts: for suite_find */

	struct string_list not_executable; /* files of directories that look like scripts, and lack
	                                      the execute bit */
	struct string_list not_searched;   /* directories in directories, without RECURSE */
};

/*
 * Adds what PATH, a file or a directory, stands for; one that does not exist is
 * added too, to fail when it is run. RECURSE: a directory's directories as well.
 * An entry of a directory that stat refuses is added if its name is that of a
 * script, else named on standard error; a directory that cannot be read is added.
 */
void suite_add_path(struct suite *suite, const struct script_options *options, const char *path,
                    bool recurse);

/* The script with that id is added unless it is there; it need not exist. */
void suite_add_id(struct suite *suite, const struct script_options *options, const char *id);

/* The index of the script with the LEN bytes at ID, or -1. */
long suite_find(const struct suite *suite, const char *id, size_t len);

void suite_clear(struct suite *suite);

#endif
