/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "retrying_file.h"

#include "memory.h"
#include "write_all.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct retrying_file {
	FILE *file;
	int fd;
	int errnum;
};

/* For fopencookie: a result below LEN means an error. */
static ssize_t
retrying_file_write(void *cookie, const char *data, size_t len)
{
	struct retrying_file *retrying = cookie;
	if (!retrying->errnum)
		retrying->errnum = write_all(retrying->fd, (struct subunit2_view){data, len});
	errno = retrying->errnum;
	return retrying->errnum ? 0 : (ssize_t)len;
}

static int
retrying_file_seek(void *cookie, off64_t *offset, int whence)
{
	off64_t at = lseek64(((struct retrying_file *)cookie)->fd, *offset, whence);
	if (at < 0)
		return -1;
	*offset = at;
	return 0;
}

struct retrying_file *
retrying_file_new(int fd)
{
	static const cookie_io_functions_t functions = {
		.write = retrying_file_write,
		.seek = retrying_file_seek,
	};
	struct retrying_file *retrying = memory_zeroed(1, sizeof(*retrying));
	retrying->fd = fd;
	retrying->file = memory_have(fopencookie(retrying, "w", functions));
	return retrying;
}

int
retrying_file_free(struct retrying_file *retrying)
{
	if (!retrying)
		return 0;
	fclose(retrying->file);
	int errnum = retrying->errnum;
	free(retrying);
	return errnum;
}

FILE *
retrying_file_file(const struct retrying_file *retrying)
{
	return retrying->file;
}

int
retrying_file_errnum(const struct retrying_file *retrying)
{
	return retrying->errnum;
}
