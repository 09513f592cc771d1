/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A FILE that writes to memory, as open_memstream makes one. That one drops what it has no
 * memory for, and no call says so, not even fclose; this one ends the program (die.h).
 */
#ifndef MEMORY_FILE_H
#define MEMORY_FILE_H

#include <stdio.h>

/*
 * Returns a file, never NULL, to be closed by fclose. At each flush and at the close, *TEXT becomes
 * the bytes before the current offset with a NUL, and *LEN their number. TEXT and LEN must outlive
 * the file; *TEXT is freed by the caller after the close. After a seek backwards, later bytes
 * replace those from there on.
 */
FILE *memory_file(char **text, size_t *len);

#endif
