/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The workers of a dispatch: their starts, failures, restarts and stops.
 */
#ifndef DISPATCH_WORKERS_H
#define DISPATCH_WORKERS_H

#include "dispatch_state.h"

/* Starts a process of WORKER, which is idle. */
void dispatch_workers_start(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                            int64_t now_ns);

/* WORKER cannot be relied on: stops it, takes its tests and uses up a restart. */
void dispatch_workers_fail(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                           int64_t now_ns);

/* The process of WORKER has ended. Uses up a restart, unless it was stopped. */
void dispatch_workers_end(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                          int64_t now_ns);

/* Stops WORKER if it is retiring, and no other slot of it works: a worker of which a test hangs is
 * of use until then. */
void dispatch_workers_retire(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

/* Stops all workers at the end of the run. Their answers still count. */
void dispatch_workers_finish(struct worker_dispatch *dispatch);

#endif
