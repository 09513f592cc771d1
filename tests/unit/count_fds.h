/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The open descriptors of this program.
 */
#ifndef COUNT_FDS_H
#define COUNT_FDS_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Returns the number of open descriptors below 256. Makes the system call itself, because a test
 * may replace fcntl. */
static inline int
count_fds(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += syscall(SYS_fcntl, fd, F_GETFD) >= 0;
	return count;
}

#endif
