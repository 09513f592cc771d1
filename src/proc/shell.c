/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shell.h"

#include "memory.h"
#include "memory_file.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A command whose output is read. */
struct shell_reading {
	pid_t pid;
	int fd; /* -1: at its end */
	FILE *text;
	int signals_fd;
	int signo;
};

/* Returns the shell, or -1 with errno. */
static pid_t
shell_start(const char *command, int output)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t as_usual; /* signals that this program ignores and a shell should not */
	pid_t pid;
	sigemptyset(&as_usual);
	sigaddset(&as_usual, SIGPIPE);
	sigaddset(&as_usual, SIGXFSZ);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &as_usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	errno = posix_spawn(&pid, "/bin/sh", &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return errno ? -1 : pid;
}

int
shell_run(const char *command)
{
	int status;
	pid_t pid = shell_start(command, STDERR_FILENO);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* Reads all output that is available now. */
static void
shell_read_output(struct shell_reading *reading)
{
	char piece[4096];
	ssize_t got;
	while ((got = read(reading->fd, piece, sizeof(piece))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			fwrite(piece, 1, (size_t)got, reading->text);
	if (got < 0 && errno == EAGAIN)
		return;
	close(reading->fd);
	reading->fd = -1;
}

static void
shell_on_signals(struct shell_reading *reading)
{
	struct signals_seen seen = signals_take();
	if (seen.ending && reading->signo)
		kill(reading->pid, SIGKILL);
	else if (seen.ending && !seen.from_terminal)
		kill(reading->pid, seen.ending);
	if (seen.ending && !reading->signo)
		reading->signo = seen.ending;
	if (seen.stop)
		signals_stop_self();
}

static int
shell_read_to_exit(struct shell_reading *reading)
{
	int status;
	pid_t reaped;
	while ((reaped = waitpid(reading->pid, &status, WNOHANG)) == 0) {
		struct pollfd polls[] = {
			{.fd = reading->signals_fd, .events = POLLIN},
			{.fd = reading->fd, .events = POLLIN},
		};
		poll(polls, 2, -1);
		if (polls[1].revents)
			shell_read_output(reading);
		if (polls[0].revents)
			shell_on_signals(reading);
	}
	int errnum = errno;
	if (reading->fd >= 0)
		shell_read_output(reading);
	errno = errnum;
	return reaped < 0 ? -1 : status;
}

/* Closes OUTPUT, the write end of the pipe; the read end is closed when it is at its end. */
static int
shell_read_all(struct shell_reading *reading, const char *command, int output)
{
	reading->pid = shell_start(command, output);
	int errnum = errno;
	close(output);
	errno = errnum;
	return reading->pid < 0 ? -1 : shell_read_to_exit(reading);
}

int
shell_read(const char *command, char **output, int *signo)
{
	int fds[2], status = -1;
	size_t len;
	struct shell_reading reading = {.fd = -1, .text = memory_file(output, &len)};
	reading.signals_fd = signals_catch(); /* SIGCHLD among them */
	if (reading.signals_fd >= 0 && pipe2(fds, O_CLOEXEC) == 0) {
		fcntl(fds[0], F_SETFL, O_NONBLOCK);
		reading.fd = fds[0];
		status = shell_read_all(&reading, command, fds[1]);
	}
	int errnum = errno;
	if (reading.fd >= 0)
		close(reading.fd);
	fclose(reading.text);
	errno = errnum;
	*signo = reading.signo;
	return status;
}
