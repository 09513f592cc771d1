/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "buffer.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

char *
buffer_reserve(struct buffer *buffer, size_t len)
{
	buffer->data = memory_grow(buffer->data, &buffer->size, buffer->len + len, 1);
	return buffer->data + buffer->len;
}

void
buffer_drop(struct buffer *buffer, size_t len)
{
	buffer->len -= len;
	if (buffer->len)
		memmove(buffer->data, buffer->data + len, buffer->len);
}

void
buffer_clear(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
