/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The queues of a dispatch: tests that wait for a worker, in their order. Serial tests have a queue
 * of their own; so do other tests that a worker has failed: they go first, to another worker. And
 * the list of the workers that changed in this turn.
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

/* Notes that WORKER may have got room for a test, or may have lost it, or may have to be stopped.
 */
void dispatch_queue_add_changed(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

#endif
