/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * poll(2), in place of libc's, for code that waits for one descriptor: it ends the program if it is
 * called with more, and fails when a test says so (see fault.h).
 */
#ifndef POLL_ONE_H
#define POLL_ONE_H

#include "fault.h"

#include <poll.h>
#include <unistd.h>

int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	static int (*real)(struct pollfd * fds, nfds_t count, int timeout_ms);
	if (count != 1)
		_exit(98);
	return fault_find("poll", &real) ? -1 : real(fds, count, timeout_ms);
}

#endif
