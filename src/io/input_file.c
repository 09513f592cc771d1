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

#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib's number for data with a gzip header */

/* The state of decompression. */
struct gunzip {
	z_stream zip;      /* next_in, avail_in: bytes not decompressed yet */
	bool in_member;    /* in the middle of a member */
	bool has_member;   /* a member has ended */
	const char *fault; /* the error to return after all bytes before it */
	char raw[INPUT_FILE_PIECE_MAX];
};

struct input_file {
	int fd;
	const char *name;
	bool regular;
	bool followed;         /* a regular file whose end is not the end of the input */
	bool half;             /* only the first byte of gzip's magic number was read */
	bool begun;            /* the first bytes have decided whether this is gzip */
	bool ended;            /* the file is at its end */
	uint64_t offset;       /* bytes read from the file */
	struct gunzip *gunzip; /* NULL: not compressed */
};

static const char gzip_mark[] = {'\x1f', '\x8b'};

struct input_file *
input_file_of(int fd, const char *name)
{
	struct input_file *input_file = memory_zeroed(1, sizeof(*input_file));
	input_file->fd = fd;
	input_file->name = name;
	return input_file;
}

static void
input_file_close_unless_stdin(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

static const char *
input_file_name_of(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

enum subunit2_result
input_file_look(const char *path, struct subunit2_error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat status;
	if ((is_stdin ? fstat(STDIN_FILENO, &status) : stat(path, &status)) < 0)
		return subunit2_error_system(error, input_file_name_of(path), errno);
	if (S_ISDIR(status.st_mode))
		return subunit2_error_system(error, input_file_name_of(path), EISDIR);
	if (!is_stdin && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		return subunit2_error_system(error, path, errno);
	return SUBUNIT2_E_OK;
}

struct input_file *
input_file_open(const char *path, struct subunit2_error *error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = input_file_name_of(path);
	/* O_NONBLOCK: do not wait for the writer of a FIFO here. */
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = is_stdin ? STDIN_FILENO : open(path, flags);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) < 0) {
		subunit2_error_system(error, name, errno);
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		subunit2_error_system(error, name, EISDIR);
		input_file_close_unless_stdin(fd);
		return NULL;
	}
	struct input_file *input_file = input_file_of(fd, name);
	input_file->regular = S_ISREG(status.st_mode);
	return input_file;
}

void
input_file_close(struct input_file *input_file)
{
	if (input_file->gunzip)
		inflateEnd(&input_file->gunzip->zip);
	free(input_file->gunzip);
	input_file_close_unless_stdin(input_file->fd);
	free(input_file);
}

const char *
input_file_name(const struct input_file *input_file)
{
	return input_file->name;
}

int
input_file_fd(const struct input_file *input_file)
{
	return input_file->fd;
}

bool
input_file_can_wait(const struct input_file *input_file)
{
	return !input_file->regular || input_file->followed;
}

void
input_file_follow(struct input_file *input_file)
{
	input_file->followed = input_file->regular;
}

enum input_file_change
input_file_change(const struct input_file *input_file)
{
	struct stat open, named;
	if (fstat(input_file->fd, &open) < 0 || (uint64_t)open.st_size < input_file->offset)
		return INPUT_FILE_TRUNCATED;
	/* A removed file may still grow. */
	if (stat(input_file->name, &named) < 0)
		return INPUT_FILE_SAME;
	return named.st_dev == open.st_dev && named.st_ino == open.st_ino ? INPUT_FILE_SAME
	                                                                  : INPUT_FILE_REPLACED;
}

static bool
input_file_has_grown(const struct input_file *input_file)
{
	struct stat status;
	return fstat(input_file->fd, &status) == 0 && (uint64_t)status.st_size > input_file->offset;
}

bool
input_file_holds(const struct input_file *input_file)
{
	return input_file->gunzip &&
	       (input_file->gunzip->zip.avail_in || input_file->gunzip->fault);
}

bool
input_file_wait(const struct input_file *input_file, int timeout_ms)
{
	if (input_file->followed)
		return input_file_holds(input_file) || input_file_has_grown(input_file);
	if (input_file->regular || input_file_holds(input_file))
		return true;
	struct pollfd ready = {.fd = input_file->fd, .events = POLLIN};
	return poll(&ready, 1, timeout_ms) > 0;
}

/* Appends to the *LEN bytes in BUFFER. */
static enum subunit2_result
input_file_fill(struct input_file *input_file, char buffer[INPUT_FILE_PIECE_MAX], size_t *len,
                struct subunit2_error *error)
{
	ssize_t got = read(input_file->fd, buffer + *len, INPUT_FILE_PIECE_MAX - *len);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return SUBUNIT2_E_OK;
	if (got < 0)
		return subunit2_error_system(error, input_file->name, errno);
	input_file->ended = got == 0 && !input_file->followed;
	input_file->offset += (size_t)got;
	*len += (size_t)got;
	return SUBUNIT2_E_OK;
}

/* Starts decompression. The LEN bytes at RAW are all that was read so far. */
static void
input_file_begin_gzip(struct input_file *input_file, const char *raw, size_t len)
{
	struct gunzip *gunzip = memory_zeroed(1, sizeof(*gunzip));
	memory_have(inflateInit2(&gunzip->zip, GZIP_WINDOW) == Z_OK ? gunzip : NULL);
	memcpy(gunzip->raw, raw, len);
	gunzip->zip.next_in = (Bytef *)gunzip->raw;
	gunzip->zip.avail_in = (uInt)len;
	input_file->gunzip = gunzip;
}

/* Reads the first bytes; the first two decide whether this is gzip. */
static enum subunit2_result
input_file_begin(struct input_file *input_file, char buffer[INPUT_FILE_PIECE_MAX], size_t *len,
                 struct subunit2_error *error)
{
	if (input_file->half)
		buffer[(*len)++] = gzip_mark[0];
	enum subunit2_result result = input_file_fill(input_file, buffer, len, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	input_file->half = *len == 1 && buffer[0] == gzip_mark[0] && !input_file->ended;
	if (input_file->half)
		*len = 0;
	input_file->begun = *len > 0;
	if (*len >= sizeof(gzip_mark) && memcmp(buffer, gzip_mark, sizeof(gzip_mark)) == 0)
		input_file_begin_gzip(input_file, buffer, *len);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
input_file_set_damage_error(const struct input_file *input_file, const char *why,
                            struct subunit2_error *error)
{
	enum subunit2_result result =
		subunit2_error_set(error, SUBUNIT2_E_SYSTEM, input_file->name, why);
	error->offset = input_file->offset - input_file->gunzip->zip.avail_in;
	return result;
}

/* Begins a member at the next byte. Skips zeros after a member, with which a tape may be padded.
 * Returns false if no member follows. */
static bool
input_file_begin_member(struct gunzip *gunzip)
{
	z_stream *zip = &gunzip->zip;
	while (gunzip->has_member && zip->avail_in && !*zip->next_in) {
		zip->next_in++;
		zip->avail_in--;
	}
	if (!zip->avail_in)
		return false;
	if (gunzip->has_member && *zip->next_in != (Bytef)gzip_mark[0]) {
		gunzip->fault = "the data after the compressed data is not compressed";
		return false;
	}
	inflateReset(zip);
	return gunzip->in_member = true;
}

/* Decompresses the bytes read so far, up to the size of BUFFER. Several members may follow each
 * other. */
static void
input_file_inflate_piece(struct gunzip *gunzip, char buffer[INPUT_FILE_PIECE_MAX],
                         struct subunit2_view *piece)
{
	z_stream *zip = &gunzip->zip;
	zip->next_out = (Bytef *)buffer;
	zip->avail_out = INPUT_FILE_PIECE_MAX;
	while (!gunzip->fault && zip->avail_in && zip->avail_out) {
		if (!gunzip->in_member && !input_file_begin_member(gunzip))
			break;
		int result = inflate(zip, Z_NO_FLUSH);
		if (result == Z_STREAM_END) {
			gunzip->in_member = false;
			gunzip->has_member = true;
		} else if (result != Z_OK && result != Z_BUF_ERROR) {
			gunzip->fault = "the compressed data is damaged";
		}
	}
	*piece = (struct subunit2_view){buffer, INPUT_FILE_PIECE_MAX - zip->avail_out};
}

static enum subunit2_result
input_file_read_gzip(struct input_file *input_file, char buffer[INPUT_FILE_PIECE_MAX],
                     struct subunit2_view *piece, struct subunit2_error *error)
{
	struct gunzip *gunzip = input_file->gunzip;
	size_t len = 0;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!gunzip->zip.avail_in && !gunzip->fault) {
		result = input_file_fill(input_file, gunzip->raw, &len, error);
		gunzip->zip.next_in = (Bytef *)gunzip->raw;
		gunzip->zip.avail_in = (uInt)len;
	}
	if (result != SUBUNIT2_E_OK)
		return result;
	input_file_inflate_piece(gunzip, buffer, piece);
	if (piece->len)
		return SUBUNIT2_E_OK;
	if (gunzip->fault)
		return input_file_set_damage_error(input_file, gunzip->fault, error);
	if (!input_file->ended)
		return SUBUNIT2_E_OK;
	*piece = SUBUNIT2_ABSENT;
	if (gunzip->in_member)
		return input_file_set_damage_error(input_file, "the compressed data ends too early",
		                                   error);
	return SUBUNIT2_E_OK;
}

enum subunit2_result
input_file_read(struct input_file *input_file, char buffer[INPUT_FILE_PIECE_MAX],
                struct subunit2_view *piece, struct subunit2_error *error)
{
	size_t len = 0;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!input_file->begun)
		result = input_file_begin(input_file, buffer, &len, error);
	else if (!input_file->gunzip)
		result = input_file_fill(input_file, buffer, &len, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (input_file->gunzip)
		return input_file_read_gzip(input_file, buffer, piece, error);
	*piece = len || !input_file->ended ? (struct subunit2_view){buffer, len} : SUBUNIT2_ABSENT;
	return SUBUNIT2_E_OK;
}
