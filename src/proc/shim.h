/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The shim: the parent of a test's command, a fork of this program that never
 * execs. It inherits whatever the command leaves behind (it is a subreaper), so
 * it can end the whole tree: when asked, or when this program is gone, however
 * that came about.
 *
 * It lives in a session of its own, and of all signals only SIGKILL, after which
 * its tree is this program's, and SIGSTOP, from which the supervisor wakes it,
 * reach it. It knows that this program is gone from the life pipe: one pipe for all shims,
 * whose write end this program alone holds.
 *
 * The two talk in records over a socket, which is at its end when the shim is.
 */
#ifndef SHIM_H
#define SHIM_H

#include "jobserver.h"
#include "proc_tree.h"
#include "shim_message.h"

#define SHIM_KILL_MS 2000 /* what SIGKILL has not ended by then is named and left */
#define SHIM_NAMED_MAX 8  /* processes left behind that are named */

struct shim_options {
	struct shim_message job;
	int life_fds[2]; /* read, write */
	/* Another job may follow, with what children inherit now. */
	bool parked;
	const struct jobserver *jobserver; /* of the tokens that jobs hold; NULL: none do */
};

enum shim_request {
	SHIM_END,      /* signo and SIGCONT to the tree, the grace, SIGKILL; signo 0: only the
	                  grace, since the tree has its signal */
	SHIM_KILL,     /* SIGKILL */
	SHIM_RELEASE,  /* the shim ends, and leaves the tree alone */
	SHIM_STOP,     /* SIGSTOP; the grace stands still */
	SHIM_CONTINUE, /* SIGCONT */
};

enum shim_news {
	SHIM_NOT_STARTED, /* failure says why */
	SHIM_EXITED,      /* the command has ended; its wait status */
	SHIM_LEAKED,      /* a process that it left behind: pid and name, told on SHIM_KILL and
	                   SHIM_RELEASE, at most SHIM_NAMED_MAX times; pid 0: there are some,
	                   but none could be seen for long enough */
	SHIM_SURVIVOR,    /* a process that could not be killed: the same */
	SHIM_GONE,        /* the last one: all that could be done is done */
	SHIM_PARKED,      /* the last one, instead: nothing is left, and the shim waits for a job */
};

struct shim_report {
	enum shim_news news;
	pid_t pid;
	int status;
	struct spawn_failure failure;
	char name[PROC_TREE_NAME_SIZE];
};

/*
 * Starts a shim, which starts the command. Returns the shim, a child of this
 * process, and in *CONTROL our end of the socket, non-blocking, the caller's to
 * close. -1 with errno on failure. A shim that rests is given its next job by
 * shim_message_send.
 */
pid_t shim_start(const struct shim_options *options, int *control);

/* Nothing happens when the shim is gone. */
void shim_send_order(int control, enum shim_request request, int signo);

enum shim_heard {
	SHIM_REPORT, /* *REPORT is filled */
	SHIM_SILENT, /* for now */
	SHIM_CLOSED, /* the shim is gone */
};
enum shim_heard shim_receive(int control, struct shim_report *report);

#endif
