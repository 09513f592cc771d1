/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An environment: a list of "NAME=VALUE", each name once.
 */
#ifndef ENV_H
#define ENV_H

#include "string_list.h"

/* What a child of ours would have. */
void env_begin(struct string_list *environment);

/* VARIABLE is "NAME=VALUE"; it takes the place of the one with that name. */
void env_set(struct string_list *environment, const char *variable);

/* The same from a name and printf's words. */
void env_format(struct string_list *environment, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* NULL when there is none of that name. */
const char *env_get(const struct string_list *environment, const char *name);

#endif
