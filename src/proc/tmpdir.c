#include "tmpdir.h"

#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
tmpdir_make(const char *parent)
{
	char *path = memory_format("%s/subunit2-XXXXXX", parent);
	if (mkdtemp(path))
		return path;
	free(path);
	return NULL;
}

static bool
is_empty(const char *path)
{
	DIR *folder = opendir(path);
	if (!folder)
		return false;
	/* "." and ".." alone. */
	size_t count = 0;
	while (count < 3 && readdir(folder))
		count++;
	closedir(folder);
	return count == 2;
}

bool
tmpdir_is_untouched(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0 && status.st_mode == (S_IFDIR | S_IRWXU) &&
	       status.st_uid == geteuid() && is_empty(path);
}

/* A folder that is emptied. What is in it lies however deep, in names that no path may hold and
 * that no descriptors would be left for: folders in its folders are moved up, and are its own then.
 */
struct emptied {
	int fd;
	dev_t device; /* of which alone anything is removed */
	unsigned moved;
};

/* Opened up where it cannot be read or written. -1 where NAME in FD is no folder to be emptied. */
static int
open_folder(const struct emptied *top, int fd, const char *name)
{
	struct stat about;
	char itself[32];
	/* Of whatever the name stands for by then, this is the very folder. */
	int found = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), opened = -1;
	if (found < 0)
		return -1;
	if (fstat(found, &about) == 0 && about.st_dev == top->device) {
		snprintf(itself, sizeof(itself), "/proc/self/fd/%d", found);
		chmod(itself, S_IRWXU);
		opened = openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	close(found);
	return opened;
}

static void
move_up(struct emptied *top, int fd, const char *name)
{
	char number[16];
	do
		snprintf(number, sizeof(number), "%u", ++top->moved);
	while (renameat(fd, name, top->fd, number) < 0 &&
	       (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR));
}

/* Calls TAKE for each name in FD, which it closes. */
static void
for_each_name(struct emptied *top, int fd,
              void (*take)(struct emptied *top, int fd, const char *name))
{
	DIR *folder = fdopendir(fd);
	const struct dirent *entry;
	while (folder && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			take(top, fd, entry->d_name);
	if (folder)
		closedir(folder);
	else
		close(fd);
}

static void
remove_lower(struct emptied *top, int fd, const char *name)
{
	if (unlinkat(fd, name, 0) == 0 || unlinkat(fd, name, AT_REMOVEDIR) == 0)
		return;
	int lower = open_folder(top, fd, name);
	if (lower < 0)
		return;
	close(lower);
	move_up(top, fd, name);
}

static void
remove_upper(struct emptied *top, int fd, const char *name)
{
	if (unlinkat(fd, name, 0) == 0 || unlinkat(fd, name, AT_REMOVEDIR) == 0)
		return;
	int lower = open_folder(top, fd, name);
	if (lower < 0)
		return;
	for_each_name(top, lower, remove_lower);
	unlinkat(fd, name, AT_REMOVEDIR);
}

static void
empty(int fd, dev_t device)
{
	struct emptied top = {.fd = fd, .device = device};
	unsigned before;
	do {
		before = top.moved;
		for_each_name(&top, openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		              remove_upper);
	} while (top.moved != before);
}

void
tmpdir_remove(const char *path)
{
	struct stat about;
	/* The usual end: nothing was put there. What a test has put in its place is no folder of
	 * ours: a link is removed, not followed. */
	if (rmdir(path) == 0 || unlink(path) == 0 || lstat(path, &about) < 0)
		return;
	const struct emptied parent = {.device = about.st_dev};
	int fd = open_folder(&parent, AT_FDCWD, path);
	if (fd < 0)
		return;
	empty(fd, about.st_dev);
	close(fd);
	rmdir(path);
}

char *
tmpdir_parent(const char *value)
{
	if (!value || !*value)
		return memory_copy("/tmp");
	char *real = *value == '/' ? NULL : realpath(value, NULL);
	return real ? real : memory_copy(value);
}
