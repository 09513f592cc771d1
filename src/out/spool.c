#include "spool.h"

#include "memory.h"
#include "temporary.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IN_MEMORY (256 << 10) /* bytes */
#define WRITE_SIZE (64 << 10) /* at a time, to a file */

struct spool {
	FILE *file; /* what is written to, and ends in spool_write */
	char *data;
	size_t len, size;
	FILE *overflow; /* all of it, once it was too large for memory */
	int errnum;     /* why it could not be kept */
};

static FILE *
unlinked_file(void)
{
	int fd = temporary_open();
	FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;
	if (file)
		setvbuf(file, NULL, _IOFBF, WRITE_SIZE);
	else if (fd >= 0)
		close(fd);
	return file;
}

static bool
overflow(struct spool *spool)
{
	spool->overflow = unlinked_file();
	if (!spool->overflow || fwrite(spool->data, 1, spool->len, spool->overflow) < spool->len)
		return false;
	free(spool->data);
	spool->data = NULL;
	return true;
}

static ssize_t
spool_write(void *cookie, const char *data, size_t len)
{
	struct spool *spool = cookie;
	if (!spool->overflow && spool->len + len > IN_MEMORY && !overflow(spool)) {
		spool->errnum = errno;
		return 0;
	}
	if (spool->overflow) {
		if (fwrite(data, 1, len, spool->overflow) == len)
			return (ssize_t)len;
		spool->errnum = errno;
		return 0;
	}
	if (spool->len + len > spool->size) {
		spool->size = 2 * (spool->len + len);
		spool->data = memory_resize(spool->data, spool->size, 1);
	}
	memcpy(spool->data + spool->len, data, len);
	spool->len += len;
	return (ssize_t)len;
}

struct spool *
spool_new(void)
{
	struct spool *spool = memory_zeroed(1, sizeof(*spool));
	spool->file =
		memory_have(fopencookie(spool, "w", (cookie_io_functions_t){.write = spool_write}));
	return spool;
}

void
spool_free(struct spool *spool)
{
	if (!spool)
		return;
	fclose(spool->file);
	if (spool->overflow)
		fclose(spool->overflow);
	free(spool->data);
	free(spool);
}

FILE *
spool_file(struct spool *spool)
{
	return spool->file;
}

/* False with errno when FROM cannot be read to its end. */
static bool
copy_file(FILE *from, FILE *to)
{
	char buffer[WRITE_SIZE];
	size_t len;
	rewind(from);
	while ((len = fread(buffer, 1, sizeof(buffer), from)) > 0)
		fwrite(buffer, 1, len, to);
	return !ferror(from);
}

int
spool_copy(struct spool *spool, FILE *to, struct subunit2_error *error)
{
	fflush(spool->file);
	if (spool->errnum == 0 && spool->overflow && fflush(spool->overflow) != 0)
		spool->errnum = errno;
	if (spool->errnum != 0)
		return subunit2_error_system(error, "temporary file", spool->errnum);
	if (spool->overflow) {
		if (!copy_file(spool->overflow, to))
			return subunit2_error_system(error, "temporary file", errno);
		fseek(spool->overflow, 0, SEEK_END);
	} else if (spool->len > 0) {
		fwrite(spool->data, 1, spool->len, to);
	}
	return SUBUNIT2_OK;
}
