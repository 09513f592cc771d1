/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An environment: a list of "NAME=VALUE", each name once.
 */
#ifndef ENV_H
#define ENV_H

#include "string_list.h"

/* What a child of ours would have. */
void environment_begin(struct strings *environment);

/* VARIABLE is "NAME=VALUE"; it takes the place of the one with that name. */
void environment_set(struct strings *environment, const char *variable);

/* The same from a name and printf's words. */
void environment_format(struct strings *environment, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* NULL when there is none of that name. */
const char *environment_get(const struct strings *environment, const char *name);

#endif
