/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Allocations of the libraries that the command links. Some of them do not check the result of
 * malloc: popt copies an option's value to NULL, uthash exits without a message. The linker (--wrap
 * in the Makefile) redirects all calls to this file, so that a failed allocation always ends the
 * program in the same way. The library, bash's builtin and the unit tests are linked without it.
 */
#include "die.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

/* Before main, libc has messages of its own. */
static void *
checked_alloc(void *block)
{
	return block || !die_has_begun() ? block : memory_have(block);
}

void *
__wrap_malloc(size_t size)
{
	return checked_alloc(__real_malloc(size ? size : 1));
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return checked_alloc(__real_calloc(count ? count : 1, size ? size : 1));
}

void *
__wrap_realloc(void *block, size_t size)
{
	return checked_alloc(__real_realloc(block, size ? size : 1));
}

char *
__wrap_strdup(const char *text)
{
	return __wrap_strndup(text, strlen(text));
}

char *
__wrap_strndup(const char *text, size_t len)
{
	size_t copied = strnlen(text, len);
	char *copy = __wrap_malloc(copied + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, copied);
	copy[copied] = '\0';
	return copy;
}
