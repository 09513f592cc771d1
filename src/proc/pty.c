/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define COLUMNS 80
#define ROWS 24

void
pty_size(struct winsize *size)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (ioctl(fd, TIOCGWINSZ, size) == 0 && size->ws_col && size->ws_row)
			return;
	*size = (struct winsize){.ws_row = ROWS, .ws_col = COLUMNS};
}

static bool
pty_set_up(int fd, const struct pty_options *options)
{
	struct termios modes;
	if (tcgetattr(fd, &modes) < 0)
		return false;
	tcflag_t output = modes.c_oflag & ~(tcflag_t)ONLCR;
	if (options->has_modes)
		modes = options->modes;
	else
		modes.c_lflag &= ~(tcflag_t)ECHO;
	modes.c_oflag = output;
	return tcsetattr(fd, TCSANOW, &modes) == 0 && ioctl(fd, TIOCSWINSZ, &options->size) == 0;
}

static int
pty_open_lower(int upper)
{
	char path[64];
	if (grantpt(upper) < 0 || unlockpt(upper) < 0)
		return -1;
	errno = ptsname_r(upper, path, sizeof(path));
	return errno ? -1 : open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool
pty_open(const struct pty_options *options, int ends[2])
{
	ends[1] = -1;
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
	if (ends[0] < 0)
		return false;
	ends[1] = pty_open_lower(ends[0]);
	if (ends[1] >= 0 && pty_set_up(ends[1], options) &&
	    fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		return true;
	int errnum = errno;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	ends[0] = ends[1] = -1;
	errno = errnum;
	return false;
}
