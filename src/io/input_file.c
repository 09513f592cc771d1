/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "input_file.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib's way to say: with gzip's header */

/* What only compressed bytes need. */
struct gunzip {
	z_stream zip;      /* next_in, avail_in: read, not decompressed yet */
	bool in_member;    /* a member has begun, and not ended */
	bool has_member;   /* one has ended */
	const char *fault; /* what ends the reading, once all before it was handed on */
	char raw[SOURCE_PIECE_MAX];
};

struct source {
	int fd;
	const char *name;
	bool regular;
	bool followed;         /* and regular: has no end */
	bool half;             /* all that was read is the first byte of gzip's mark */
	bool begun;            /* it is known whether it is gzip */
	bool ended;            /* there is no more to read from the file */
	uint64_t offset;       /* of what was read, in the file */
	struct gunzip *gunzip; /* NULL: not compressed */
};

static const char gzip_mark[] = {'\x1f', '\x8b'};

struct source *
source_of(int fd, const char *name)
{
	struct source *source = memory_zeroed(1, sizeof(*source));
	source->fd = fd;
	source->name = name;
	return source;
}

static void
close_unless_stdin(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

static const char *
name_of(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

int
source_look(const char *path, struct subunit2_error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat status;
	if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(path, &status)) < 0)
		return subunit2_error_system(error, name_of(path), errno);
	if (S_ISDIR(status.st_mode))
		return subunit2_error_system(error, name_of(path), EISDIR);
	if (!is_stdin && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		return subunit2_error_system(error, path, errno);
	return SUBUNIT2_OK;
}

struct source *
source_open(const char *path, struct subunit2_error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = name_of(path);
	/* Does not wait for a FIFO's writer: poll does. */
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = is_stdin ? STDIN_FILENO : open(path, flags);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) < 0) {
		subunit2_error_system(error, name, errno);
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		subunit2_error_system(error, name, EISDIR);
		close_unless_stdin(fd);
		return NULL;
	}
	struct source *source = source_of(fd, name);
	source->regular = S_ISREG(status.st_mode);
	return source;
}

void
source_close(struct source *source)
{
	if (source->gunzip)
		inflateEnd(&source->gunzip->zip);
	free(source->gunzip);
	close_unless_stdin(source->fd);
	free(source);
}

const char *
source_name(const struct source *source)
{
	return source->name;
}

int
source_fd(const struct source *source)
{
	return source->fd;
}

bool
source_can_wait(const struct source *source)
{
	return !source->regular || source->followed;
}

void
source_follow(struct source *source)
{
	source->followed = source->regular;
}

enum source_change
source_change(const struct source *source)
{
	struct stat open, named;
	if (fstat(source->fd, &open) < 0 || (uint64_t)open.st_size < source->offset)
		return SOURCE_TRUNCATED;
	/* One that was removed may still grow. */
	if (stat(source->name, &named) < 0)
		return SOURCE_SAME;
	return named.st_dev == open.st_dev && named.st_ino == open.st_ino ? SOURCE_SAME
	                                                                  : SOURCE_REPLACED;
}

static bool
has_grown(const struct source *source)
{
	struct stat status;
	return fstat(source->fd, &status) == 0 && (uint64_t)status.st_size > source->offset;
}

bool
source_holds(const struct source *source)
{
	return source->gunzip && (source->gunzip->zip.avail_in || source->gunzip->fault);
}

bool
source_wait(const struct source *source, int timeout_ms)
{
	if (source->followed)
		return source_holds(source) || has_grown(source);
	if (source->regular || source_holds(source))
		return true;
	struct pollfd ready = {.fd = source->fd, .events = POLLIN};
	return poll(&ready, 1, timeout_ms) > 0;
}

/* Reads behind the *LEN bytes that are in BUFFER. */
static int
fill(struct source *source, char buffer[SOURCE_PIECE_MAX], size_t *len,
     struct subunit2_error *error)
{
	ssize_t got = read(source->fd, buffer + *len, SOURCE_PIECE_MAX - *len);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return SUBUNIT2_OK;
	if (got < 0)
		return subunit2_error_system(error, source->name, errno);
	source->ended = got == 0 && !source->followed;
	source->offset += (size_t)got;
	*len += (size_t)got;
	return SUBUNIT2_OK;
}

