/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A growable buffer. All zeroes to begin with. It has no limit: the caller that adds bytes
 * checks how many it holds.
 */
#ifndef TAP_BUFFER_H
#define TAP_BUFFER_H

#include "bytes.h"

struct tap_buffer {
	char *data;
	size_t len, size; /* used, allocated */
};

/* Returns false, with BUFFER unchanged, if memory is short. */
bool tap_buffer_add(struct tap_buffer *buffer, struct tap_bytes bytes);

/* Takes COUNT bytes off the front. */
void tap_buffer_drop(struct tap_buffer *buffer, size_t count);

void tap_buffer_free(struct tap_buffer *buffer);

static inline struct tap_bytes
tap_buffer_bytes(const struct tap_buffer *buffer)
{
	return (struct tap_bytes){buffer->data, buffer->len};
}

#endif
