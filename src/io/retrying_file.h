/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A FILE that waits for room if its descriptor is non-blocking, as another program may have left
 * it. stdio itself would drop the bytes. After an error, further bytes are dropped.
 */
#ifndef RETRYING_FILE_H
#define RETRYING_FILE_H

#include <stdio.h>

struct retrying_file;

/* Never returns NULL. The caller closes FD. */
struct retrying_file *retrying_file_new(int fd);

/* Writes the buffered bytes and frees RETRYING. Returns 0, or the errno of the first write that
 * failed, now or before; fclose would report only the last one. NULL is allowed. */
int retrying_file_free(struct retrying_file *retrying);

/* Returns the FILE, valid until retrying_file_free. */
FILE *retrying_file_file(const struct retrying_file *retrying);

/* Returns the errno of the first write that failed, or 0. */
int retrying_file_errnum(const struct retrying_file *retrying);

#endif
