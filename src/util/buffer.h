/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A growable buffer of bytes. All zeroes to begin with.
 *
 * It grows without a limit: a caller that reads foreign input checks the length first.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <subunit2/view.h>

struct buffer {
	char *data;       /* NULL until something was added */
	size_t len, size; /* bytes used, bytes allocated */
};

/* Returns room for LEN bytes after those in use. The caller fills it and adds to len. */
char *buffer_reserve(struct buffer *buffer, size_t len);

/* Appends BYTES, which do not lie in BUFFER. */
void buffer_add(struct buffer *buffer, struct subunit2_view bytes);

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
