/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "memory.h"

#include "die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 8        /* items, in an array that grows */
#define READ_ALIGNMENT 64 /* bytes, a line of the cache */

void *
memory_have(void *block)
{
	if (!block)
		die("out of memory");
	return block;
}

void *
memory_zeroed(size_t count, size_t size)
{
	return memory_have(calloc(count ? count : 1, size ? size : 1));
}

void *
memory_resize(void *block, size_t count, size_t size)
{
	return memory_have(reallocarray(block, count ? count : 1, size ? size : 1));
}

void *
memory_to_read_into(size_t size)
{
	return memory_have(aligned_alloc(READ_ALIGNMENT, size));
}

void *
memory_grow(void *items, size_t *room, size_t count, size_t size)
{
	if (count <= *room)
		return items;
	size_t larger = *room < ROOM_MIN ? ROOM_MIN : 2 * *room;
	size_t needed = count > larger ? count : larger;
	/* Set ROOM only on success: if memory_resize ends the program, exit handlers may call this
	 * function again. */
	items = memory_resize(items, needed, size);
	*room = needed;
	return items;
}

char *
memory_copy(const char *text)
{
	return memory_have(strdup(text));
}

char *
memory_copy_len(const char *text, size_t len)
{
	return memory_have(strndup(text, len));
}

char *
memory_join(const char *first, const char *middle, const char *last)
{
	size_t first_len = strlen(first), middle_len = strlen(middle), last_len = strlen(last);
	char *text = memory_have(malloc(first_len + middle_len + last_len + 1));
	memcpy(text, first, first_len);
	memcpy(text + first_len, middle, middle_len);
	memcpy(text + first_len + middle_len, last, last_len + 1);
	return text;
}

char *
memory_format_args(const char *format, va_list args)
{
	char *text;
	return memory_have(vasprintf(&text, format, args) < 0 ? NULL : text);
}

char *
memory_format(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = memory_format_args(format, args);
	va_end(args);
	return text;
}
