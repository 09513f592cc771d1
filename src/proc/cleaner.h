/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The cleaner: removes folders in slices between the events of a loop, so that timers and signals
 * are delayed by at most one slice.
 *
 * The caller may wait for a folder, for at most CLEANER_WAIT_NS. After that the removal goes on,
 * and a problem is reported as a late one.
 */
#ifndef CLEANER_H
#define CLEANER_H

#include "event_loop.h"

#define CLEANER_SLICE_NS (10 * EVENT_LOOP_MS)
#define CLEANER_WAIT_NS (2 * EVENT_LOOP_S)

struct cleaner;
struct cleaner_task;

/* LATE is called with each problem, "PATH: REASON", of a removal that the caller does not wait for.
 */
struct cleaner *cleaner_new(struct event_loop *loop,
                            void (*late)(void *context, const char *problem), void *context);

/* Reports the folders that are not removed yet as late problems. NULL is allowed. */
void cleaner_free(struct cleaner *cleaner);

/* Removes the folder at PATH. DONE is called once, from the loop, never before this returns: with
 * NULL if the folder is gone or is still being removed, else with the problem. The cleaner owns the
 * task, which is valid until then. If DONE is NULL, the caller does not wait. */
struct cleaner_task *cleaner_remove(struct cleaner *cleaner, const char *path,
                                    void (*done)(void *context, const char *problem),
                                    void *context);

/* Ends the wait for TASK: DONE is called in the next turn. */
void cleaner_end_wait(struct cleaner_task *task);

/* The same, but DONE is not called. NULL is allowed. */
void cleaner_detach(struct cleaner_task *task);

/* Returns true while a removal is unfinished. */
bool cleaner_is_busy(const struct cleaner *cleaner);

#endif
