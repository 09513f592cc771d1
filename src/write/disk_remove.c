/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "disk_remove.h"

#include "memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 128 /* depth of folders */

static int
disk_remove_disk_open_folder(int fd, const char *name)
{
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Removes the file NAME, which may lie in folders, and those of these that are empty afterwards. */
static void
disk_remove_file(int fd, char *name)
{
	char *slash = strchr(name, '/');
	if (!slash) {
		unlinkat(fd, name, 0);
		return;
	}
	*slash = '\0';
	int folder = disk_remove_disk_open_folder(fd, name);
	if (folder < 0)
		return;
	disk_remove_file(folder, slash + 1);
	close(folder);
	unlinkat(fd, name, AT_REMOVEDIR);
}

/* Returns whether NAME would lead out of its folder; the writer has replaced its "/" then. */
static bool
disk_remove_disk_leads_out(const char *name)
{
	bool leads = *name == '/';
	while (!leads && *name) {
		size_t len = strcspn(name, "/");
		leads = len == 2 && strncmp(name, "..", 2) == 0;
		name += len + (name[len] == '/');
	}
	return leads;
}

static void
disk_remove_attachment(int fd, const char *name)
{
	char *path = memory_copy(name);
	for (char *at = path; disk_remove_disk_leads_out(name) && (at = strchr(at, '/'));)
		*at = '_';
	disk_remove_file(fd, path);
	free(path);
}

/* Removes the files of the test in the folder FD. Returns false if the folder holds no test. */
static bool
disk_remove_test(int fd)
{
	int file = openat(fd, "test.json", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return false;
	json_t *test = json_loadfd(file, 0, NULL), *name;
	json_t *names = json_object_get(test, "details");
	bool ours = json_is_array(names) && json_is_string(json_object_get(test, "id")) &&
	            json_is_string(json_object_get(test, "status"));
	size_t i;
	close(file);
	if (ours) {
		json_array_foreach(names, i, name)
		{
			if (json_is_string(name))
				disk_remove_attachment(fd, json_string_value(name));
		}
		unlinkat(fd, "test.json", 0);
	}
	json_decref(test);
	return ours;
}

/* Returns whether something was removed from the folder FD. */
static bool
disk_remove_below(int fd, unsigned depth)
{
	bool removed = disk_remove_test(fd);
	int copy = depth < DEPTH_MAX ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	if (!entries) {
		if (copy >= 0)
			close(copy);
		return removed;
	}
	rewinddir(entries);
	while ((entry = readdir(entries))) {
		bool folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
		if (!folder || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int below = disk_remove_disk_open_folder(fd, entry->d_name);
		if (below < 0)
			continue;
		bool changed = disk_remove_below(below, depth + 1);
		close(below);
		if (changed)
			unlinkat(fd, entry->d_name, AT_REMOVEDIR);
		removed |= changed;
	}
	closedir(entries);
	return removed;
}

void
disk_remove(int fd)
{
	disk_remove_below(fd, 0);
}
