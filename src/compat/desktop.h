/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The desktop: programs that show something to whoever sits before the screen.
 */
#ifndef DESKTOP_H
#define DESKTOP_H

/* Runs ARGV, looked up in PATH, and waits for it. EXIT_STATUS_GOOD, or EXIT_STATUS_IO, after
 * a message, when it cannot be run or fails. */
int desktop_run(char *const *argv);

#endif
