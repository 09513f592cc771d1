/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tempfile.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char *
tempfile_folder(void)
{
	const char *folder = getenv("TMPDIR");
	return folder && *folder ? folder : "/tmp";
}

int
tempfile_open(void)
{
	return tempfile_open_in(tempfile_folder());
}

int
tempfile_open_in(const char *folder)
{
	char *path = memory_format("%s/subunit2.XXXXXX", folder);
	int fd = mkostemp(path, O_CLOEXEC), errnum = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	errno = errnum;
	return fd;
}
