/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The pool: the shims of a run. Starting a shim costs more than most scripts take, so a shim whose
 * job left no process is parked until the next job.
 */
#ifndef SHIM_POOL_H
#define SHIM_POOL_H

#include "shim.h"

struct shim_pool_worker {
	pid_t pid;   /* 0: reaped */
	int control; /* this end of its socket; -1: closed */
	bool parked;
	bool leaving; /* it has sent SHIM_GONE, and exits now */
	bool dropped; /* freed when it is reaped */
	struct shim_pool_worker *prev, *next;
};

struct shim_pool {
	struct shim_pool_worker *workers;
};

/* Returns a shim that has the job of OPTIONS: a parked one if the job allows that, or a new one.
 * Returns NULL with errno on failure. The caller parks or drops it in the end. */
struct shim_pool_worker *shim_pool_acquire(struct shim_pool *pool,
                                           const struct shim_options *options);

/* To be called after SHIM_PARKED. WORKER may have been reaped already; then it is freed. */
void shim_pool_park(struct shim_pool *pool, struct shim_pool_worker *worker);

/* Closes the socket of WORKER. */
void shim_pool_close(struct shim_pool_worker *worker);

/* Closes the socket, and frees WORKER when it is reaped. NULL is allowed. */
void shim_pool_drop(struct shim_pool *pool, struct shim_pool_worker *worker);

/* Sends REQUEST to all shims that have a job. */
void shim_pool_send(const struct shim_pool *pool, enum shim_request request);

/* Returns true if PID is a shim that was not reaped. */
bool shim_pool_has(const struct shim_pool *pool, pid_t pid);

/* To be called for each child that was reaped, whether it is a shim or not. */
void shim_pool_reaped(struct shim_pool *pool, pid_t pid);

/* Kills the parked shims, and waits for their end and for that of the shims that are leaving, so
 * that their CPU time counts as this program's; the others end without this program's help. */
void shim_pool_stop(struct shim_pool *pool);

#endif
