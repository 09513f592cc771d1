/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attachments.h"

#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <subunit2/utf8.h>
#include <sys/mman.h>
#include <unistd.h>

#define IN_MEMORY (1 << 20)    /* bytes of an attachment in memory, if it can go to a file */
#define BEFORE_FILE (64 << 10) /* bytes in memory, if the attachment is in a file */
#define PIECE_MAX (64 << 10)
#define RELEASE_SIZE ((size_t)1 << 20) /* a power of two, in whole pages */

/* The bytes of an attachment. Up to twice the limit is held, so that the bytes of a long file are
 * moved to the front once for each limit of bytes, not for each piece. */
struct attachment_buffer {
	char *data;
	size_t len, size;
	uint64_t total; /* bytes added so far */
	bool in_file;   /* all bytes are stored, except for those in DATA */
	struct stored stored;
	char *map; /* a mapping of all stored bytes; NULL: not mapped */
};

/* Return the name under which NAME is shown. Text that is not UTF-8 has a file of its own, which
 * is joined to the text. */
static struct subunit2_view
attachments_joined_name(struct subunit2_view name)
{
	if (subunit2_view_equal(name, SUBUNIT2_LITERAL("stdout.bytes")))
		return SUBUNIT2_LITERAL("stdout");
	if (subunit2_view_equal(name, SUBUNIT2_LITERAL("stderr.bytes")))
		return SUBUNIT2_LITERAL("stderr");
	return name;
}

/* Copy VIEW, which may be absent. Return false if memory is short. */
static bool
attachments_copy_view(struct subunit2_view view, struct subunit2_view *copy)
{
	char *data = NULL;

	if (subunit2_view_present(view)) {
		data = malloc(view.len + 1);
		if (!data)
			return false;
		memcpy(data, view.data, view.len);
	}
	*copy = (struct subunit2_view){data, view.len};
	return true;
}

static bool
attachments_reserve(struct attachment_buffer *buffer, size_t size)
{
	size_t doubled = buffer->size * 2;
	char *data;

	if (size <= buffer->size)
		return true;
	if (size < doubled)
		size = doubled;
	data = realloc(buffer->data, size);
	if (!data)
		return false;
	buffer->data = data;
	buffer->size = size;
	return true;
}

/* Append BYTES and keep at least the last LIMIT bytes. Return false if memory is short. */
static bool
attachments_append(struct attachment_buffer *buffer, struct subunit2_view bytes, size_t limit)
{
	size_t most = limit > SIZE_MAX / 2 ? SIZE_MAX : limit * 2;

	buffer->total += bytes.len;
	if (bytes.len > limit) {
		bytes.data += bytes.len - limit;
		bytes.len = limit;
	}
	if (bytes.len > most - buffer->len) {
		size_t keep = limit - bytes.len;

		memmove(buffer->data, buffer->data + buffer->len - keep, keep);
		buffer->len = keep;
	}
	if (!bytes.len)
		return true;
	if (!attachments_reserve(buffer, buffer->len + bytes.len))
		return false;
	memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
	buffer->len += bytes.len;
	return true;
}

static enum subunit2_result
attachments_write_out(struct attachment_store *store, struct attachment_buffer *buffer,
                      struct subunit2_error *error)
{
	struct subunit2_view bytes = {buffer->data, buffer->len};
	enum subunit2_result result = attachment_store_add(store, &buffer->stored, bytes, error);

	if (result != SUBUNIT2_E_OK)
		return result;
	if (buffer->size > BEFORE_FILE) {
		free(buffer->data);
		buffer->data = NULL;
		buffer->size = 0;
	}
	buffer->len = 0;
	return SUBUNIT2_E_OK;
}

/* Write the buffer to the file if LEN more bytes would exceed the limit for memory. Without a
 * file, bytes stay in memory. */
static enum subunit2_result
attachments_move_to_file(struct attachment_store *store, struct attachment_buffer *buffer,
                         size_t len, int (*temporary)(void), struct subunit2_error *error)
{
	if (buffer->len + len <= (buffer->in_file ? BEFORE_FILE : IN_MEMORY))
		return SUBUNIT2_E_OK;
	if (!buffer->in_file)
		buffer->in_file = attachment_store_open(store, temporary);
	return buffer->in_file ? attachments_write_out(store, buffer, error) : SUBUNIT2_E_OK;
}

/* Make room for one more. Return false if memory is short. */
static bool
attachments_grow(struct attachments *attachments)
{
	size_t size = attachments->size ? 2 * attachments->size : 1;
	struct subunit2_attachment *list;
	struct attachment_buffer *buffers;

	if (attachments->count < attachments->size)
		return true;
	list = realloc(attachments->list, size * sizeof(*list));
	if (!list)
		return false;
	attachments->list = list;
	buffers = realloc(attachments->buffers, size * sizeof(*buffers));
	if (!buffers)
		return false;
	attachments->buffers = buffers;
	attachments->size = size;
	return true;
}

static struct subunit2_view
attachments_name_at(const void *list, size_t number)
{
	return ((const struct attachments *)list)->list[number].name;
}

/* Return the position of NAME, or the count if it is new; the caller then has to append it. Return
 * SIZE_MAX if memory is short. */
