/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The window: the stretch of the input that the reader has at hand, and the
 * buffer that keeps it from one call to the next. Places are byte offsets into
 * the whole input.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the input, the first of which stands at BASE. Not owned. */
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

/* The most that a window ever allocates. It is asked to hold no more than one
 * packet; the rest is there so that bytes are seldom moved to the front. */
#define WINDOW_SIZE_MAX (5u << 20)

/* Starts as all zeroes: empty, at the input's first byte. */
struct window {
	uint8_t *buffer;
	size_t size;      /* allocated */
	size_t head;      /* where in the buffer the held bytes begin */
	struct span held; /* owned by the window; its data moves with every change */
	uint64_t moved;   /* bytes that were moved to the front, so far */
};

/* Takes LEN bytes at DATA, which follow what is held. False when memory is short. */
bool window_append(struct window *window, const uint8_t *data, size_t len);

/* Lets go of everything before PLACE, which may lie beyond what is held. */
void window_drop(struct window *window, uint64_t place);

void window_free(struct window *window);

#endif
