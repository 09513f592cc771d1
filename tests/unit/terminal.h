/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A new terminal, for folders that may not include src/proc/pty.h.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <fcntl.h>
#include <stdlib.h>

/* Returns the upper end of a terminal. PATH becomes that of the lower end. */
static inline int
terminal_open(char path[64])
{
	int upper = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (upper < 0 || grantpt(upper) < 0 || unlockpt(upper) < 0 ||
	    ptsname_r(upper, path, 64) != 0)
		exit(99);
	return upper;
}

#endif
