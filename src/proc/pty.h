/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A terminal for a command: what it writes there comes out as it was written,
 * without the carriage return that a terminal would put before a newline.
 */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

struct pty_options {
	struct winsize size;
	struct termios modes; /* when HAS_MODES; its output modes do not count */
	bool has_modes;       /* else the system's, but without echo: nobody types */
};

/* SIZE is that of the terminal this program has on a standard descriptor, else 80 by 24. */
void pty_size(struct winsize *size);

/*
 * Opens one: its upper end, for this program, in ENDS[0] and non-blocking, and its
 * lower end, for the command, in ENDS[1]. Both are close-on-exec, and not this
 * program's controlling terminal. False with errno, and both -1.
 */
bool pty_open(const struct pty_options *options, int ends[2]);

#endif
