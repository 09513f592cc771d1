#include "spool.h"

#include "memory.h"
#include "pour.h"
#include "temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IN_MEMORY (256 << 10) /* bytes; the rest is in the file, before them */
#define READ_SIZE (64 << 10)  /* at a time, from the file */

struct spool {
	FILE *file; /* what is written to, and ends in spool_write */
	char *data;
	size_t len, size;
	int fd;         /* of an unlinked file; -1: not needed yet */
	off_t unloaded; /* bytes in it */
	int errnum;     /* why it could not be kept */
};

/* 0, or the errno. */
static int
unload(struct spool *spool, struct subunit2_view bytes)
{
	if (spool->fd < 0)
		spool->fd = temporary_open();
	if (spool->fd < 0)
		return errno;
	spool->unloaded += (off_t)bytes.len;
	return pour(spool->fd, bytes);
}

static ssize_t
spool_write(void *cookie, const char *data, size_t len)
{
	struct spool *spool = cookie;
	if (spool->len + len > IN_MEMORY && spool->errnum == 0) {
		spool->errnum = unload(spool, (struct subunit2_view){spool->data, spool->len});
		spool->len = 0;
	}
	if (len > IN_MEMORY && spool->errnum == 0) {
		spool->errnum = unload(spool, (struct subunit2_view){data, len});
		return spool->errnum == 0 ? (ssize_t)len : 0;
	}
	if (spool->errnum != 0)
		return 0;
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
	spool->fd = -1;
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
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool->data);
	free(spool);
}

FILE *
spool_file(struct spool *spool)
{
	return spool->file;
}

/* What is in the file. 0, or the errno. */
static int
copy_unloaded(const struct spool *spool, FILE *to)
{
	char buffer[READ_SIZE];
	for (off_t at = 0; at < spool->unloaded;) {
		ssize_t got = pread(spool->fd, buffer, sizeof(buffer), at);
		if (got <= 0)
			return got < 0 ? errno : EIO;
		fwrite(buffer, 1, (size_t)got, to);
		at += got;
	}
	return 0;
}

int
spool_copy(struct spool *spool, FILE *to, struct subunit2_error *error)
{
	fflush(spool->file);
	if (spool->errnum == 0)
		spool->errnum = copy_unloaded(spool, to);
	if (spool->errnum != 0)
		return subunit2_error_system(error, "temporary file", spool->errnum);
	if (spool->len > 0)
		fwrite(spool->data, 1, spool->len, to);
	return SUBUNIT2_OK;
}
