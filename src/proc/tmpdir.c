/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tmpdir.h"

#include "memory.h"

#include <dirent.h>
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
tmpdir_is_empty(const char *path)
{
	DIR *folder = opendir(path);
	if (!folder)
		return false;
	/* An empty folder has two entries, "." and "..". */
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
	       status.st_uid == geteuid() && tmpdir_is_empty(path);
}

char *
tmpdir_parent(const char *value)
{
	if (!value || !*value)
		return memory_copy("/tmp");
	char *real = *value == '/' ? NULL : realpath(value, NULL);
	return real ? real : memory_copy(value);
}
