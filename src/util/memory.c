#include "memory.h"

#include "die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
memory_have(void *block)
{
	if (!block)
		fatal("out of memory");
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
memory_format(const char *format, ...)
{
	char *text;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	return memory_have(len < 0 ? NULL : text);
}
