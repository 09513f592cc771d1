/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A FILE on a descriptor that does not block, that fails, or that can be sought. */
#include "retrying_file.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 300000 /* bytes: more than a pipe holds */

static void
check_waiting(void)
{
	static char bytes[SIZE];
	int fds[2], status;
	size_t len = 0;
	ssize_t got;
	if (pipe2(fds, O_NONBLOCK) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		struct retrying_file *retrying = retrying_file_new(fds[1]);
		fwrite(bytes, 1, SIZE, retrying_file_file(retrying));
		int errnum = retrying_file_errnum(retrying);
		_exit(retrying_file_free(retrying) == 0 && errnum == 0 ? 3 : 4);
	}
	close(fds[1]);
	fcntl(fds[0], F_SETFL, 0);
	while ((got = read(fds[0], bytes, SIZE)) > 0)
		len += (size_t)got;
	close(fds[0]);
	CHECK_NAMED("a descriptor that does not block gets all bytes", len == SIZE);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void
check_errors(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct retrying_file *retrying = retrying_file_new(full);
	FILE *file = retrying_file_file(retrying);
	CHECK(fputs("x", file) >= 0 && retrying_file_errnum(retrying) == 0);
	CHECK(fflush(file) == EOF && errno == ENOSPC);
	CHECK(retrying_file_errnum(retrying) == ENOSPC);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(null, full);
	fputs("y", file);
	CHECK_NAMED("after an error, bytes are dropped", fflush(file) == EOF);
	CHECK_NAMED("the first error is returned", retrying_file_free(retrying) == ENOSPC);
	CHECK_NAMED("the descriptor stays open", fcntl(full, F_GETFD) >= 0);
	close(full);
	close(null);
	CHECK(retrying_file_free(NULL) == 0);
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	retrying = retrying_file_new(full);
	fputs("x", retrying_file_file(retrying));
	CHECK_NAMED("an error of the last write counts", retrying_file_free(retrying) == ENOSPC);
	close(full);
}

static void
check_seeking(void)
{
	char path[] = "/tmp/subunit2-retrying-XXXXXX", text[16] = "";
	int fd = mkstemp(path), fds[2];
	struct retrying_file *retrying = retrying_file_new(fd);
	FILE *file = retrying_file_file(retrying);
	fputs("hello world", file);
	CHECK(fseek(file, 0, SEEK_SET) == 0 && ftell(file) == 0);
	fputs("J", file);
	CHECK(fseek(file, 6, SEEK_SET) == 0 && ftell(file) == 6);
	fputs("W", file);
	CHECK(fseek(file, -1, SEEK_SET) < 0);
	CHECK(retrying_file_free(retrying) == 0);
	CHECK(pread(fd, text, sizeof(text), 0) == 11 && strcmp(text, "Jello World") == 0);
	close(fd);
	unlink(path);
	if (pipe(fds) < 0)
		exit(99);
	retrying = retrying_file_new(fds[1]);
	CHECK(fseek(retrying_file_file(retrying), 0, SEEK_SET) < 0 && errno == ESPIPE);
	CHECK(retrying_file_free(retrying) == 0);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	check_waiting();
	check_errors();
	check_seeking();
	return check_done();
}
