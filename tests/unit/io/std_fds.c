/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The standard streams: the replacement of stdout works and reports its errors, and closed
 * descriptors are occupied. */
#include "std_fds.h"
#include "check.h"

#include "exit_status.h"
#include "terminal.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns the exit status of FUNCTION in a child process, whose stderr is at *SAID. */
static int
status_of(int (*function)(void), char said[256])
{
	int ends[2], status;
	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		_exit(function());
	}
	close(ends[1]);
	ssize_t len = read(ends[0], said, 255);
	said[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
write_to_full_disk(void)
{
	dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
	std_fds_wait();
	puts("lost");
	int status = std_fds_flush(EXIT_STATUS_GOOD);
	/* The error was reported once; the status stays as it is then. */
	return status == EXIT_STATUS_IO && std_fds_flush(7) == 7 ? 3 : 98;
}

/* The error comes before the flush, which has nothing to write. */
static int
write_unbuffered(void)
{
	int full = open("/dev/full", O_WRONLY), null = open("/dev/null", O_WRONLY);
	dup2(full, STDOUT_FILENO);
	setvbuf(stdout, NULL, _IONBF, 0);
	fputs("lost", stdout);
	dup2(null, STDOUT_FILENO);
	return std_fds_flush(EXIT_STATUS_GOOD);
}

static int
write_to_terminal(void)
{
	char path[64], bytes[16];
	alarm(30); /* in case that no line comes */
	int upper = terminal_open(path);
	dup2(open(path, O_WRONLY | O_NOCTTY), STDOUT_FILENO);
	std_fds_wait();
	fputs("one\ntwo", stdout);
	ssize_t len = read(upper, bytes, sizeof(bytes));
	return len == 5 && memcmp(bytes, "one\r\n", 5) == 0 ? 0 : 96;
}

/* Each set of closed descriptors: they are occupied, fail when used, and are released. */
static int
occupy_closed(void)
{
	for (unsigned set = 0; set < 8; set++) {
		int saved[3];
		for (int fd = 0; fd < 3; fd++) {
			saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
			if (set & 1u << fd)
				close(fd);
		}
		unsigned occupied = std_fds_occupy();
		char byte = 'x';
		bool good = occupied == set;
		for (int fd = 0; fd < 3; fd++)
			good = good && fcntl(fd, F_GETFD) >= 0;
		/* Input cannot be read, output cannot be written. */
		if (set & 1)
			good = good && read(STDIN_FILENO, &byte, 1) < 0;
		if (set & 2)
			good = good && write(STDOUT_FILENO, &byte, 1) < 0;
		std_fds_release(occupied);
		for (int fd = 0; fd < 3; fd++) {
			good = good && (fcntl(fd, F_GETFD) < 0) == !!(set & 1u << fd);
			dup2(saved[fd], fd);
			close(saved[fd]);
		}
		if (!good)
			return 10 + (int)set;
	}
	return 0;
}

int
main(void)
{
	char said[256];
	CHECK_NAMED("closed descriptors are occupied", status_of(occupy_closed, said) == 0);
	CHECK_NAMED("an error is reported once",
	            status_of(write_to_full_disk, said) == 3 &&
	                    strstr(said, "standard output: No space") &&
	                    strchr(said, '\n') == strrchr(said, '\n'));
	CHECK_NAMED("so is one of an earlier write",
	            status_of(write_unbuffered, said) == EXIT_STATUS_IO &&
	                    strstr(said, "standard output: "));
	CHECK_NAMED("a terminal shows a line at once", status_of(write_to_terminal, said) == 0);
	FILE *before = stdout;
	fflush(stdout);
	std_fds_wait();
	CHECK(stdout != before);
	CHECK(std_fds_flush(0) == 0 && std_fds_flush(5) == 5);
	return check_done();
}
