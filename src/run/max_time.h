/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The limit of --max-time, which ends a whole run, and its messages and reasons.
 */
#ifndef MAX_TIME_H
#define MAX_TIME_H

#include "event_loop.h"

/* The reason of subunit.input if the limit ends a run before its standard input has ended. */
#define MAX_TIME_INPUT_CUT                                                                         \
	"standard input: the run took longer than --max-time, and tests may be missing"
/* The reason of a test that was not started before. */
#define MAX_TIME_NOT_RUN "not run: the run took longer than --max-time"

/* Calls FIRE when a run that begins now has taken LIMIT_NS; 0: never. */
void max_time_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t limit_ns,
                    void (*fire)(void *context), void *context);

/* Prints that the run is ended after LIMIT_NS. */
void max_time_report(int64_t limit_ns);

#endif
