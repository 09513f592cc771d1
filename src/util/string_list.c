/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "string_list.h"

#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
string_list_add_owned(struct string_list *list, char *text)
{
	list->items = memory_grow(list->items, &list->size, list->count + 2, sizeof(*list->items));
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void
string_list_add(struct string_list *list, const char *text)
{
	string_list_add_owned(list, memory_copy(text));
}

void
string_list_add_all(struct string_list *list, char *const *items)
{
	for (; items && *items; items++)
		string_list_add(list, *items);
}

int
string_list_read(struct string_list *list, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		return errno;
	while (getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[strspn(line, " \t")] && *line != '#')
			string_list_add(list, line);
	}
	int errnum = ferror(file) ? errno : 0;
	free(line);
	fclose(file);
	return errnum;
}

bool
string_list_has(const struct string_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

static int
string_list_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
string_list_sort(struct string_list *list)
{
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), string_list_compare);
}

void
string_list_drop_repeated(struct string_list *sorted)
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
string_list_find(const struct string_list *sorted, const char *text, size_t len)
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
string_list_clear(struct string_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct string_list){0};
}
