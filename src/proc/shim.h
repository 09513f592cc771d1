/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The shim: the parent of a test's command, a fork of this program that never execs.
 *
 * It is a subreaper: processes that the command leaves running become its children, so that it can
 * end the whole tree, on an order or when this program is gone.
 *
 * It runs in a session of its own and blocks all signals. Only SIGKILL ends it, after which its
 * tree becomes this program's; the supervisor continues it after a SIGSTOP. All shims hold the read
 * end of the keepalive pipe, and only this program its write end: the pipe is at its end when this
 * program is gone.
 *
 * Orders and reports are records on a socket, which is at its end when the shim is gone.
 */
#ifndef SHIM_H
#define SHIM_H

#include "jobserver.h"
#include "proc_tree.h"
#include "shim_message.h"

#define SHIM_KILL_MS 2000 /* after SIGKILL, before survivors are reported */
#define SHIM_NAMED_MAX 8  /* leaked processes that are reported by name */

struct shim_options {
	struct shim_message job;
	int keepalive_fds[2]; /* read, write */
	/* Wait for further jobs, whose commands inherit what this one's inherits. */
	bool parked;
	const struct jobserver *jobserver; /* of the tokens that jobs hold; NULL: no jobserver */
};

enum shim_request {
	SHIM_END,      /* signo and SIGCONT to the tree, the grace, SIGKILL; signo 0: only the
	                  grace, since the tree has its signal */
	SHIM_KILL,     /* SIGKILL */
	SHIM_RELEASE,  /* the shim ends without a signal to the tree */
	SHIM_STOP,     /* SIGSTOP; the grace does not run on */
	SHIM_CONTINUE, /* SIGCONT */
};

enum shim_report_kind {
	SHIM_NOT_STARTED, /* with the failure */
	SHIM_EXITED,      /* the command ended, with its wait status */
	SHIM_LEAKED,      /* a leaked process, with pid and name; sent on SHIM_KILL and
	                   SHIM_RELEASE, at most SHIM_NAMED_MAX times; pid 0: processes that
	                   fork and exit too fast to be named */
	SHIM_SURVIVOR,    /* a process that could not be killed, with pid and name */
	SHIM_GONE,        /* the last report: the shim ends */
	SHIM_PARKED, /* the last report of a job: no process is left; the shim waits for a job */
};

struct shim_report {
	enum shim_report_kind kind;
	pid_t pid;
	int status;
	struct spawn_failure failure;
	char name[PROC_TREE_NAME_SIZE];
};

/*
 * Starts a shim, which starts the command. Returns its pid, a child of this process, and in
 * *CONTROL this end of the socket, which is non-blocking and which the caller closes. Returns -1
 * with errno on failure. A parked shim gets its next job by shim_message_send.
 */
pid_t shim_start(const struct shim_options *options, int *control);

/* Does nothing if the shim is gone. */
void shim_send_order(int control, enum shim_request request, int signo);

enum shim_received {
	SHIM_REPORT, /* *REPORT is filled */
	SHIM_SILENT, /* no report yet */
	SHIM_CLOSED, /* the shim is gone */
};
enum shim_received shim_receive(int control, struct shim_report *report);

#endif
