/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Files and folders whose names come from a stream, below a folder that they
 * cannot leave: not by "..", not by "/", not by a link that stands there.
 */
#ifndef SAFE_PATH_H
#define SAFE_PATH_H

#include "name_table.h"

/*
 * Makes the folder called NAME below FD, and those above it: "/" in a name is a
 * folder's, unless the name is absolute or has a part "..", when it becomes "_".
 * Where the name is taken, it gets "-1", "-2" and so on; NUMBERS, one table for each
 * FD, keeps the next one of each name. Returns a descriptor for the folder, or -1
 * with errno set, as the others do.
 */
int safe_path_make(int fd, struct name_table *numbers, struct subunit2_view name);

/* Makes a file below FD, in the same way, to be written. */
int safe_path_file(int fd, struct name_table *numbers, struct subunit2_view name);

/* Opens the file called NAME in FD itself, to write at its end; "/" becomes "_",
 * and a folder of that name has it stand beside with a number. */
int safe_path_append(int fd, struct name_table *numbers, struct subunit2_view name);

#endif
