/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_files.h"

#include "format.h"
#include "memory.h"
#include "message.h"
#include "run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Returns whether the file NAME at PATH is a run. A link to nothing is one that cannot be read. */
static bool
run_files_is_run(const char *path, const char *name)
{
	struct stat about;
	if (lstat(path, &about) < 0 || (stat(path, &about) == 0 && !S_ISREG(about.st_mode)))
		return false;
	const struct format *format = format_of_path(name);
	return run_folder_number(name) >= 0 || (format && format->in);
}

bool
run_files_is_folder(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool
run_files_of_path(struct string_list *files, const char *path)
{
	struct dirent **entries;
	size_t before = files->count;
	int len = (int)strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (!run_files_is_folder(path)) {
		string_list_add(files, path);
		return true;
	}
	int count = scandir(path, &entries, NULL, versionsort);
	if (count < 0) {
		message("%s: %s", path, strerror(errno));
		return false;
	}
	for (int i = 0; i < count; i++) {
		char *file = memory_format("%.*s/%s", len, path, entries[i]->d_name);
		if (run_files_is_run(file, entries[i]->d_name))
			string_list_add_owned(files, file);
		else
			free(file);
		free(entries[i]);
	}
	free(entries);
	if (files->count == before)
		message("%s: this folder holds no run", path);
	return files->count > before;
}
