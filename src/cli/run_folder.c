/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_folder.h"

#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_DIGITS_MAX 18 /* such a number fits into 64 bits */

bool
run_folder_is_named(const char *path)
{
	size_t len = strlen(path);
	return len > 0 && path[len - 1] == '/';
}

bool
run_folder_is_repository(const char *folder)
{
	static const char *const names[] = {".testrepository/", ".stestr/"};
	struct subunit2_view path = subunit2_view_of(folder);
	return subunit2_view_ends(path, subunit2_view_of(names[0])) ||
	       subunit2_view_ends(path, subunit2_view_of(names[1]));
}

char *
run_folder_begin(const char *folder, struct subunit2_error *error)
{
	mode_t mask = umask(0);
	umask(mask);
	if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
		subunit2_error_system(error, folder, errno);
		return NULL;
	}
	char *path = memory_format("%s.run-XXXXXX", folder);
	int fd = mkstemp(path);
	if (fd >= 0 && fchmod(fd, 0666 & ~mask) == 0) {
		close(fd);
		return path;
	}
	subunit2_error_system(error, folder, errno);
	if (fd >= 0) {
		unlink(path);
		close(fd);
	}
	free(path);
	return NULL;
}

int64_t
run_folder_number(const char *name)
{
	size_t len = strlen(name);
	bool digits = len > 0 && len <= NUMBER_DIGITS_MAX && len == strspn(name, "0123456789");
	return digits ? strtoll(name, NULL, 10) : -1;
}

static int
run_folder_is_number(const struct dirent *entry)
{
	return run_folder_number(entry->d_name) >= 0;
}

static int
run_folder_compare(const struct dirent **a, const struct dirent **b)
{
	int64_t x = run_folder_number((*a)->d_name), y = run_folder_number((*b)->d_name);
	return x < y ? -1 : x > y;
}

/* Removes the oldest of the COUNT ENTRIES until KEEP are left, and frees all. Returns the
 * highest number, or -1. */
static int64_t
run_folder_prune(const char *folder, struct dirent **entries, int count, uint64_t keep)
{
	int64_t last = count > 0 ? run_folder_number(entries[count - 1]->d_name) : -1;
	for (int i = 0; i < count; i++) {
		char *path = memory_format("%s%s", folder, entries[i]->d_name);
		if (keep > 0 && (uint64_t)(count - i) > keep)
			unlink(path); /* another writer may have removed it already */
		free(path);
		free(entries[i]);
	}
	free(entries);
	return last;
}

static int
run_folder_scan(const char *folder, struct dirent ***entries)
{
	return scandir(folder, entries, run_folder_is_number, run_folder_compare);
}

enum subunit2_result
run_folder_publish(const char *folder, const char *file, uint64_t keep,
                   struct subunit2_error *error)
{
	struct dirent **entries;
	int count, failed;
	do {
		count = run_folder_scan(folder, &entries);
		if (count < 0)
			return subunit2_error_system(error, folder, errno);
		int64_t last = run_folder_prune(folder, entries, count, 0);
		char *path = memory_format("%s%lld", folder, (long long)last + 1);
		/* link fails if another writer was faster; rename would replace its run. */
		failed = link(file, path) < 0 ? errno : 0;
		free(path);
	} while (failed == EEXIST);
	if (failed)
		return subunit2_error_system(error, folder, failed);
	unlink(file);
	count = keep > 0 ? run_folder_scan(folder, &entries) : -1;
	if (count >= 0)
		run_folder_prune(folder, entries, count, keep);
	return SUBUNIT2_E_OK;
}
