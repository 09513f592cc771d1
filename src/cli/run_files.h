/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs on disk. A file holds one run. A folder is a history: its runs are the files named by a
 * number, as test repositories name them, and those with the ending of a format.
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "string_list.h"

/*
 * Adds the runs in the folder PATH to FILES, sorted by number, the others by name; if PATH is not
 * a folder ("-", a file, a name that does not exist), adds PATH itself. Returns false after a
 * message if the folder holds no run or cannot be read.
 */
bool run_files_of_path(struct string_list *files, const char *path);

/* Returns whether PATH is a folder. */
bool run_files_is_folder(const char *path);

#endif
