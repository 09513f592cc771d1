/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Starts a command: vfork and exec, with the failure of either told. This
 * process waits for the exec, and its environ is the command's from then on.
 *
 * The child gets the three descriptors named here as 0, 1 and 2, and otherwise
 * whatever this process has open without close-on-exec. No signal is blocked;
 * those that this process ignores stay ignored.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct spawn {
	char *const *argv; /* argv[0] is looked up in the PATH of envp */
	char *const *envp;
	const char *cwd;  /* NULL: this process's */
	int fds[3];       /* each above 2, and close-on-exec; they stay the caller's */
	bool own_session; /* else the session, group and terminal of this process */
	bool terminal;    /* FDS[0] is one, for the own session */
};

/* What the child was doing when it failed. */
enum spawn_stage {
	SPAWN_SETUP,
	SPAWN_CHDIR,
	SPAWN_EXEC,
};

struct spawn_failure {
	enum spawn_stage stage;
	int errnum; /* 0: nothing failed */
};

/*
 * Returns the child, and in *FAILURE how its exec went: a child that failed is
 * still to be waited for. 0 when it could not be forked; *FAILURE says why.
 */
pid_t spawn_start(const struct spawn *spawn, struct spawn_failure *failure);

#endif
