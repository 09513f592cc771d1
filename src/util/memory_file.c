/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "memory_file.h"

#include "memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define SIZE_FIRST 256

struct memory_file {
	char **text;
	size_t *len; /* up to the current offset */
	size_t size;
	bool growing;
};

static ssize_t
memory_file_write(void *cookie, const char *data, size_t len)
{
	struct memory_file *file = cookie;
	size_t needed = *file->len + len + 1;
	/* Called again by exit, because memory_resize has ended the program: drop the bytes. */
	if (file->growing)
		return (ssize_t)len;
	if (needed > file->size) {
		file->size = needed > 2 * file->size ? needed : 2 * file->size;
		file->growing = true;
		*file->text = memory_resize(*file->text, file->size, 1);
		file->growing = false;
	}
	memcpy(*file->text + *file->len, data, len);
	*file->len += len;
	(*file->text)[*file->len] = '\0';
	return (ssize_t)len;
}

static int
memory_file_seek(void *cookie, off64_t *offset, int whence)
{
	struct memory_file *file = cookie;
	off64_t from = whence == SEEK_SET ? 0 : (off64_t)*file->len, to = from + *offset;
	if (to < 0 || to > (off64_t)*file->len) {
		errno = EINVAL;
		return -1;
	}
	*file->len = (size_t)to;
	(*file->text)[to] = '\0';
	*offset = to;
	return 0;
}

static int
memory_file_close(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *
memory_file(char **text, size_t *len)
{
	static const cookie_io_functions_t functions = {
		.write = memory_file_write,
		.seek = memory_file_seek,
		.close = memory_file_close,
	};
	struct memory_file *file = memory_zeroed(1, sizeof(*file));
	*file = (struct memory_file){.text = text, .len = len, .size = SIZE_FIRST};
	*text = memory_zeroed(1, SIZE_FIRST);
	*len = 0;
	return memory_have(fopencookie(file, "w", functions));
}
