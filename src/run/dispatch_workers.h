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

/* Stops WORKER, which has failed, takes its tests and uses up a restart. */
void dispatch_workers_fail(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                           int64_t now_ns);

/* Handles the end of WORKER's process. Uses up a restart, unless WORKER was stopped. */
void dispatch_workers_end(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                          int64_t now_ns);

/* Stops WORKER if it is retiring and has no open test, or as many tests that timed out as slots. */
void dispatch_workers_retire(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

/* Stops all workers at the end of the run. Their answers still count. Does nothing if called again.
 */
void dispatch_workers_finish(struct worker_dispatch *dispatch);

#endif
