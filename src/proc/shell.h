/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The shell, for commands of the user's that are no tests. Their standard input is
 * empty, and they are of this program's session and process group.
 */
#ifndef SHELL_H
#define SHELL_H

#include <stddef.h>

/* Runs COMMAND, whose standard output is standard error. Returns its wait status, or -1 with
 * errno. */
int shell_run(const char *command);

/*
 * Runs COMMAND until the shell has exited, and returns the same. What it has printed by then is in
 * *OUTPUT, to be freed in any case; whoever it has left running may go on printing. The first
 * ending signal is passed on to it, the second kills it; *SIGNO is the first, or 0.
 */
int shell_read(const char *command, char **output, int *signo);

#endif
