/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_files.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static FILE *
automake_files_open(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "a");
	if (file)
		return file;
	message("%s: %s", path, strerror(errno));
	return NULL;
}

FILE *
automake_files_create(const char *path)
{
	return automake_files_open(path, O_TRUNC);
}

FILE *
automake_files_reopen(FILE *file, const char *path)
{
	return automake_files_close(file, path) ? automake_files_open(path, 0) : NULL;
}

bool
automake_files_close(FILE *file, const char *path)
{
	bool good = !ferror(file);
	if (fclose(file) == 0 && good)
		return true;
	message("%s: %s", path, strerror(errno ? errno : EIO));
	return false;
}
