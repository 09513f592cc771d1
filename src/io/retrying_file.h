/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A patient file: a FILE for a descriptor that may be one which does not block,
 * as a shell's other programs leave it. Where stdio itself drops what finds no
 * room there, this waits for room. After an error nothing more is written.
 */
#ifndef RETRYING_FILE_H
#define RETRYING_FILE_H

#include <stdio.h>

struct retrying_file;

/* Never NULL. FD stays the caller's. */
struct retrying_file *retrying_file_new(int fd);

/* Writes what is buffered, and frees. 0, or the errno of the write that failed, now or
 * before; the file's own fclose knows only of the last. NULL is allowed. */
int retrying_file_free(struct retrying_file *retrying);

/* Where to write; ends with RETRYING. */
FILE *retrying_file_file(const struct retrying_file *retrying);

/* Of the write that failed; 0: none has. */
int retrying_file_errnum(const struct retrying_file *retrying);

#endif
