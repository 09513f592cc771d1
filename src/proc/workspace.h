/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A workspace: the folder (TMPDIR) and the packet FIFO of one attempt at a test. Creating both
 * takes about as long as starting a small script, so an unchanged one is used for the next attempt.
 */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include "packet_fifo.h"

struct cleaner;
struct cleaner_task;

/* Empty when all is zero. */
struct workspace {
	char *folder;            /* NULL: not created */
	struct packet_fifo fifo; /* path NULL: not created */
};

/* Creates the missing parts in PARENT. Returns false with errno if there is no folder then; goes
 * without a FIFO. */
bool workspace_open(struct workspace *workspace, const char *parent);

/*
 * Ends an attempt. UNUSED means that no process that was given the workspace still runs. Removes
 * the parts that the next attempt cannot use, the folder by CLEANER with DONE and CONTEXT as in
 * cleaner_remove. Returns NULL, and does not call DONE, if there is nothing to wait for.
 */
struct cleaner_task *workspace_leave(struct workspace *workspace, bool unused,
                                     struct cleaner *cleaner,
                                     void (*done)(void *context, const char *problem),
                                     void *context);

/* Forgets the folder, which stays on disk. */
void workspace_keep_folder(struct workspace *workspace);

/* Removes both parts; the folder by CLEANER, without waiting. */
void workspace_close(struct workspace *workspace, struct cleaner *cleaner);

#endif
