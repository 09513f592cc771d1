/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The requests of a dispatch: which worker is sent which test, and when.
 */
#ifndef DISPATCH_REQUESTS_H
#define DISPATCH_REQUESTS_H

#include "dispatch_state.h"

/* Looks at the workers that changed: stops those that are to retire, and finds those that have room
 * for a test. */
void dispatch_requests_update(struct worker_dispatch *dispatch, int64_t now_ns);

/* Sends queued tests to the workers that have room for them, and starts workers for them. A serial
 * test is sent when no other one is at a worker. */
void dispatch_requests_fill(struct worker_dispatch *dispatch, int64_t now_ns);

#endif
