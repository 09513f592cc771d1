/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "string_list.h"

#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
strings_take(struct strings *list, char *text)
{
	list->items = memory_grow(list->items, &list->size, list->count + 2, sizeof(*list->items));
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void
strings_add(struct strings *list, const char *text)
{
	strings_take(list, memory_copy(text));
}

void
strings_add_all(struct strings *list, char *const *items)
{
	for (; items && *items; items++)
		strings_add(list, *items);
}

int
strings_read(struct strings *list, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		return errno;
	while (getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[strspn(line, " \t")] && *line != '#')
			strings_add(list, line);
	}
	int errnum = ferror(file) ? errno : 0;
	free(line);
	fclose(file);
	return errnum;
}

bool
strings_has(const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
strings_sort(struct strings *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

void
strings_drop_repeated(struct strings *sorted)
{
	size_t kept = 0;
	for (size_t i = 0; i < sorted->count; i++) {
		if (kept && strcmp(sorted->items[i], sorted->items[kept - 1]) == 0)
			free(sorted->items[i]);
		else
			sorted->items[kept++] = sorted->items[i];
	}
	if (sorted->items)
		sorted->items[kept] = NULL;
	sorted->count = kept;
}

long
strings_find(const struct strings *sorted, const char *text, size_t len)
{
	size_t low = 0, high = sorted->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *item = sorted->items[middle];
		int order = strncmp(item, text, len);
		if (order == 0 && item[len] == '\0')
			return (long)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

void
strings_clear(struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strings){0};
}