static size_t
attachments_find(struct attachments *attachments, struct subunit2_view name)
{
	size_t count = attachments->count, at = 0;

	if (count < INDEX_WORTHWHILE) {
		while (at < count &&
		       !subunit2_view_equal(attachments_name_at(attachments, at), name))
			at++;
		return at;
	}
	for (bool indexed = attachments->names; !indexed && at < count; at++) {
		if (index_put(&attachments->names, attachments_name_at(attachments, at), at,
		              attachments_name_at, attachments) == SIZE_MAX)
			return SIZE_MAX;
	}
	return index_put(&attachments->names, name, count, attachments_name_at, attachments);
}

/* Append an attachment called NAME. Return false if memory is short. */
static bool
attachments_begin(struct attachments *attachments, struct subunit2_view name)
{
	size_t at = attachments->count;

	if (!attachments_grow(attachments))
		return false;
	attachments->list[at] = (struct subunit2_attachment){0};
	attachments->buffers[at] = (struct attachment_buffer){0};
	if (!attachments_copy_view(name, &attachments->list[at].name))
		return false;
	attachments->count++;
	return true;
}

enum subunit2_result
attachments_add(struct attachments *attachments, struct attachment_store *store,
                const struct subunit2_event *event, const struct subunit2_collect_options *options,
                struct subunit2_error *error)
{
	size_t limit = options->attachment_limit;
	struct subunit2_view name = attachments_joined_name(event->file_name);
	size_t at = attachments_find(attachments, name);
	struct subunit2_attachment *attachment;
	struct attachment_buffer *buffer;
	size_t kept;

	if (at == SIZE_MAX || (at == attachments->count && !attachments_begin(attachments, name)))
		goto no_memory;
	attachment = &attachments->list[at];
	buffer = &attachments->buffers[at];
	if (!subunit2_view_present(attachment->mime_type) &&
	    !attachments_copy_view(event->mime_type, &attachment->mime_type))
		goto no_memory;
	if (options->temporary && limit == SIZE_MAX) {
		enum subunit2_result result = attachments_move_to_file(
			store, buffer, event->file_bytes.len, options->temporary, error);

		if (result != SUBUNIT2_E_OK)
			return result;
	}
	if (!attachments_append(buffer, event->file_bytes, limit))
		goto no_memory;
	kept = buffer->len < limit ? buffer->len : limit;
	attachment->bytes = kept ? (struct subunit2_view){buffer->data + buffer->len - kept, kept}
	                         : SUBUNIT2_LITERAL("");
	attachment->dropped = buffer->in_file ? 0 : buffer->total - kept;
	return SUBUNIT2_E_OK;
no_memory:
	return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "attachment", "out of memory");
}

/* Map the bytes of an attachment that is in the file. */
static enum subunit2_result
attachments_map(struct attachment_store *store, struct attachment_buffer *buffer,
                struct subunit2_attachment *attachment, struct subunit2_error *error)
{
	enum subunit2_result result = attachments_write_out(store, buffer, error);

	if (result == SUBUNIT2_E_OK)
		result = attachment_store_map(store, &buffer->stored, &buffer->map, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	attachment->bytes = (struct subunit2_view){buffer->map, (size_t)buffer->stored.len};
	attachment->mapped = true;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
attachments_finish(struct attachments *attachments, struct attachment_store *store,
                   struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;

	for (size_t i = 0; i < attachments->count && result == SUBUNIT2_E_OK; i++) {
		if (attachments->buffers[i].in_file)
			result = attachments_map(store, &attachments->buffers[i],
			                         &attachments->list[i], error);
	}
	return result;
}

/* Return the length of the next piece of REST. */
static size_t
attachments_piece_len(struct subunit2_view rest)
{
	size_t len = PIECE_MAX;

	if (rest.len <= len)
		return rest.len;
	len -= subunit2_utf8_unfinished((struct subunit2_view){rest.data, len});
	return rest.data[len - 1] == '\r' ? len - 1 : len;
}

bool
subunit2_attachment_next(const struct subunit2_attachment *attachment, struct subunit2_view *rest,
                         struct subunit2_view *piece)
{
	size_t before = attachment->bytes.len - rest->len;
	size_t done = before / RELEASE_SIZE * RELEASE_SIZE;

	/* Release memory once at every boundary, and the bytes after the last boundary at the end.
	 */
	if (attachment->mapped && before && (before - done < PIECE_MAX || !rest->len))
		madvise((char *)attachment->bytes.data, rest->len ? done : before, MADV_DONTNEED);
	if (!rest->len)
		return false;
	*piece = (struct subunit2_view){rest->data, attachments_piece_len(*rest)};
	rest->data += piece->len;
	rest->len -= piece->len;
	return true;
}

static void
attachments_clear_buffer(struct attachment_store *store, struct attachment_buffer *buffer)
{
	free(buffer->data);
	if (buffer->map)
		munmap(buffer->map, (size_t)buffer->stored.len);
	if (buffer->in_file)
		attachment_store_release(store, &buffer->stored);
}

void
attachments_clear(struct attachments *attachments, struct attachment_store *store)
{
	for (size_t i = 0; i < attachments->count; i++) {
		free((char *)attachments->list[i].name.data);
		free((char *)attachments->list[i].mime_type.data);
		attachments_clear_buffer(store, &attachments->buffers[i]);
	}
	free(attachments->list);
	free(attachments->buffers);
	free(attachments->names);
	*attachments = (struct attachments){0};
}
