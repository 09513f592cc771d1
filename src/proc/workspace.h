/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A workspace: what an attempt at a test has to itself, a folder (its TMPDIR) and
 * a channel. To make them costs about what starting a small script does, so one
 * that is left as it was found is the next attempt's.
 */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include "packet_fifo.h"

struct cleaner;
struct cleaner_task;

/* Empty when all is zero. */
struct workspace {
	char *folder;            /* NULL: there is none */
	struct packet_fifo fifo; /* whose path is NULL where none could be made */
};

/* Makes what is missing, below the folder PARENT. False, with errno, without a folder. */
bool workspace_open(struct workspace *workspace, const char *parent);

/*
 * After an attempt; DESERTED: no process that was given the workspace runs any more. What the
 * next attempt cannot use is removed, the folder by CLEANER with DONE and CONTEXT as in
 * cleaner_remove. Returns NULL if there is nothing to wait for, and DONE is not called.
 */
struct cleaner_task *workspace_leave(struct workspace *workspace, bool deserted,
                                     struct cleaner *cleaner,
                                     void (*done)(void *context, const char *problem),
                                     void *context);

/* Lets go of the folder, which stays where it is. */
void workspace_keep_folder(struct workspace *workspace);

/* Removes all; the folder by CLEANER, without waiting. */
void workspace_close(struct workspace *workspace, struct cleaner *cleaner);

#endif
