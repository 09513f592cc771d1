/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "lines.h"

#include "memory.h"

#include <stdlib.h>

static void
lines_keep(struct lines *lines, struct subunit2_view piece)
{
	lines->held = memory_grow(lines->held, &lines->size, lines->len + piece.len, 1);
	memcpy(lines->held + lines->len, piece.data, piece.len);
	lines->len += piece.len;
}

static bool
lines_emit(struct lines *lines, struct subunit2_view part, bool whole, struct subunit2_view *line)
{
	*line = part;
	lines->within = lines->open;
	lines->open = !whole;
	lines->count += whole;
	return true;
}

bool
lines_take_held(struct lines *lines, struct subunit2_view *line)
{
	struct subunit2_view part = {lines->held, lines->len};
	lines->len = 0;
	return part.len > 0 && lines_emit(lines, part, false, line);
}

bool
lines_take(struct lines *lines, struct subunit2_view *rest, struct subunit2_view *line)
{
	if (rest->len == 0)
		return false;
	const char *newline = memchr(rest->data, '\n', rest->len);
	size_t len = newline ? (size_t)(newline - rest->data) + 1 : rest->len;
	if (lines->len + len > lines->max) {
		if (lines->len > 0)
			return lines_take_held(lines, line);
		len = len > lines->max ? lines->max : len;
		newline = NULL;
	}
	struct subunit2_view piece = {rest->data, len};
	bool full = len == lines->max;
	rest->data += len;
	rest->len -= len;
	if (lines->len == 0 && (newline || full))
		return lines_emit(lines, piece, newline != NULL, line);

	lines_keep(lines, piece);
	if (!newline)
		return false;
	piece = (struct subunit2_view){lines->held, lines->len};
	lines->len = 0;
	return lines_emit(lines, piece, true, line);
}

void
lines_clear(struct lines *lines)
{
	free(lines->held);
	lines->held = NULL;
	lines->len = lines->size = 0;
}
