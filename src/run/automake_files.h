/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The files that a test driver writes. Each function prints a message if it fails.
 */
#ifndef AUTOMAKE_FILES_H
#define AUTOMAKE_FILES_H

#include <stdbool.h>
#include <stdio.h>

/* Creates or empties the file at PATH and opens it to append: a test may write to its own log.
 * NULL on failure. */
FILE *automake_files_create(const char *path);

/* Closes FILE and opens PATH once more: the test may have removed its log. NULL on failure. */
FILE *automake_files_reopen(FILE *file, const char *path);

/* Closes FILE. Returns false if not all of it was written. */
bool automake_files_close(FILE *file, const char *path);

#endif
