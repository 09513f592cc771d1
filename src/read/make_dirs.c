/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "make_dirs.h"

#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void
make_directories_init(struct make_directories *directories, const char *top)
{
	char *real = realpath(top, NULL);
	*directories = (struct make_directories){.top = real ? real : memory_copy(top)};
}

void
make_directories_clear(struct make_directories *directories)
{
	strings_clear(&directories->entered);
	free(directories->top);
	free(directories->making);
}

const char *
make_directories_here(const struct make_directories *directories)
{
	if (directories->entered.count)
		return directories->entered.items[directories->entered.count - 1];
	return directories->making ? directories->making : directories->top;
}

void
make_directories_enter(struct make_directories *directories, struct subunit2_view directory)
{
	char *path = memory_copy_len(directory.data, directory.len);
	char *real = realpath(path, NULL);
	strings_take(&directories->entered, real ? real : memory_copy(path));
	free(path);
}

void
make_directories_leave(struct make_directories *directories)
{
	if (directories->entered.count)
		free(directories->entered.items[--directories->entered.count]);
}

static bool
is_directory(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

void
make_directories_making(struct make_directories *directories, struct subunit2_view directory)
{
	char *base = memory_copy(make_directories_here(directories)), *slash;
	char *path = NULL;
	for (;;) {
		free(path);
		path = memory_format("%s/%.*s", base, (int)directory.len, directory.data);
		if (is_directory(path) || strcmp(base, directories->top) == 0)
			break;
		if (!(slash = strrchr(base, '/')) || slash == base)
			break;
		*slash = '\0';
	}
	bool top = subunit2_view_equal(directory, SUBUNIT2_LITERAL(".")) || !is_directory(path);
	free(directories->making);
	directories->making = top ? memory_copy(directories->top) : memory_copy(path);
	free(base);
	free(path);
}

char *
make_directories_prefix(const struct make_directories *directories)
{
	const char *directory = make_directories_here(directories);
	size_t len = strlen(directories->top);
	if (strcmp(directory, directories->top) == 0)
		return memory_copy("");
	if (strncmp(directory, directories->top, len) == 0 && directory[len] == '/')
		directory += len + 1;
	return memory_format("%s/", directory);
}
