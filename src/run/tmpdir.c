#include "run/tmpdir.h"

#include "memory.h"

#include <dirent.h>
#include <fts.h>
#include <stdlib.h>
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

static void
remove_entry(const FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
		/* A folder that cannot be read or written is opened up on the way in. */
		chmod(entry->fts_accpath, S_IRWXU);
		break;
	case FTS_DP:
	case FTS_DNR:
		rmdir(entry->fts_accpath);
		break;
	default:
		unlink(entry->fts_accpath);
		break;
	}
}

void
tmpdir_remove(const char *path)
{
	/* The usual end: nothing was put there. */
	if (rmdir(path) == 0)
		return;
	char *paths[] = {(char *)path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	for (FTSENT *entry; tree && (entry = fts_read(tree));)
		remove_entry(entry);
	if (tree)
		fts_close(tree);
}

char *
tmpdir_parent(const char *value)
{
	if (!value || !*value)
		return memory_copy("/tmp");
	char *real = *value == '/' ? NULL : realpath(value, NULL);
	return real ? real : memory_copy(value);
}
