/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The folder and the FIFO of an attempt: which of them the next attempt uses again. */
#include "workspace.h"
#include "check.h"

#include "cleaner.h"
#include "fault.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char parent[] = "/tmp/subunit2-workspace-XXXXXX";
static struct event_loop *loop;
static struct cleaner *cleaner;
static unsigned done;

int
mkfifo(const char *path, mode_t mode)
{
	return fault_hits("mkfifo") ? -1 : mknod(path, S_IFIFO | mode, 0);
}

static void
on_done(void *context, const char *problem)
{
	(void)context;
	done += problem ? 100 : 1;
}

static void
on_late(void *context, const char *problem)
{
	(void)context, (void)problem;
	done += 1000;
}

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The paths of a workspace, which may be freed. */
struct paths {
	char folder[256], fifo[256];
};

static struct paths
open_workspace(struct workspace *workspace)
{
	struct paths paths = {0};
	if (!workspace_open(workspace, parent) || !workspace->fifo.path)
		exit(99);
	snprintf(paths.folder, sizeof(paths.folder), "%s", workspace->folder);
	snprintf(paths.fifo, sizeof(paths.fifo), "%s", workspace->fifo.path);
	return paths;
}

/* Ends an attempt, and waits for the removal. Returns true if there was one. */
static bool
leave(struct workspace *workspace, bool unused)
{
	done = 0;
	bool removes = workspace_leave(workspace, unused, cleaner, on_done, NULL) != NULL;
	while (cleaner_is_busy(cleaner) || (removes && !done))
		event_loop_turn(loop);
	CHECK(done == (removes ? 1 : 0));
	return removes;
}

static bool
same_paths(const struct paths *a, const struct paths *b)
{
	return strcmp(a->folder, b->folder) == 0 && strcmp(a->fifo, b->fifo) == 0;
}

static void
check_reuse(void)
{
	struct workspace workspace = {0};
	struct paths first = open_workspace(&workspace), second;
	CHECK(exists(first.folder) && exists(first.fifo));
	CHECK(!leave(&workspace, true));
	second = open_workspace(&workspace);
	CHECK_NAMED("an unchanged workspace is used again", same_paths(&first, &second));
	CHECK(leave(&workspace, false));
	CHECK_NAMED("one that a process still has is removed",
	            !exists(first.folder) && !exists(first.fifo) && !workspace.folder &&
	                    !workspace.fifo.path);
	CHECK(!leave(&workspace, false));
	second = open_workspace(&workspace);
	CHECK(!same_paths(&first, &second) && exists(second.folder));
	workspace_close(&workspace, cleaner);
	while (cleaner_is_busy(cleaner))
		event_loop_turn(loop);
	CHECK(!exists(second.folder) && !exists(second.fifo) && !workspace.folder);
	workspace_close(&workspace, cleaner);
	CHECK(!cleaner_is_busy(cleaner));
}

/* Either part may be changed. */
static void
check_changes(void)
{
	struct workspace workspace = {0};
	char file[300];
	struct paths first = open_workspace(&workspace), second;
	snprintf(file, sizeof(file), "%s/file", first.folder);
	close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	CHECK(leave(&workspace, true) && !exists(first.folder));
	CHECK_NAMED("a FIFO without packets is used again", exists(first.fifo));
	second = open_workspace(&workspace);
	CHECK(strcmp(first.fifo, second.fifo) == 0 && strcmp(first.folder, second.folder) != 0);
	int fd = open(second.fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	bool wrote = write(fd, "x", 1) == 1;
	close(fd);
	CHECK(wrote && !leave(&workspace, true));
	CHECK_NAMED("one with packets is removed, and its folder is used again",
	            !exists(second.fifo) && exists(second.folder));
	workspace_keep_folder(&workspace);
	CHECK(!workspace.folder && exists(second.folder));
	workspace_close(&workspace, cleaner);
	CHECK_NAMED("a folder that is kept stays on disk",
	            !cleaner_is_busy(cleaner) && rmdir(second.folder) == 0);
}

static void
check_failures_of_parts(void)
{
	struct workspace workspace = {0};
	errno = 0;
	CHECK(!workspace_open(&workspace, "/nonexistent") && errno == ENOENT);
	CHECK(!workspace.folder && !workspace.fifo.path);
	fault_arm("mkfifo", ENOSPC, 0, 1);
	CHECK_NAMED("an attempt may go without a FIFO",
	            workspace_open(&workspace, parent) && fault_disarm() == 1 && workspace.folder &&
	                    !workspace.fifo.path);
	CHECK(!leave(&workspace, true) && workspace.folder);
	CHECK_NAMED("the next one has both parts",
	            workspace_open(&workspace, parent) && workspace.fifo.path);
	workspace_close(&workspace, cleaner);
	while (cleaner_is_busy(cleaner))
		event_loop_turn(loop);
}

int
main(void)
{
	if (!mkdtemp(parent))
		return 99;
	loop = event_loop_new();
	cleaner = cleaner_new(loop, on_late, NULL);
	check_reuse();
	check_changes();
	check_failures_of_parts();
	cleaner_free(cleaner);
	event_loop_free(loop);
	CHECK_NAMED("nothing is left", rmdir(parent) == 0 && done < 100);
	return check_done();
}
