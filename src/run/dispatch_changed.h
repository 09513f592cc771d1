/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The workers of a dispatch that changed since the last turn: each may have got or lost room for a
 * test, or may have to be stopped.
 */
#ifndef DISPATCH_CHANGED_H
#define DISPATCH_CHANGED_H

#include "dispatch_state.h"

/* Adds WORKER, unless it is in the list. */
void dispatch_changed_add(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

/* Removes and returns a worker; NULL if the list is empty. */
struct dispatch_worker *dispatch_changed_take(struct worker_dispatch *dispatch);

#endif
