/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The window: the part of the input that the reader has available, and the buffer that keeps it
 * from one call to the next. Places are byte offsets into the whole input.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the input; the first one is at the place BASE. The span does not own them. */
struct span {
	const uint8_t *data;
	uint64_t base;
	size_t len;
};

static inline uint64_t
span_end(const struct span *span)
{
	return span->base + span->len;
}

static inline const uint8_t *
span_at(const struct span *span, uint64_t place)
{
	return span->data + (place - span->base);
}

/* The most bytes that a window allocates. It has to hold one packet; with the remainder, bytes are
 * moved to the front less often. */
#define WINDOW_SIZE_MAX (5u << 20)

/* Starts as all zeroes: empty, at the first byte of the input. */
struct window {
	uint8_t *buffer;
	size_t size;      /* allocated */
	size_t head;      /* the start of the held bytes in the buffer */
	struct span held; /* owned by the window; its data moves with every change */
	uint64_t moved;   /* bytes that were moved to the front so far */
};

/* Append LEN bytes at DATA, which follow the held bytes. Return false if memory is short. */
bool window_append(struct window *window, const uint8_t *data, size_t len);

/* Drop all bytes before PLACE, which may be after the held bytes. */
void window_drop(struct window *window, uint64_t place);

void window_free(struct window *window);

#endif
