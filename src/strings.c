#include "strings.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

void
strings_take(struct strings *list, char *text)
{
	if (list->count + 1 >= list->size) {
		list->size = list->size ? 2 * list->size : 8;
		list->items = memory_resize(list->items, list->size, sizeof(*list->items));
	}
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
strings_clear(struct strings *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strings){0};
}
