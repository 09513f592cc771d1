/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs commands of the user that are no tests, by /bin/sh. Their standard input is empty, and they
 * run in the session and the process group of this program.
 */
#ifndef SHELL_H
#define SHELL_H

#include <stddef.h>

/* Runs COMMAND with its standard output on standard error. Returns its wait status, or -1 with
 * errno. */
int shell_run(const char *command);

/*
 * Runs COMMAND until the shell has exited, and returns its wait status, or -1 with errno. *OUTPUT
 * is the output up to then, to be freed in every case; the output of processes that still run is
 * not awaited. The first ending signal is passed on to the shell, and the second kills it; *SIGNO
 * is the first one, or 0.
 */
int shell_read(const char *command, char **output, int *signo);

#endif
