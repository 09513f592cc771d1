/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A patient file: a FILE for a descriptor that may be one which does not block,
 * as a shell's other programs leave it. Where stdio itself drops what finds no
 * room there, this waits for room. After an error nothing more is written.
 */
#ifndef RETRYING_FILE_H
#define RETRYING_FILE_H

#include <stdio.h>

struct patient;

/* Never NULL. FD stays the caller's. */
struct patient *patient_new(int fd);

/* Writes what is buffered, and frees. 0, or the errno of the write that failed, now or
 * before; the file's own fclose knows only of the last. NULL is allowed. */
int patient_free(struct patient *patient);

/* Where to write; ends with PATIENT. */
FILE *patient_file(const struct patient *patient);

/* Of the write that failed; 0: none has. */
int patient_errnum(const struct patient *patient);

#endif
