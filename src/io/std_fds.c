/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "std_fds.h"

#include "exit_status.h"
#include "message.h"
#include "retrying_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

/* The file of stdout after std_fds_wait; never freed. NULL: stdout is that of libc. */
static struct retrying_file *waiting;

unsigned
std_fds_occupy(void)
{
	unsigned occupied = 0;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == fd)
			occupied |= 1u << fd;
	return occupied;
}

void
std_fds_release(unsigned occupied)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (occupied & 1u << fd)
			close(fd);
}

void
std_fds_wait(void)
{
	waiting = retrying_file_new(STDOUT_FILENO);
	stdout = retrying_file_file(waiting);
	if (isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOLBF, 0);
}

int
std_fds_flush(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	int errnum = waiting ? retrying_file_errnum(waiting) : errno;
	message("standard output: %s", strerror(errnum));
	/* The error was reported: later output starts without it. */
	__fpurge(stdout);
	clearerr(stdout);
	return EXIT_STATUS_IO;
}
