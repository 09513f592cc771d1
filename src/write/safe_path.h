/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Makes files and folders whose names come from a stream, below a folder that they cannot leave:
 * not by "..", by "/" or by a link in that folder.
 */
#ifndef SAFE_PATH_H
#define SAFE_PATH_H

#include "name_table.h"

/*
 * Makes the folder NAME below FD, and the folders above it. "/" separates folders; if NAME is
 * absolute or has a part "..", "/" becomes "_". If the name is in use, "-1", "-2" and so on are
 * appended; NUMBERS, one table for each FD, holds the next number of each name. Returns a
 * descriptor of the folder, or -1 with errno, as the functions below do.
 */
int safe_path_make(int fd, struct name_table *numbers, struct subunit2_view name);

/* Makes the file NAME below FD in the same way and opens it for writing. */
int safe_path_file(int fd, struct name_table *numbers, struct subunit2_view name);

/* Opens the file NAME in FD itself for appending. "/" becomes "_"; if a folder has that name, a
 * number is appended. */
int safe_path_append(int fd, struct name_table *numbers, struct subunit2_view name);

#endif
