/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "workspace.h"

#include "cleaner.h"
#include "tmpdir.h"

#include <stdlib.h>

bool
workspace_open(struct workspace *workspace, const char *parent)
{
	if (!workspace->folder)
		workspace->folder = tmpdir_make(parent);
	if (!workspace->folder)
		return false;
	/* Without a FIFO, programs write their packets to standard output. */
	if (!workspace->fifo.path)
		packet_fifo_make(&workspace->fifo, parent);
	return true;
}

struct cleaner_task *
workspace_leave(struct workspace *workspace, bool unused, struct cleaner *cleaner,
                void (*done)(void *context, const char *problem), void *context)
{
	struct cleaner_task *task = NULL;
	if (!unused || !packet_fifo_is_unused(&workspace->fifo))
		packet_fifo_remove(&workspace->fifo);
	if (workspace->folder && !(unused && tmpdir_is_untouched(workspace->folder))) {
		task = cleaner_remove(cleaner, workspace->folder, done, context);
		workspace_keep_folder(workspace);
	}
	return task;
}

void
workspace_keep_folder(struct workspace *workspace)
{
	free(workspace->folder);
	workspace->folder = NULL;
}

void
workspace_close(struct workspace *workspace, struct cleaner *cleaner)
{
	packet_fifo_remove(&workspace->fifo);
	if (workspace->folder)
		cleaner_remove(cleaner, workspace->folder, NULL, NULL);
	workspace_keep_folder(workspace);
}
