/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "removal.h"

#include "clock.h"
#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Folders that are open at a time, each in the one before it. A folder that lies deeper is moved
 * up into the first one, so that no depth needs more descriptors or a longer path. */
#define OPEN_MAX_DEPTH 3

#define NO_MOUNT (-1) /* no id of a mount */

struct removal_level {
	DIR *folder;
	char *name; /* in the level before; of the first: in the parent */
};

struct removal {
	char *path;
	char *problem; /* NULL: none so far */
	struct removal_level levels[OPEN_MAX_DEPTH];
	unsigned depth; /* levels that are open */
	unsigned moved; /* the last name that was given to a folder that was moved up */
	bool progress;  /* something was removed or moved since the first level was opened */
	bool done;
};

struct removal *
removal_new(const char *path)
{
	struct removal *removal = memory_zeroed(1, sizeof(*removal));
	removal->path = memory_copy(path);
	return removal;
}

static void
removal_pop(struct removal *removal)
{
	struct removal_level *level = &removal->levels[--removal->depth];
	closedir(level->folder);
	free(level->name);
}

void
removal_pause(struct removal *removal)
{
	while (removal->depth)
		removal_pop(removal);
}

void
removal_free(struct removal *removal)
{
	if (!removal)
		return;
	removal_pause(removal);
	free(removal->path);
	free(removal->problem);
	free(removal);
}

/* Keeps the first problem: NAME, in the last level, stays because of ERRNUM. Without a level, it is
 * the folder itself, and NAME is not used. EXDEV, from any call, means that it is a mount. */
static void
removal_note(struct removal *removal, const char *name, int errnum)
{
	if (removal->problem)
		return;
	char *path = memory_copy(removal->path);
	for (unsigned i = 1; i <= removal->depth; i++) {
		const char *part = i < removal->depth ? removal->levels[i].name : name;
		char *longer = memory_format("%s/%s", path, part);
		free(path);
		path = longer;
	}
	removal->problem = memory_format("%s: %s", path,
	                                 errnum == EXDEV ? "is a mount point" : strerror(errnum));
	free(path);
}

/* Returns the id of the mount on which FD lies; NO_MOUNT if the kernel does not show it. */
static long long
removal_mount_id(int fd)
{
	char path[40], line[64];
	long long id = NO_MOUNT;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	FILE *file = fopen(path, "re");
	while (file && id == NO_MOUNT && fgets(line, sizeof(line), file))
		if (sscanf(line, "mnt_id: %lld", &id) != 1)
			id = NO_MOUNT;
	if (file)
		fclose(file);
	return id;
}

/* Opens NAME in FD for a kernel without openat2: compares the mounts of both. */
static int
removal_open_compared(int fd, const char *name)
{
	int opened = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (opened < 0)
		return -1;
	long long above = removal_mount_id(fd), own = removal_mount_id(opened);
	if (above != NO_MOUNT && own == above)
		return opened;
	close(opened);
	errno = own == above ? ENOSYS : EXDEV;
	return -1;
}

/* Opens the folder NAME in FD, by O_PATH. Fails with EXDEV for a mount, ENOTDIR for a file or a
 * link, and ENOSYS if the kernel cannot show whether NAME is a mount. */
static int
removal_open_path(int fd, const char *name)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	int opened = (int)syscall(SYS_openat2, fd, name, &how, sizeof(how));
	if (opened < 0 && (errno == ENOSYS || errno == EPERM))
		return removal_open_compared(fd, name);
	return opened;
}

/* Opens the folder NAME in FD for reading, with all permissions for its user. */
static DIR *
removal_open_folder(int fd, const char *name)
{
	char itself[32];
	struct stat about;
	DIR *folder = NULL;
	int path_fd = removal_open_path(fd, name);
	if (path_fd < 0)
		return NULL;
	/* This path leads to the opened folder, even if NAME was replaced since. */
	snprintf(itself, sizeof(itself), "/proc/self/fd/%d", path_fd);
	if (fstat(path_fd, &about) == 0 && (about.st_mode & S_IRWXU) != S_IRWXU)
		chmod(itself, S_IRWXU);
	int opened = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (opened >= 0)
		folder = fdopendir(opened);
	int errnum = errno;
	if (opened >= 0 && !folder)
		close(opened);
	close(path_fd);
	errno = errnum;
	return folder;
}

static void
removal_push(struct removal *removal, DIR *folder, const char *name)
{
	removal->levels[removal->depth++] = (struct removal_level){folder, memory_copy(name)};
}

/* Opens the first level. Its parent is the user's choice: it may be a mount, and its path may
 * contain links. */
