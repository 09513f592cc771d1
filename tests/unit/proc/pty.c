/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Terminals for commands: their size and modes, and failures. */
#include "pty.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
close_both(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static void
check_modes(void)
{
	int ends[2];
	struct winsize size;
	struct termios modes;
	struct pty_options options = {.size = {.ws_row = 12, .ws_col = 34}};
	char bytes[8];
	CHECK(pty_open(&options, ends) && isatty(ends[1]));
	CHECK(ioctl(ends[1], TIOCGWINSZ, &size) == 0 && size.ws_row == 12 && size.ws_col == 34);
	CHECK(tcgetattr(ends[1], &modes) == 0 && !(modes.c_lflag & ECHO));
	CHECK_NAMED("no carriage return is added to output",
	            write(ends[1], "a\n", 2) == 2 && read(ends[0], bytes, sizeof(bytes)) == 2 &&
	                    memcmp(bytes, "a\n", 2) == 0);
	CHECK(fcntl(ends[0], F_GETFL) & O_NONBLOCK && !(fcntl(ends[1], F_GETFL) & O_NONBLOCK));
	CHECK(fcntl(ends[0], F_GETFD) & FD_CLOEXEC && fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
	options.has_modes = true;
	options.modes = modes;
	options.modes.c_lflag |= ECHO;
	options.modes.c_oflag |= ONLCR;
	close_both(ends);
	CHECK(pty_open(&options, ends) && tcgetattr(ends[1], &modes) == 0);
	CHECK_NAMED("modes that are given are set, but for those of output",
	            modes.c_lflag & ECHO && !(modes.c_oflag & ONLCR));
	close_both(ends);
}

static void
check_size(void)
{
	int ends[2], saved[3];
	struct winsize size = {.ws_row = 9, .ws_col = 9};
	const struct pty_options options = {.size = {.ws_row = 56, .ws_col = 78}};
	if (!pty_open(&options, ends))
		exit(99);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	fflush(stdout);
	for (int fd = 0; fd < 3; fd++) {
		saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
		dup2(null, fd);
	}
	pty_size(&size);
	bool usual = size.ws_row == 24 && size.ws_col == 80;
	dup2(ends[1], STDERR_FILENO);
	pty_size(&size);
	bool own = size.ws_row == 56 && size.ws_col == 78;
	const struct winsize flat = {.ws_row = 0, .ws_col = 78};
	ioctl(ends[1], TIOCSWINSZ, &flat);
	pty_size(&size);
	bool unknown = size.ws_row == 24 && size.ws_col == 80;
	for (int fd = 0; fd < 3; fd++) {
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	CHECK_NAMED("without a terminal, the size is 80 by 24", usual);
	CHECK_NAMED("with one at any standard descriptor, it is that of the terminal", own);
	CHECK_NAMED("a terminal without a size counts as none", unknown);
	close(null);
	close_both(ends);
}

/* As many descriptors as LEFT can be opened. */
static void
check_no_descriptor(int left)
{
	int ends[2], next = dup(STDIN_FILENO);
	struct rlimit before, few;
	const struct pty_options options = {.size = {.ws_row = 1, .ws_col = 1}};
	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	few = (struct rlimit){(rlim_t)(next + left), before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &few);
	errno = 0;
	bool opened = pty_open(&options, ends);
	int errnum = errno, after = dup(STDIN_FILENO);
	if (after >= 0)
		close(after);
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK(!opened && errnum == EMFILE);
	CHECK_NAMED("on failure, no descriptor stays open", left == 0 || after == next);
}

int
main(void)
{
	check_modes();
	check_size();
	if (!getenv("CHECK_VALGRIND")) { /* which has limits of its own */
		check_no_descriptor(0);
		check_no_descriptor(1);
	}
	return check_done();
}
