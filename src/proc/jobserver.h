/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A client of make's jobserver, which limits the number of jobs that all of a `make -j` run at a
 * time by tokens in a pipe. One job needs no token; each further one takes a token, one byte, and
 * writes the same byte back when it ends.
 *
 * The pipe is shared with make and its other clients, so that it must stay blocking. It is
 * opened anew through /proc, and only the new description is non-blocking.
 * Source: GNU make manual, "POSIX Jobserver Interaction".
 */
#ifndef JOBSERVER_H
#define JOBSERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct jobserver {
	int read_fd, write_fd; /* close-on-exec, read_fd non-blocking; -1: no jobserver */
	int keep_fds[2];       /* make's own, for children; -1: not needed (a fifo has a name) */
	int jobs;              /* make's -jN; 0: not given */
};

enum jobserver_state {
	JOBSERVER_USABLE,
	JOBSERVER_ABSENT, /* MAKEFLAGS names no jobserver */
	JOBSERVER_CLOSED, /* the descriptors that it names are closed or not a pipe: the recipe
	                     has no "+" */
	JOBSERVER_FAILED, /* cannot be opened anew; errno is set */
};

/*
 * Opens the last jobserver that MAKEFLAGS, which may be NULL, names. Fills *SERVER in every case.
 * Only a usable one is closed by jobserver_close.
 */
enum jobserver_state jobserver_open(struct jobserver *server, const char *makeflags);
void jobserver_close(struct jobserver *server);

/*
 * A token that was taken, in memory that this program shares with its forks. It is written back
 * once: by this program, or, if this program is gone before that, by the fork that called
 * jobserver_keep last.
 */
struct jobserver_loan {
	_Atomic int token; /* JOBSERVER_NO_TOKEN: no token is lent */
	_Atomic pid_t keeper;
};
#define JOBSERVER_NO_TOKEN (-1)

/* Returns COUNT loans without tokens, or NULL with errno. */
struct jobserver_loan *jobserver_loans_new(unsigned count);
void jobserver_loans_free(struct jobserver_loan *loans, unsigned count);

bool jobserver_is_lent(const struct jobserver_loan *loan);

/* Takes a token without waiting. Returns false if no token is free; poll read_fd for one. */
bool jobserver_take(struct jobserver *server, struct jobserver_loan *loan);

/* Gives the token back, if it is lent. */
void jobserver_give(const struct jobserver *server, struct jobserver_loan *loan);

/* For forks: makes this process the keeper of LOAN; gives the token back if this process is the
 * keeper. LOAN may be NULL. */
void jobserver_keep(struct jobserver_loan *loan);
void jobserver_give_kept(const struct jobserver *server, struct jobserver_loan *loan);

/* Returns MAKEFLAGS without its jobserver words, for children that cannot reach it; to be freed. */
char *jobserver_strip(const char *makeflags);

#endif
