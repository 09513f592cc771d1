/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "window.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_SIZE_MIN 4096u
#define WINDOW_KEPT_MAX (256u << 10) /* in bytes, of the buffer of an empty window */

static bool
window_grow(struct window *window, size_t needed)
{
	size_t size = window->size ? window->size : WINDOW_SIZE_MIN;
	while (size < WINDOW_SIZE_MAX && size < needed)
		size *= 2;
	if (size > WINDOW_SIZE_MAX)
		size = WINDOW_SIZE_MAX;
	uint8_t *buffer = realloc(window->buffer, size);
	if (!buffer)
		return false;
	window->buffer = buffer;
	window->size = size;
	return true;
}

/* Make room for LEN bytes after the held ones. Move these only if a quarter of the buffer was
 * dropped since the last move, so that each byte is moved a few times at most. */
static bool
window_make_room(struct window *window, size_t len)
{
	size_t needed = window->held.len + len;
	if (window->head + needed <= window->size)
		return true;
	if (needed + window->size / 4 > window->size && window->size < WINDOW_SIZE_MAX &&
	    !window_grow(window, needed + needed / 2))
		return false;
	memmove(window->buffer, window->buffer + window->head, window->held.len);
	window->moved += window->held.len;
	window->head = 0;
	return true;
}

bool
window_append(struct window *window, const uint8_t *data, size_t len)
{
	if (!window_make_room(window, len))
		return false;
	memcpy(window->buffer + window->head + window->held.len, data, len);
	window->held.data = window->buffer + window->head;
	window->held.len += len;
	return true;
}

void
window_drop(struct window *window, uint64_t place)
{
	if (place >= span_end(&window->held)) {
		window->head = 0;
		if (window->size > WINDOW_KEPT_MAX) {
			free(window->buffer);
			window->buffer = NULL;
			window->size = 0;
		}
		window->held = (struct span){window->buffer, place, 0};
		return;
	}
	size_t len = (size_t)(place - window->held.base);
	window->head += len;
	window->held.data += len;
	window->held.base += len;
	window->held.len -= len;
}

void
window_free(struct window *window)
{
	free(window->buffer);
	*window = (struct window){0};
}
