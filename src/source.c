#include "source.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib's way to say: with gzip's header */

struct source {
	int fd;
	const char *name;
	bool regular;
	bool begun; /* it is known whether it is gzip */
	bool gzip;
	bool in_member;  /* a gzip member has begun, and not ended */
	bool ended;      /* there is no more to read from the file */
	uint64_t offset; /* of what was read, in the file */
	z_stream zip;    /* next_in, avail_in: read, not decompressed yet */
	char raw[SOURCE_PIECE_MAX];
	char plain[SOURCE_PIECE_MAX];
};

struct source *
source_open(const char *path, struct subunit2_error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "standard input" : path;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) < 0) {
		subunit2_error_system(error, name, errno);
		return NULL;
	}
	struct source *source = memory_zeroed(1, sizeof(*source));
	source->fd = fd;
	source->name = name;
	source->regular = S_ISREG(status.st_mode);
	return source;
}

void
source_close(struct source *source)
{
	if (source->gzip)
		inflateEnd(&source->zip);
	if (source->fd != STDIN_FILENO)
		close(source->fd);
	free(source);
}

const char *
source_name(const struct source *source)
{
	return source->name;
}

bool
source_can_wait(const struct source *source)
{
	return !source->regular;
}

bool
source_wait(const struct source *source, int timeout_ms)
{
	if (source->regular || source->zip.avail_in)
		return true;
	struct pollfd ready = {.fd = source->fd, .events = POLLIN};
	return poll(&ready, 1, timeout_ms) > 0;
}

/* Reads behind the LEN bytes that are in raw. */
static int
fill(struct source *source, size_t *len, struct subunit2_error *error)
{
	ssize_t got = read(source->fd, source->raw + *len, sizeof(source->raw) - *len);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return SUBUNIT2_OK;
	if (got < 0)
		return subunit2_error_system(error, source->name, errno);
	source->ended = got == 0;
	source->offset += (size_t)got;
	*len += (size_t)got;
	return SUBUNIT2_OK;
}

/* Finds out, from the first two bytes, whether it is gzip. */
static int
begin(struct source *source, size_t *len, struct subunit2_error *error)
{
	do {
		int result = fill(source, len, error);
		if (result != SUBUNIT2_OK)
			return result;
	} while (*len == 1 && source->raw[0] == '\x1f' && !source->ended);
	source->begun = *len > 0;
	if (*len < 2 || memcmp(source->raw, "\x1f\x8b", 2) != 0)
		return SUBUNIT2_OK;
	if (inflateInit2(&source->zip, GZIP_WINDOW) != Z_OK)
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, source->name, "out of memory");
	source->gzip = true;
	return SUBUNIT2_OK;
}

static int
damaged(struct source *source, const char *why, struct subunit2_error *error)
{
	int result = subunit2_error_set(error, SUBUNIT2_SYSTEM, source->name, why);
	error->offset = source->offset - source->zip.avail_in;
	return result;
}

/* Decompresses what is in raw; a member may follow another. */
static int
inflate_piece(struct source *source, struct subunit2_view *piece, struct subunit2_error *error)
{
	z_stream *zip = &source->zip;
	zip->next_out = (Bytef *)source->plain;
	zip->avail_out = sizeof(source->plain);
	while (zip->avail_in && zip->avail_out) {
		if (!source->in_member)
			inflateReset(zip);
		source->in_member = true;
		int result = inflate(zip, Z_NO_FLUSH);
		if (result == Z_STREAM_END)
			source->in_member = false;
		else if (result != Z_OK && result != Z_BUF_ERROR)
			return damaged(source, "the compressed data is damaged", error);
	}
	*piece = (struct subunit2_view){source->plain, sizeof(source->plain) - zip->avail_out};
	return SUBUNIT2_OK;
}

static int
read_gzip(struct source *source, struct subunit2_view *piece, struct subunit2_error *error)
{
	int result = inflate_piece(source, piece, error);
	if (result != SUBUNIT2_OK || piece->len || !source->ended)
		return result;
	*piece = SUBUNIT2_ABSENT;
	if (source->in_member)
		return damaged(source, "the compressed data ends too early", error);
	return SUBUNIT2_OK;
}

int
source_read(struct source *source, struct subunit2_view *piece, struct subunit2_error *error)
{
	size_t len = 0;
	int result = SUBUNIT2_OK;
	if (!source->begun)
		result = begin(source, &len, error);
	else if (!source->zip.avail_in)
		result = fill(source, &len, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (source->gzip) {
		if (len) {
			source->zip.next_in = (Bytef *)source->raw;
			source->zip.avail_in = (uInt)len;
		}
		return read_gzip(source, piece, error);
	}
	*piece = len || !source->ended ? (struct subunit2_view){source->raw, len} : SUBUNIT2_ABSENT;
	return SUBUNIT2_OK;
}
