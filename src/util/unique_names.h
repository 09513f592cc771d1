/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Makes names unique. A repeated name gets a suffix with the next free number: "x", "x (2)",
 * "x (3)". A table keeps the next number of each repeated name, so that no repetition takes longer
 * than the first.
 */
#ifndef UNIQUE_NAMES_H
#define UNIQUE_NAMES_H

#include "name_set.h"
#include "name_table.h"

#include <stdbool.h>

struct unique_names {
	struct name_set seen;
	struct name_table next; /* of a repeated name: the number to try next */
	const char *before, *after;
};

/* BEFORE and AFTER, such as " (" and ")", enclose the number in a suffix. They must outlive NAMES.
 */
void unique_names_init(struct unique_names *names, const char *before, const char *after);
void unique_names_clear(struct unique_names *names);

/* Returns the number of names that were added. */
static inline size_t
unique_names_count(const struct unique_names *names)
{
	return names->seen.count;
}

/* Adds NAME if it is new, and returns true then. */
bool unique_names_add_new(struct unique_names *names, struct subunit2_view name);

/* Returns NAME if it is new, else a copy with a suffix; to be freed. Frees NAME if it returns a
 * copy. */
char *unique_names_add(struct unique_names *names, char *name);

#endif
