/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The suite: the scripts that a run knows. Of a directory, these are *.t and *.bats files, and
 * executable files that are named *.sh or test*; hidden files and editors' backups are left out.
 * A file that is given by name is added, under any name and with any permissions.
 */
#ifndef SUITE_H
#define SUITE_H

#include "script.h"

struct suite {
	struct script *scripts; /* in the order in which they were named, directories by name;
	                           no id twice */
	size_t count, size;
	size_t found; /* scripts of paths, also those that were in the suite before */
	void *ids;    /* of scripts: for suite_find */

	struct string_list not_executable; /* files of directories that look like scripts, and lack
	                                      the execute bit */
	struct string_list
		unsearched; /* directories in directories, without RECURSE; no script is in them */
	struct string_list unsearched_with_scripts; /* the same; a script is in each */
};

/*
 * Adds the script PATH, or the scripts of the directory PATH. A path that does not exist is added,
 * and fails when it is run. RECURSE: also the directories in a directory. An entry of a directory
 * that stat refuses is added if its name is that of a script, else named in a message; a directory
 * that cannot be read is added. Returns false if PATH is a directory without a script.
 */
bool suite_add_path(struct suite *suite, const struct script_options *options, const char *path,
                    bool recurse);

/* Adds the script with that id, which need not exist, unless it is there. */
void suite_add_id(struct suite *suite, const struct script_options *options, const char *id);

/* Returns the index of the script with the LEN bytes at ID, or -1. */
long suite_find(const struct suite *suite, const char *id, size_t len);

void suite_clear(struct suite *suite);

#endif
