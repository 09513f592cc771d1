/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * make's jobserver, as a client of it: how many jobs all of a `make -j` may run
 * together, as tokens in a pipe. One job is implicit; each further one needs a
 * token, and the same byte goes back when it ends.
 *
 * The pipe is make's and every other client's, so it stays blocking: it is
 * opened anew, through /proc, and only that description is non-blocking.
 * Source: GNU make manual, "POSIX Jobserver Interaction".
 */
#ifndef JOBSERVER_H
#define JOBSERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct jobserver {
	int read_fd, write_fd; /* ours, close-on-exec, read_fd non-blocking; -1: no jobserver */
	int keep_fds[2];       /* make's own, for children; -1: none (a fifo is found by name) */
	int jobs;              /* make's -jN; 0: not said */
};

/* Why there is none. */
enum jobserver_state {
	JOBSERVER_USABLE,
	JOBSERVER_ABSENT, /* MAKEFLAGS names none */
	JOBSERVER_CLOSED, /* it names descriptors that are closed, or not its pipe: the
	                     recipe has no "+" */
	JOBSERVER_FAILED, /* it cannot be opened anew: errno says why */
};

/*
 * Opens the jobserver that MAKEFLAGS (NULL: none) names, the last one in it.
 * Fills *SERVER in every case. jobserver_close is for one that is usable.
 */
enum jobserver_state jobserver_open(struct jobserver *server, const char *makeflags);
void jobserver_close(struct jobserver *server);

/*
 * A loan: a token that was taken, in memory that this program shares with what it
 * forks. It goes back once: from this program, or, when that is gone before it
 * did so, from the fork that last kept it.
 */
struct jobserver_loan {
	_Atomic int token; /* JOBSERVER_NO_TOKEN: none is lent */
	_Atomic pid_t keeper;
};
#define JOBSERVER_NO_TOKEN (-1)

/* COUNT loans, without tokens. NULL with errno on failure. */
struct jobserver_loan *jobserver_loans_new(unsigned count);
void jobserver_loans_free(struct jobserver_loan *loans, unsigned count);

bool jobserver_is_lent(const struct jobserver_loan *loan);

/* Takes a token without waiting; false when none is free. Poll read_fd for one. */
bool jobserver_take(struct jobserver *server, struct jobserver_loan *loan);

/* Gives the token back, if it is lent. */
void jobserver_give(const struct jobserver *server, struct jobserver_loan *loan);

/* For forks: this process keeps LOAN, in place of who kept it before; and gives it back, unless
 * another one keeps it. LOAN may be NULL. */
void jobserver_keep(struct jobserver_loan *loan);
void jobserver_give_kept(const struct jobserver *server, struct jobserver_loan *loan);

/* MAKEFLAGS without its jobserver words, to be freed: for children that cannot
 * reach it. */
char *jobserver_strip(const char *makeflags);

#endif
