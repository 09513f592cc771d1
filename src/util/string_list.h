/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A list that owns its strings. After the first addition, items[count] is NULL, as execvp needs it.
 */
#ifndef STRING_LIST_H
#define STRING_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct string_list {
	char **items; /* NULL while empty and never added to */
	size_t count, size;
};

void string_list_add(struct string_list *list, const char *text); /* a copy of TEXT */
void string_list_add_owned(struct string_list *list,
                           char *text); /* TEXT itself, to be freed with it */
void string_list_add_all(struct string_list *list, char *const *items); /* up to NULL; NULL: none */
/* Adds the lines of the file at PATH, without blank lines and lines that begin with "#". Returns 0,
 * or an errno. */
int string_list_read(struct string_list *list, const char *path);
bool string_list_has(const struct string_list *list, const char *text);
void string_list_sort(struct string_list *list); /* by bytes */
void string_list_drop_repeated(struct string_list *sorted);
/* Returns the index of the LEN bytes at TEXT in a sorted list, or -1. */
long string_list_find(const struct string_list *sorted, const char *text, size_t len);
void string_list_clear(struct string_list *list);

#endif
