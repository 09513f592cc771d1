/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "env.h"

#include "memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
env_begin(struct string_list *environment)
{
	string_list_add_all(environment, environ);
}

static bool
env_has_name(const char *variable, const char *name, size_t len)
{
	return strncmp(variable, name, len) == 0 && variable[len] == '=';
}

void
env_set(struct string_list *environment, const char *variable)
{
	size_t len = strcspn(variable, "=");
	for (size_t i = 0; i < environment->count; i++) {
		if (!env_has_name(environment->items[i], variable, len))
			continue;
		free(environment->items[i]);
		environment->items[i] = memory_copy(variable);
		return;
	}
	string_list_add(environment, variable);
}

void
env_format(struct string_list *environment, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *value = memory_format_args(format, args);
	va_end(args);
	char *variable = memory_format("%s=%s", name, value);
	env_set(environment, variable);
	free(variable);
	free(value);
}

const char *
env_get(const struct string_list *environment, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < environment->count; i++)
		if (env_has_name(environment->items[i], name, len))
			return environment->items[i] + len + 1;
	return NULL;
}

void
env_unset(struct string_list *environment, const char *name)
{
	size_t count = 0, len = strlen(name);
	for (size_t i = 0; i < environment->count; i++) {
		if (env_has_name(environment->items[i], name, len))
			free(environment->items[i]);
		else
			environment->items[count++] = environment->items[i];
	}
	if (environment->items)
		environment->items[count] = NULL;
	environment->count = count;
}
