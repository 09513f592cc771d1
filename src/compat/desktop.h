/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Programs of the desktop, such as a browser.
 */
#ifndef DESKTOP_H
#define DESKTOP_H

/* Runs ARGV, looked up in PATH, and waits for its end. Returns EXIT_STATUS_GOOD. If the
 * program cannot be run or fails, prints a message and returns EXIT_STATUS_IO. */
int desktop_run(char *const *argv);

#endif
