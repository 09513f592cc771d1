#include "workspace.h"

#include "tmpdir.h"

#include <stdlib.h>

bool
workspace_open(struct workspace *workspace, const char *parent)
{
	if (!workspace->folder)
		workspace->folder = tmpdir_make(parent);
	if (!workspace->folder)
		return false;
	/* Without one, what would use it falls back to standard output. */
	if (!workspace->channel.path)
		channel_make(&workspace->channel, parent);
	return true;
}

static void
remove_folder(struct workspace *workspace)
{
	if (workspace->folder)
		tmpdir_remove(workspace->folder);
	workspace_keep_folder(workspace);
}

void
workspace_leave(struct workspace *workspace, bool deserted)
{
	if (!deserted || !channel_is_unused(&workspace->channel))
		channel_remove(&workspace->channel);
	if (workspace->folder && !(deserted && tmpdir_is_untouched(workspace->folder)))
		remove_folder(workspace);
}

void
workspace_keep_folder(struct workspace *workspace)
{
	free(workspace->folder);
	workspace->folder = NULL;
}

void
workspace_close(struct workspace *workspace)
{
	channel_remove(&workspace->channel);
	remove_folder(workspace);
}
