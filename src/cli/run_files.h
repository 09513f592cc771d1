/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs as they are kept: a file holds one run, and a folder holds files: those
 * that are named by a number, as test repositories keep them, or that have the
 * ending of a format.
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "string_list.h"

/*
 * Adds the files of PATH, the oldest first where they are numbered, else by name;
 * PATH itself when it is no folder, "-" and what does not exist among that.
 */
void run_files_of_path(struct string_list *files, const char *path);

#endif
