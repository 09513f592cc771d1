/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A folder of runs that is written to, as with "-o runs/".
 *
 * Each run is a file named by a number. It is written under a hidden name and gets the next
 * free number when it is complete. So a reader never sees a part of a run, and two writers
 * never share a number.
 */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <subunit2.h>

/* Returns whether PATH names a folder of runs: it ends with a slash. */
bool run_folder_is_named(const char *path);

/* Returns the number of the run in the file NAME: at most 18 digits; -1 if NAME is another. */
int64_t run_folder_number(const char *name);

/* Returns whether FOLDER belongs to testr or stestr, which keep an index of their own there. */
bool run_folder_is_repository(const char *folder);

/*
 * Creates FOLDER if it does not exist, and in it an empty file with a hidden name. Returns the
 * path of that file, to be freed; NULL with ERROR on failure.
 */
char *run_folder_begin(const char *folder, struct subunit2_error *error);

/*
 * Renames FILE, which run_folder_begin returned, to the next free number in FOLDER. Then it
 * removes the oldest numbered files until KEEP are left; KEEP 0 removes none.
 */
enum subunit2_result run_folder_publish(const char *folder, const char *file, uint64_t keep,
                                        struct subunit2_error *error);

#endif
