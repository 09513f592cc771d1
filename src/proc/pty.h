/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A pseudo-terminal for a command. Output is passed on as it was written, without the carriage
 * return that a terminal puts before a newline by default.
 */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

struct pty_options {
	struct winsize size;
	struct termios modes; /* if HAS_MODES; its output modes are ignored */
	bool has_modes;       /* else the system's, without echo, since no user types */
};

/* Gets the size of the terminal on one of the standard descriptors; 80 by 24 without one. */
void pty_size(struct winsize *size);

/*
 * Opens a pseudo-terminal: ENDS[0] is the upper end, for this program, and non-blocking; ENDS[1] is
 * the lower end, for the command. Both are close-on-exec, and not the controlling terminal of this
 * program. Returns false with errno, and both ends -1, on failure.
 */
bool pty_open(const struct pty_options *options, int ends[2]);

#endif
