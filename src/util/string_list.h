/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A list of strings that owns them; always fit for execvp, once anything was
 * added: items[count] is NULL.
 */
#ifndef STRING_LIST_H
#define STRING_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct strings {
	char **items; /* NULL while empty and never added to */
	size_t count, size;
};

void strings_add(struct strings *list, const char *text); /* a copy of TEXT */
void strings_take(struct strings *list, char *text);      /* TEXT itself, to be freed with it */
void strings_add_all(struct strings *list, char *const *items); /* up to NULL; NULL: none */
/* The lines of the file at PATH; blank ones, and those that begin with #, say
 * nothing. 0, or an errno. */
int strings_read(struct strings *list, const char *path);
bool strings_has(const struct strings *list, const char *text);
void strings_sort(struct strings *list); /* by bytes */
void strings_drop_repeated(struct strings *sorted);
/* The index of the LEN bytes at TEXT in a list that is sorted, or -1. */
long strings_find(const struct strings *sorted, const char *text, size_t len);
void strings_clear(struct strings *list);

#endif
