/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An environment: a list of "NAME=VALUE", each name once.
 */
#ifndef ENV_H
#define ENV_H

#include "string_list.h"

/* Starts with the environment of this program. */
void env_begin(struct string_list *environment);

/* Adds VARIABLE, "NAME=VALUE", or replaces the one with that name. */
void env_set(struct string_list *environment, const char *variable);

/* The same, with a name and a value formatted as by printf. */
void env_format(struct string_list *environment, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Removes the variable NAME, if it is there. */
void env_unset(struct string_list *environment, const char *name);

/* Returns the value of NAME, or NULL if it is not set. */
const char *env_get(const struct string_list *environment, const char *name);

#endif
