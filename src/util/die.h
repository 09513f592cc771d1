/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Fatal errors: the program prints a message and exits. The shims notice the exit, and end the
 * commands that it runs.
 */
#ifndef DIE_H
#define DIE_H

#include <stdbool.h>

/* Sets the exit status of die, which is EXIT_STATUS_IO by default. */
void die_begin(int status);
bool die_has_begun(void);

/* Prints a message as message() does, and exits. In an exit handler, ends the program at once,
 * without a second message. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
