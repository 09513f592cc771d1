/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The ends of attempts and tests in a dispatch. Each test ends once, here.
 */
#ifndef DISPATCH_ATTEMPTS_H
#define DISPATCH_ATTEMPTS_H

#include "dispatch_state.h"

/* Takes TEST from the worker that it is at. It is in no queue and at no worker then. */
void dispatch_attempts_take(struct worker_dispatch *dispatch, size_t test);

/* Ends the attempt of TEST, which was taken, as END; or queues it again if that is a failure
 * and attempts are left. */
void dispatch_attempts_end(struct worker_dispatch *dispatch, size_t test, bool failed,
                           enum worker_dispatch_end end);

/* Takes TEST from the worker that it is at, which has not started it: it is queued again, or ends
 * if no further test is started. */
void dispatch_attempts_return(struct worker_dispatch *dispatch, size_t test);

/* Takes all tests from WORKER, which failed: those that run are lost, the others are queued again.
 */
void dispatch_attempts_take_all(struct worker_dispatch *dispatch, struct dispatch_worker *worker);

/* Ends all tests that are queued, as END. */
void dispatch_attempts_end_queued(struct worker_dispatch *dispatch, enum worker_dispatch_end end);

#endif
