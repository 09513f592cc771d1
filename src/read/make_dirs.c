/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "make_dirs.h"

#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void
make_dirs_init(struct make_dirs *dirs, const char *top)
{
	char *real = realpath(top, NULL);
	*dirs = (struct make_dirs){.top = real ? real : memory_copy(top)};
}

void
make_dirs_clear(struct make_dirs *dirs)
{
	string_list_clear(&dirs->entered);
	free(dirs->top);
	free(dirs->making);
}

const char *
make_dirs_here(const struct make_dirs *dirs)
{
	if (dirs->entered.count)
		return dirs->entered.items[dirs->entered.count - 1];
	return dirs->making ? dirs->making : dirs->top;
}

void
make_dirs_enter(struct make_dirs *dirs, struct subunit2_view directory)
{
	char *path = memory_copy_len(directory.data, directory.len);
	char *real = realpath(path, NULL);
	string_list_add_owned(&dirs->entered, real ? real : memory_copy(path));
	free(path);
}

void
make_dirs_leave(struct make_dirs *dirs)
{
	if (dirs->entered.count)
		free(dirs->entered.items[--dirs->entered.count]);
}

static bool
make_dirs_is_directory(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

void
make_dirs_making(struct make_dirs *dirs, struct subunit2_view directory)
{
	char *base = memory_copy(make_dirs_here(dirs)), *slash;
	char *path = NULL;
	for (;;) {
		free(path);
		path = memory_format("%s/%.*s", base, (int)directory.len, directory.data);
		if (make_dirs_is_directory(path) || strcmp(base, dirs->top) == 0)
			break;
		if (!(slash = strrchr(base, '/')) || slash == base)
			break;
		*slash = '\0';
	}
	bool top = subunit2_view_equal(directory, SUBUNIT2_LITERAL(".")) ||
	           !make_dirs_is_directory(path);
	free(dirs->making);
	dirs->making = top ? memory_copy(dirs->top) : memory_copy(path);
	free(base);
	free(path);
}

char *
make_dirs_prefix(const struct make_dirs *dirs)
{
	const char *directory = make_dirs_here(dirs);
	size_t len = strlen(dirs->top);
	if (strcmp(directory, dirs->top) == 0)
		return memory_copy("");
	if (strncmp(directory, dirs->top, len) == 0 && directory[len] == '/')
		directory += len + 1;
	return memory_format("%s/", directory);
}
