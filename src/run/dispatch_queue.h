/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The queues of a dispatch: tests that wait for a worker, in their order. Serial tests have a queue
 * of their own. So do parallel tests that failed or were lost at a worker: they are sent first, and
 * to another worker.
 */
#ifndef DISPATCH_QUEUE_H
#define DISPATCH_QUEUE_H

#include "dispatch_state.h"

/* Returns the queue for TEST. */
struct dispatch_queue *dispatch_queue_of(struct worker_dispatch *dispatch, size_t test);

/* Adds TEST, which avoids no worker, at the end. */
void dispatch_queue_push_last(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                              size_t test);
/* Adds TEST at the head. */
void dispatch_queue_push_first(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                               size_t test);

/* Removes TEST, which follows BEFORE (NONE: is the first). */
void dispatch_queue_remove(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                           size_t before, size_t test);

#endif
