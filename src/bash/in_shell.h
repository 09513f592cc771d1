/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs subunit2 status in the process of a shell, and restores everything that it
 * changes there: signals, the locale, descriptors.
 */
#ifndef IN_SHELL_H
#define IN_SHELL_H

#include <stdbool.h>

/* Called once each, before and after the other functions. in_shell_begin returns false if
 * memory is short. */
bool in_shell_begin(void);
void in_shell_end(void);

/* Runs "subunit2 status" with ARGV, whose [0] is replaced. If a signal interrupts a read
 * or a write, calls INTERRUPTED; if that returns true, the command ends. Returns the exit
 * status. */
int in_shell_status(int argc, const char **argv, bool (*interrupted)(void));

/* Prints why the program cannot be run, as a message of the program. */
void in_shell_refuse(const char *reason);

#endif