/* What was read so far, LEN bytes at RAW, is compressed. */
static int
begin_gzip(struct source *source, const char *raw, size_t len, struct subunit2_error *error)
{
	struct gunzip *gunzip = memory_zeroed(1, sizeof(*gunzip));
	if (inflateInit2(&gunzip->zip, GZIP_WINDOW) != Z_OK) {
		free(gunzip);
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, source->name, "out of memory");
	}
	memcpy(gunzip->raw, raw, len);
	gunzip->zip.next_in = (Bytef *)gunzip->raw;
	gunzip->zip.avail_in = (uInt)len;
	source->gunzip = gunzip;
	return SUBUNIT2_OK;
}

/* Finds out, from the first two bytes, whether it is gzip. */
static int
begin(struct source *source, char buffer[SOURCE_PIECE_MAX], size_t *len,
      struct subunit2_error *error)
{
	if (source->half)
		buffer[(*len)++] = gzip_mark[0];
	int result = fill(source, buffer, len, error);
	if (result != SUBUNIT2_OK)
		return result;
	source->half = *len == 1 && buffer[0] == gzip_mark[0] && !source->ended;
	if (source->half)
		*len = 0;
	source->begun = *len > 0;
	if (*len < sizeof(gzip_mark) || memcmp(buffer, gzip_mark, sizeof(gzip_mark)) != 0)
		return SUBUNIT2_OK;
	return begin_gzip(source, buffer, *len, error);
}

static int
damaged(const struct source *source, const char *why, struct subunit2_error *error)
{
	int result = subunit2_error_set(error, SUBUNIT2_SYSTEM, source->name, why);
	error->offset = source->offset - source->gunzip->zip.avail_in;
	return result;
}

/* Zeros may fill a file up behind its members, as on a tape; false: they have. */
static bool
begin_member(struct gunzip *gunzip)
{
	z_stream *zip = &gunzip->zip;
	while (gunzip->has_member && zip->avail_in && !*zip->next_in) {
		zip->next_in++;
		zip->avail_in--;
	}
	if (!zip->avail_in)
		return false;
	if (gunzip->has_member && *zip->next_in != (Bytef)gzip_mark[0]) {
		gunzip->fault = "what follows the compressed data is none";
		return false;
	}
	inflateReset(zip);
	return gunzip->in_member = true;
}

/* Decompresses what was read, as far as it fits; a member may follow another. */
static void
inflate_piece(struct gunzip *gunzip, char buffer[SOURCE_PIECE_MAX], struct subunit2_view *piece)
{
	z_stream *zip = &gunzip->zip;
	zip->next_out = (Bytef *)buffer;
	zip->avail_out = SOURCE_PIECE_MAX;
	while (!gunzip->fault && zip->avail_in && zip->avail_out) {
		if (!gunzip->in_member && !begin_member(gunzip))
			break;
		int result = inflate(zip, Z_NO_FLUSH);
		if (result == Z_STREAM_END) {
			gunzip->in_member = false;
			gunzip->has_member = true;
		} else if (result != Z_OK && result != Z_BUF_ERROR) {
			gunzip->fault = "the compressed data is damaged";
		}
	}
	*piece = (struct subunit2_view){buffer, SOURCE_PIECE_MAX - zip->avail_out};
}

static int
read_gzip(struct source *source, char buffer[SOURCE_PIECE_MAX], struct subunit2_view *piece,
          struct subunit2_error *error)
{
	struct gunzip *gunzip = source->gunzip;
	size_t len = 0;
	int result = SUBUNIT2_OK;
	if (!gunzip->zip.avail_in && !gunzip->fault) {
		result = fill(source, gunzip->raw, &len, error);
		gunzip->zip.next_in = (Bytef *)gunzip->raw;
		gunzip->zip.avail_in = (uInt)len;
	}
	if (result != SUBUNIT2_OK)
		return result;
	inflate_piece(gunzip, buffer, piece);
	if (piece->len)
		return SUBUNIT2_OK;
	if (gunzip->fault)
		return damaged(source, gunzip->fault, error);
	if (!source->ended)
		return SUBUNIT2_OK;
	*piece = SUBUNIT2_ABSENT;
	if (gunzip->in_member)
		return damaged(source, "the compressed data ends too early", error);
	return SUBUNIT2_OK;
}

int
source_read(struct source *source, char buffer[SOURCE_PIECE_MAX], struct subunit2_view *piece,
            struct subunit2_error *error)
{
	size_t len = 0;
	int result = SUBUNIT2_OK;
	if (!source->begun)
		result = begin(source, buffer, &len, error);
	else if (!source->gunzip)
		result = fill(source, buffer, &len, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (source->gunzip)
		return read_gzip(source, buffer, piece, error);
	*piece = len || !source->ended ? (struct subunit2_view){buffer, len} : SUBUNIT2_ABSENT;
	return SUBUNIT2_OK;
}
