/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A FILE that writes to memory, as open_memstream makes one. That one drops what it has no
 * memory for, and no call says so, not even fclose; this one ends the program (die.h).
 */
#ifndef MEMORY_FILE_H
#define MEMORY_FILE_H

#include <stdio.h>

/*
 * Returns a file, never NULL, to be closed with fclose. Whenever it is flushed or closed,
 * *TEXT becomes all bytes up to where it stands and a NUL, and *LEN their number. TEXT and
 * LEN outlive the file; *TEXT is to be freed after it. After a seek backwards, the bytes
 * from there on are written again.
 */
FILE *memory_file(char **text, size_t *len);

#endif
