/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "spawn.h"

#include "rlimits.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void
spawn_fail(int error_fd, enum spawn_stage stage)
{
	struct spawn_failure failure = {stage, errno};
	/* Such a short write is never partial. It fails only if the reader is gone. */
	ssize_t written = write(error_fd, &failure, sizeof(failure));
	(void)written;
	_exit(127);
}

/* Runs in the caller's memory until the exec. */
static void
spawn_exec_child(const struct spawn *spawn, int error_fd)
{
	if (spawn->own_session)
		setsid();
	if (spawn->keep_ignored)
		signals_ignore_again();
	signals_unblock();
	for (int fd = 0; fd < 3; fd++)
		if (dup2(spawn->fds[fd], fd) < 0)
			spawn_fail(error_fd, SPAWN_SETUP);
	if (spawn->terminal && ioctl(0, TIOCSCTTY, 0) < 0)
		spawn_fail(error_fd, SPAWN_SETUP);
	if (spawn->cwd && chdir(spawn->cwd) < 0)
		spawn_fail(error_fd, SPAWN_CHDIR);
	rlimits_restore();
	environ = (char **)spawn->envp;
	execvp(spawn->argv[0], spawn->argv);
	spawn_fail(error_fd, SPAWN_EXEC);
}

/* Waits for the exec; the pipe is at its end without a record if it succeeded. */
static struct spawn_failure
spawn_read_failure(int error_fd)
{
	struct spawn_failure failure;
	ssize_t got;
	do
		got = read(error_fd, &failure, sizeof(failure));
	while (got < 0 && errno == EINTR);
	return got == sizeof(failure) ? failure : (struct spawn_failure){SPAWN_EXEC, 0};
}

pid_t
spawn_start(const struct spawn *spawn, struct spawn_failure *failure)
{
	int fds[2];
	*failure = (struct spawn_failure){.stage = SPAWN_SETUP};
	if (pipe2(fds, O_CLOEXEC) < 0) {
		failure->errnum = errno;
		return 0;
	}
	pid_t pid = vfork();
	if (pid == 0)
		spawn_exec_child(spawn, fds[1]);
	if (pid < 0)
		failure->errnum = errno;
	close(fds[1]);
	if (pid > 0)
		*failure = spawn_read_failure(fds[0]);
	close(fds[0]);
	return pid > 0 ? pid : 0;
}
