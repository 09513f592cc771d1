/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The crew: the shims of a run. Starting one costs more than most scripts do, so
 * one that has done its job, and left nothing, may rest until there is another.
 */
#ifndef SHIM_POOL_H
#define SHIM_POOL_H

#include "shim.h"

struct crew_member {
	pid_t pid;   /* 0: reaped */
	int control; /* our end of its socket; -1: it is gone */
	bool rests;
	bool dropped; /* freed when it is reaped */
	struct crew_member *prev, *next;
};

struct crew {
	struct crew_member *members;
};

/* A shim for the job of OPTIONS: one that rests, if it may rest again, or else a new one. NULL
 * with errno on failure. Rested or dropped in the end. */
struct crew_member *crew_employ(struct crew *crew, const struct shim_options *options);

/* It told SHIM_RESTS, which may be heard when it was reaped already: then it is no member any
 * more. */
void crew_rest(struct crew *crew, struct crew_member *member);

/* Its socket is at its end. */
void crew_close(struct crew_member *member);

/* Nobody asks for it any more. NULL is allowed. */
void crew_drop(struct crew *crew, struct crew_member *member);

/* Asks those that have a job. */
void crew_ask(const struct crew *crew, enum shim_request request);

bool crew_has(const struct crew *crew, pid_t pid);

/* PID was reaped; it may have been a shim. */
void crew_reaped(struct crew *crew, pid_t pid);

/* Ends those that rest, and waits until they are gone; the others end by themselves. */
void crew_dismiss(struct crew *crew);

#endif
