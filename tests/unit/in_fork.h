/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Parts of a test that run in a fork of it.
 */
#ifndef IN_FORK_H
#define IN_FORK_H

#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns the exit status of a fork that ends with the result of FUNCTION, without what programs do
 * at their exit; -1 if a signal ended it. */
static inline int
in_fork(int (*function)(void))
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(function());
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
