/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Starts a command by vfork and exec, and returns the error if either fails. The caller waits for
 * the exec. Afterwards, environ of this process is that of the command.
 *
 * The child gets the three descriptors given here as 0, 1 and 2, and inherits all others that lack
 * close-on-exec. No signal is blocked in it; signals that this process ignores stay ignored.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
	char *const *argv; /* argv[0] is looked up in the PATH of envp */
	char *const *envp;
	const char *cwd;   /* NULL: that of this process */
	int fds[3];        /* each above 2 and close-on-exec; the caller closes them */
	bool own_session;  /* else the session, group and terminal of this process */
	bool terminal;     /* FDS[0] is a terminal, to be that of the own session */
	bool keep_ignored; /* ignore the signals that the caller of this program ignored */
};

/* The step of the child that failed. */
enum spawn_stage {
	SPAWN_SETUP,
	SPAWN_CHDIR,
	SPAWN_EXEC,
};

struct spawn_failure {
	enum spawn_stage stage;
	int errnum; /* 0: no failure */
};

/*
 * Returns the child. If its exec failed, *FAILURE has the error; the caller still waits for the
 * child. Returns 0, with *FAILURE, if the fork failed.
 */
pid_t spawn_start(const struct spawn *spawn, struct spawn_failure *failure);

#endif
