/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rlimits.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Descriptors of each test: two pipes, the socket of the shim, both ends of the packet FIFO, two of
 * the buffer of standard input; later, three folders of a removal instead of the pipes. */
#define EACH 8
#define SHARED 64 /* of this program, its outputs, and a test that is being started */

/* The limit before rlimits_raise, which children get. */
static struct rlimit saved;
static bool raised;

bool
rlimits_raise(unsigned long files)
{
	if (getrlimit(RLIMIT_NOFILE, &saved) < 0)
		return false;
	struct rlimit more = {files, saved.rlim_max};
	raised = setrlimit(RLIMIT_NOFILE, &more) == 0;
	return raised;
}

void
rlimits_raise_all(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max)
		rlimits_raise(files.rlim_max);
}

bool
rlimits_make_room(unsigned slots, unsigned long *needed, unsigned long *limit)
{
	struct rlimit files;
	*needed = SHARED + (unsigned long)slots * EACH;
	*limit = 0;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return true;
	*limit = files.rlim_max;
	if (files.rlim_cur >= *needed)
		return true;
	if (files.rlim_max < *needed)
		return false;
	return rlimits_raise(*needed);
}

void
rlimits_restore(void)
{
	if (raised)
		setrlimit(RLIMIT_NOFILE, &saved);
}

void
rlimits_close_inherited(const struct jobserver *jobserver)
{
	DIR *directory = opendir("/proc/self/fd");
	if (!directory)
		return;
	for (struct dirent *entry; (entry = readdir(directory));) {
		int fd = atoi(entry->d_name);
		bool kept = fd <= STDERR_FILENO || fd == dirfd(directory);
		for (int i = 0; jobserver && i < 2; i++)
			kept = kept || fd == jobserver->keep_fds[i];
		if (!kept)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	closedir(directory);
}
