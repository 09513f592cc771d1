/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Writes that wait for a slow reader: signals are served meanwhile, and may end the wait. */
#include "write_all.h"
#include "check.h"

#include "eintr_hook.h"
#include "fault.h"
#include "poll_one.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define SIZE (256 * 1024) /* more than a pipe holds */

static char bytes[SIZE];
static int ends[2];
static unsigned calls, calls_max;

static bool is_short; /* each write takes one byte, or is interrupted first */

ssize_t
write(int fd, const void *data, size_t len)
{
	if (fault_hits("write"))
		return -1;
	return syscall(SYS_write, fd, data, is_short && len > 1 ? 1 : len);
}

static void
on_alarm(int signo)
{
	(void)signo;
}

/* Reads a piece, so that the write can go on; ends the wait at call CALLS_MAX. */
static bool
on_eintr(void *context)
{
	static char piece[16384];
	CHECK(context == &calls);
	if (++calls == calls_max)
		return false;
	return read(ends[0], piece, sizeof(piece)) > 0;
}

static void
begin(int flags)
{
	calls = 0;
	if (pipe2(ends, O_CLOEXEC | flags) < 0 || fcntl(ends[0], F_SETPIPE_SZ, 65536) < 0)
		exit(99);
}

static void
end(void)
{
	close(ends[0]);
	close(ends[1]);
}

static void
check_hook(void)
{
	const struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_alarm};
	sigaction(SIGALRM, &action, NULL);
	eintr_hook_set(on_eintr, &calls);
	begin(0);
	calls_max = 3;
	setitimer(ITIMER_REAL, &often, NULL);
	int errnum = write_all(ends[1], (struct subunit2_view){bytes, SIZE});
	CHECK_NAMED("the hook ends the wait", errnum == EINTR && calls == 3);
	end();
	begin(0);
	calls_max = 0;
	errnum = write_all(ends[1], (struct subunit2_view){bytes, SIZE});
	CHECK_NAMED("or lets it go on", errnum == 0 && calls > 3);
	setitimer(ITIMER_REAL, &never, NULL);
	end();
	eintr_hook_set(NULL, NULL);
	CHECK(!eintr_hook_ends_wait() && errno == EINTR);
}

/* A reader in another process, and a pipe that does not block. */
static void
check_no_block(void)
{
	static char piece[16384];
	ssize_t got = 1;
	size_t len = 0;
	begin(O_NONBLOCK);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		_exit(write_all(ends[1], (struct subunit2_view){bytes, SIZE}));
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, 0);
	while ((got = read(ends[0], piece, sizeof(piece))) > 0)
		len += (size_t)got;
	CHECK_NAMED("a pipe that does not block gets all bytes", len == SIZE);
	close(ends[0]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	check_hook();
	check_no_block();
	begin(0);
	char text[8] = "";
	int unread;
	is_short = true;
	fault_arm("write", EINTR, 1, 1);
	CHECK_NAMED("bytes that are written one by one arrive once, and in order",
	            write_all(ends[1], (struct subunit2_view){"abcd", 4}) == 0 &&
	                    fault_disarm() == 1 && read(ends[0], text, sizeof(text)) == 4 &&
	                    strcmp(text, "abcd") == 0);
	is_short = false;
	fault_arm("write", EAGAIN, 0, 2);
	CHECK_NAMED("a pipe without room is waited for",
	            write_all(ends[1], (struct subunit2_view){"e", 1}) == 0 &&
	                    fault_disarm() == 2 && read(ends[0], text, sizeof(text)) == 1);
	CHECK(write_all(ends[1], (struct subunit2_view){bytes, 0}) == 0);
	CHECK(write_all(ends[1], (struct subunit2_view){bytes, 1}) == 0 &&
	      ioctl(ends[0], FIONREAD, &unread) == 0 && unread == 1);
	close(ends[0]);
	CHECK(write_all(ends[1], (struct subunit2_view){bytes, 1}) == EPIPE);
	close(ends[1]);
	CHECK(write_all(ends[1], (struct subunit2_view){bytes, 1}) == EBADF);
	return check_done();
}
