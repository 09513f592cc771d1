/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Fatal: the system gives what nothing can go on without. The program says so
 * and ends at once; the shims see that it is gone, and end what it runs.
 */
#ifndef DIE_H
#define DIE_H

#include <stdbool.h>

/* The exit status then, from now on; until then it is EXIT_STATUS_IO. */
void die_begin(int status);
bool die_has_begun(void);

/* Prints the line, as message() does, and exits. In an exit handler, ends the program at
 * once, without a second line. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
