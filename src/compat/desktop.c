/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "desktop.h"

#include "exit_status.h"
#include "message.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
desktop_run(char *const *argv)
{
	posix_spawnattr_t attributes;
	sigset_t pipe;
	pid_t pid;
	int status = 0;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attributes, &pipe);
	int errnum = posix_spawnp(&pid, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (errnum) {
		message("%s: %s", argv[0], strerror(errnum));
		return EXIT_STATUS_IO;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EXIT_STATUS_GOOD;
	message("%s: exited with an error", argv[0]);
	return EXIT_STATUS_IO;
}
