/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The private folder of one attempt at a test: its TMPDIR.
 */
#ifndef TMPDIR_H
#define TMPDIR_H

#include <stdbool.h>

/* Creates a folder in PARENT. Returns its path, to be freed, or NULL with errno. */
char *tmpdir_make(const char *parent);

/* Returns true if the folder at PATH is empty and has the owner and mode that tmpdir_make gave it.
 */
bool tmpdir_is_untouched(const char *path);

/* Returns the folder for temporary folders, to be freed: VALUE, the value of TMPDIR, made absolute
 * if it exists, because commands may run in other directories; /tmp if VALUE is NULL or empty. */
char *tmpdir_parent(const char *value);

#endif
