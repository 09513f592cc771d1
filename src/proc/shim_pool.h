/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The crew: the shims of a run. Starting one costs more than most scripts do, so
 * one that has done its job, and left nothing, may rest until there is another.
 */
#ifndef SHIM_POOL_H
#define SHIM_POOL_H

#include "shim.h"

struct shim_pool_worker {
	pid_t pid;   /* 0: reaped */
	int control; /* our end of its socket; -1: it is gone */
	bool parked;
	bool dropped; /* freed when it is reaped */
	struct shim_pool_worker *prev, *next;
};

struct shim_pool {
	struct shim_pool_worker *workers;
};

/* A shim for the job of OPTIONS: one that rests, if it may rest again, or else a new one. NULL
 * with errno on failure. Rested or dropped in the end. */
struct shim_pool_worker *shim_pool_acquire(struct shim_pool *pool,
                                           const struct shim_options *options);

/* It told SHIM_PARKED, which may be heard when it was reaped already: then it is no member any
 * more. */
void shim_pool_park(struct shim_pool *pool, struct shim_pool_worker *worker);

/* Its socket is at its end. */
void shim_pool_close(struct shim_pool_worker *worker);

/* Nobody asks for it any more. NULL is allowed. */
void shim_pool_drop(struct shim_pool *pool, struct shim_pool_worker *worker);

/* Asks those that have a job. */
void shim_pool_send(const struct shim_pool *pool, enum shim_request request);

bool shim_pool_has(const struct shim_pool *pool, pid_t pid);

/* PID was reaped; it may have been a shim. */
void shim_pool_reaped(struct shim_pool *pool, pid_t pid);

/* Ends those that rest, and waits until they are gone; the others end by themselves. */
void shim_pool_stop(struct shim_pool *pool);

#endif
