/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The queues of a dispatch: tests that wait for a worker, in their order. Serial tests have a queue
 * of their own. So do parallel tests that failed or were lost at a worker: they are sent first, and
 * to another worker. The list of the workers that changed in this turn is here, too.
 */
#ifndef DISPATCH_QUEUE_H
#define DISPATCH_QUEUE_H

#include "dispatch_state.h"

/* Returns the queue for TEST. */
struct dispatch_queue *dispatch_queue_of(struct worker_dispatch *dispatch, size_t test);

void dispatch_queue_push_last(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                              size_t test);
void dispatch_queue_push_first(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                               size_t test);

/* Removes TEST, which follows BEFORE (NONE: is the first). */
void dispatch_queue_remove(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                           size_t before, size_t test);

/* Adds WORKER to the list of changed workers: it may have got or lost room for a test, or may have
 * to be stopped. */
void dispatch_queue_add_changed(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

#endif