static bool
removal_open_first(struct removal *removal)
{
	const char *slash = strrchr(removal->path, '/'), *name = slash ? slash + 1 : removal->path;
	char *parent = slash ? memory_copy_len(removal->path, (size_t)(slash - removal->path) + 1)
	                     : memory_copy(".");
	int fd = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? removal_open_folder(fd, name) : NULL;
	int errnum = errno;
	if (fd >= 0)
		close(fd);
	free(parent);
	if (folder)
		removal_push(removal, folder, name);
	errno = errnum;
	return folder != NULL;
}

/* Moves the folder NAME in FD into the first level, under a name that is free there. */
static bool
removal_move_up(struct removal *removal, int fd, const char *name)
{
	char number[16];
	int first = dirfd(removal->levels[0].folder), result;
	do {
		snprintf(number, sizeof(number), "%u", ++removal->moved);
		result = renameat(fd, name, first, number);
	} while (result < 0 && (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR));
	return result == 0;
}

/* Removes NAME in the last level if it is a file or an empty folder. Returns 0, or the reason why
 * it cannot be removed as a file; ENOENT: it is gone. */
static int
removal_unlink(int fd, const char *name)
{
	if (unlinkat(fd, name, 0) == 0)
		return 0;
	int errnum = errno;
	if (errnum == ENOENT || unlinkat(fd, name, AT_REMOVEDIR) < 0)
		return errnum;
	return 0;
}

static void
removal_entry(struct removal *removal, const char *name)
{
	int fd = dirfd(removal->levels[removal->depth - 1].folder);
	int errnum = removal_unlink(fd, name);
	if (errnum == 0)
		removal->progress = true;
	if (errnum == 0 || errnum == ENOENT)
		return;
	DIR *folder = removal_open_folder(fd, name);
	if (!folder) {
		removal_note(removal, name, errno == ENOTDIR || errno == ELOOP ? errnum : errno);
	} else if (removal->depth < OPEN_MAX_DEPTH) {
		removal_push(removal, folder, name);
	} else {
		closedir(folder);
		if (removal_move_up(removal, fd, name))
			removal->progress = true;
		else
			removal_note(removal, name, errno);
	}
}

/* Closes the last level, which has no further entry, and removes it from the one above. */
static void
removal_leave(struct removal *removal)
{
	struct removal_level *level = &removal->levels[removal->depth - 1];
	char *name = level->name;
	level->name = NULL;
	removal_pop(removal);
	int fd = dirfd(removal->levels[removal->depth - 1].folder);
	if (unlinkat(fd, name, AT_REMOVEDIR) == 0)
		removal->progress = true;
	else if (errno != ENOENT)
		removal_note(removal, name, errno);
	free(name);
}

/* The first level has no further entry. Starts another pass for folders that were moved there or
 * that were not empty before, but only if this pass removed or moved something. */
static void
removal_end_pass(struct removal *removal)
{
	removal_pop(removal);
	if (rmdir(removal->path) == 0 || errno == ENOENT) {
		free(removal->problem);
		removal->problem = NULL;
		removal->done = true;
	} else if (!removal->progress || errno != ENOTEMPTY) {
		removal_note(removal, NULL, errno);
		removal->done = true;
	} else {
		/* The next pass meets this problem again if it persists. */
		free(removal->problem);
		removal->problem = NULL;
	}
}

static void
removal_begin_pass(struct removal *removal)
{
	removal->progress = false;
	/* Most folders are empty. A test may have replaced the folder by a file or a link, which is
	 * removed, not followed. */
	if (rmdir(removal->path) == 0 || unlink(removal->path) == 0 || errno == ENOENT) {
		removal->done = true;
	} else if (!removal_open_first(removal)) {
		removal_note(removal, NULL, errno);
		removal->done = true;
	}
}

static void
removal_step(struct removal *removal)
{
	if (!removal->depth) {
		removal_begin_pass(removal);
		return;
	}
	errno = 0;
	const struct dirent *entry = readdir(removal->levels[removal->depth - 1].folder);
	if (!entry && errno)
		removal_note(removal, ".", errno);
	if (!entry && removal->depth > 1)
		removal_leave(removal);
	else if (!entry)
		removal_end_pass(removal);
	else if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
		removal_entry(removal, entry->d_name);
}

bool
removal_run(struct removal *removal, int64_t until_ns)
{
	do
		removal_step(removal);
	while (!removal->done && clock_ns() < until_ns);
	return removal->done;
}

const char *
removal_problem(const struct removal *removal)
{
	return removal->problem;
}

const char *
removal_path(const struct removal *removal)
{
	return removal->path;
}
