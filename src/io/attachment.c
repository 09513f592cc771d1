/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attachment.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <subunit2/event.h>
#include <subunit2/utf8.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE 65536

void
attachment_of_path(struct attachment *file, struct subunit2_view name, const char *path)
{
	*file = (struct attachment){
		.name = memory_copy_len(name.data, name.len),
		.path = strcmp(path, "-") == 0 ? NULL : memory_copy(path),
		.fd = -1,
	};
}

void
attachment_of_fd(struct attachment *file, struct subunit2_view name, const char *path, int fd)
{
	attachment_of_path(file, name, path);
	file->fd = fd;
}

void
attachment_of_text(struct attachment *file, const char *name, const char *text)
{
	bool is_text = subunit2_utf8_is_string(subunit2_view_of(text));
	*file = (struct attachment){
		.name = memory_copy(name),
		.type = ATTACHMENT_KNOWN,
		.mime_type =
			memory_copy(is_text ? SUBUNIT2_TEXT_TYPE.data : SUBUNIT2_BYTES_TYPE.data),
		.fd = -1,
		.ended = true,
		.buffer = memory_copy(text),
		.len = strlen(text),
	};
}

static const char *
attachment_path_of(const struct attachment *file)
{
	return file->path ? file->path : "standard input";
}

/* Returns the length of the part of TEXT before the first byte that is not text. */
static size_t
attachment_text_len(struct subunit2_view text)
{
	size_t valid = subunit2_utf8_valid_len(text);
	const char *nul = memchr(text.data, '\0', valid);
	return nul ? (size_t)(nul - text.data) : valid;
}

static void
attachment_set_type(struct attachment *file, enum attachment_type type,
                    struct subunit2_view mime_type)
{
	free(file->mime_type);
	file->type = type;
	file->mime_type = memory_copy_len(mime_type.data, mime_type.len);
}

/* Reads a regular file from its current offset to its end, to decide its type. */
static enum subunit2_result
attachment_scan(struct attachment *file, struct subunit2_error *error)
{
	off_t at = lseek(file->fd, 0, SEEK_CUR);
	size_t kept = 0; /* the bytes of an unfinished character */
	for (;;) {
		ssize_t got = pread(file->fd, file->buffer + kept, BUFFER_SIZE - kept, at);
		if (got < 0)
			return subunit2_error_system(error, attachment_path_of(file), errno);
		struct subunit2_view text = {file->buffer, kept + (size_t)got};
		size_t good = attachment_text_len(text);
		kept = text.len - good;
		if (got == 0 || kept > subunit2_utf8_unfinished(text))
			break;
		memmove(file->buffer, file->buffer + good, kept);
		at += got;
	}
	attachment_set_type(file, ATTACHMENT_KNOWN,
	                    kept ? SUBUNIT2_BYTES_TYPE : SUBUNIT2_TEXT_TYPE);
	return SUBUNIT2_E_OK;
}

enum subunit2_result
attachment_open(struct attachment *file, struct subunit2_error *error)
{
	struct stat status;
	if (file->ended)
		return SUBUNIT2_E_OK;
	if (file->fd < 0)
		file->fd = file->path ? open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
		                      : STDIN_FILENO;
	if (file->fd < 0 || fstat(file->fd, &status) < 0)
		return subunit2_error_system(error, attachment_path_of(file), errno);
	if (S_ISDIR(status.st_mode))
		return subunit2_error_system(error, attachment_path_of(file), EISDIR);
	file->live = !S_ISREG(status.st_mode);
	file->buffer = memory_resize(NULL, BUFFER_SIZE, 1);
	if (!file->live && file->type == ATTACHMENT_DETECT)
		return attachment_scan(file, error);
	return SUBUNIT2_E_OK;
}

static bool
attachment_is_ready(const struct attachment *file, int timeout_ms)
{
	struct pollfd ready = {.fd = file->fd, .events = POLLIN};
	return !file->live || poll(&ready, 1, timeout_ms) > 0;
}

void
attachment_wait(const struct attachment *file)
{
	attachment_is_ready(file, -1);
}

/* Reads until the buffer is full or reading would block. */
static enum subunit2_result
attachment_fill(struct attachment *file, struct subunit2_error *error)
{
	while (!file->ended && file->len < BUFFER_SIZE && attachment_is_ready(file, 0)) {
		ssize_t got = read(file->fd, file->buffer + file->len, BUFFER_SIZE - file->len);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		file->ended = got <= 0;
		if (got < 0)
			return subunit2_error_system(error, attachment_path_of(file), errno);
		file->len += (size_t)got;
	}
	return SUBUNIT2_E_OK;
}

/* The rest goes into another file, of bytes. */
static void
attachment_turn_into_bytes(struct attachment *file)
{
	char *name = memory_format("%s.bytes", file->name);
	free(file->name);
	file->name = name;
	file->emitted = false;
	attachment_set_type(file, ATTACHMENT_KNOWN, SUBUNIT2_BYTES_TYPE);
}

/* Returns the number of bytes in the buffer that can be sent with the name and the type of the
 * file, both of which the bytes may change. */
static size_t
attachment_sendable_len(struct attachment *file)
{
	struct subunit2_view text = {file->buffer, file->len};
	if (file->type == ATTACHMENT_KNOWN)
		return file->len;
	if (!file->ended)
		text.len -= subunit2_utf8_unfinished(text);
	size_t good = attachment_text_len(text);
	if (file->type == ATTACHMENT_DETECT) {
		if (good == text.len) {
			attachment_set_type(file, ATTACHMENT_SO_FAR, SUBUNIT2_TEXT_TYPE);
			return good;
		}
		attachment_set_type(file, ATTACHMENT_KNOWN, SUBUNIT2_BYTES_TYPE);
		return file->len;
	}
	if (good == 0 && text.len > 0) {
		attachment_turn_into_bytes(file);
		return file->len;
	}
	return good;
}

enum subunit2_result
attachment_next(struct attachment *file, struct attachment_piece *piece,
                struct subunit2_error *error)
{
	file->len -= file->taken;
	memmove(file->buffer, file->buffer + file->taken, file->len);
	file->taken = 0;
	enum subunit2_result result = attachment_fill(file, error);
	bool full = file->len == BUFFER_SIZE;
	if (file->len > 0 || file->ended)
		file->taken = attachment_sendable_len(file);
	*piece = (struct attachment_piece){
		.name = subunit2_view_of(file->name),
		.bytes = {file->buffer, file->taken},
		.mime_type = file->emitted ? SUBUNIT2_ABSENT : subunit2_view_of(file->mime_type),
		.last = file->ended && file->taken == file->len,
		.idle = !file->ended && !full,
	};
	if (file->taken > 0)
		file->emitted = true;
	return result;
}

void
attachment_clear(struct attachment *file)
{
	if (file->fd > STDIN_FILENO)
		close(file->fd);
	free(file->name);
	free(file->path);
	free(file->mime_type);
	free(file->buffer);
}
