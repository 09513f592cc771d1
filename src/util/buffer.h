/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A growable buffer of bytes. All zeroes to begin with.
 *
 * It grows without a limit: a caller that reads untrusted input checks the length first.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <string.h>
#include <subunit2/view.h>

struct buffer {
	char *data;       /* NULL until something was added */
	size_t len, size; /* bytes used, bytes allocated */
};

/* Returns room for LEN bytes after those in use. The caller fills it and adds to len. */
char *buffer_reserve(struct buffer *buffer, size_t len);

/* Appends BYTES, which do not lie in BUFFER. */
static inline void
buffer_add(struct buffer *buffer, struct subunit2_view bytes)
{
	if (!bytes.len)
		return;
	char *room = buffer->size - buffer->len >= bytes.len ? buffer->data + buffer->len
	                                                     : buffer_reserve(buffer, bytes.len);
	memcpy(room, bytes.data, bytes.len);
	buffer->len += bytes.len;
}

/* Appends TEXT, a literal as a rule: its length is known to the compiler then. */
static inline void
buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, (struct subunit2_view){text, strlen(text)});
}

static inline void
buffer_add_char(struct buffer *buffer, char c)
{
	char *room =
		buffer->size > buffer->len ? buffer->data + buffer->len : buffer_reserve(buffer, 1);
	*room = c;
	buffer->len++;
}

/* Removes the first LEN bytes. */
void buffer_drop(struct buffer *buffer, size_t len);

/* Frees the bytes; BUFFER is empty then and may be used again. */
void buffer_clear(struct buffer *buffer);

/* Valid until the buffer is changed. */
static inline struct subunit2_view
buffer_view(const struct buffer *buffer)
{
	return (struct subunit2_view){buffer->data, buffer->len};
}

#endif
