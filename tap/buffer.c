/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "buffer.h"

#include <stdlib.h>

bool
tap_buffer_add(struct tap_buffer *buffer, struct tap_bytes bytes)
{
	if (!bytes.len)
		return true;
	if (buffer->size - buffer->len < bytes.len) {
		size_t size = buffer->len + bytes.len;
		if (size < 2 * buffer->size)
			size = 2 * buffer->size;
		char *data = realloc(buffer->data, size);
		if (!data)
			return false;
		buffer->data = data;
		buffer->size = size;
	}
	memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
	buffer->len += bytes.len;
	return true;
}

void
tap_buffer_drop(struct tap_buffer *buffer, size_t count)
{
	memmove(buffer->data, buffer->data + count, buffer->len - count);
	buffer->len -= count;
}

void
tap_buffer_free(struct tap_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct tap_buffer){NULL, 0, 0};
}
