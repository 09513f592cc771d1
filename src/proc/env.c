/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "env.h"

#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
environment_begin(struct strings *environment)
{
	strings_add_all(environment, environ);
}

static bool
has_name(const char *variable, const char *name, size_t len)
{
	return strncmp(variable, name, len) == 0 && variable[len] == '=';
}

void
environment_set(struct strings *environment, const char *variable)
{
	size_t len = strcspn(variable, "=");
	for (size_t i = 0; i < environment->count; i++) {
		if (!has_name(environment->items[i], variable, len))
			continue;
		free(environment->items[i]);
		environment->items[i] = memory_copy(variable);
		return;
	}
	strings_add(environment, variable);
}

void
environment_format(struct strings *environment, const char *name, const char *format, ...)
{
	char *value, *variable;
	va_list args;
	va_start(args, format);
	if (vasprintf(&value, format, args) < 0)
		value = NULL;
	va_end(args);
	memory_have(value);
	variable = memory_format("%s=%s", name, value);
	environment_set(environment, variable);
	free(variable);
	free(value);
}

const char *
environment_get(const struct strings *environment, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < environment->count; i++)
		if (has_name(environment->items[i], name, len))
			return environment->items[i] + len + 1;
	return NULL;
}
