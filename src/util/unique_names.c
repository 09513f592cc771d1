/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "unique_names.h"

#include "memory.h"

#include <stdlib.h>

void
unique_names_init(struct unique_names *names, const char *before, const char *after)
{
	*names = (struct unique_names){.before = before, .after = after};
	name_table_init(&names->next);
}

void
unique_names_clear(struct unique_names *names)
{
	name_table_clear(&names->next);
}

static uint64_t
unique_names_hash(const struct unique_names *names, const char *name)
{
	return name_table_hash(&names->next, subunit2_view_of(name));
}

/* Adds the name with HASH. Returns false if it is in the table. */
static bool
unique_names_insert(struct unique_names *names, uint64_t hash)
{
	uint64_t *number = name_table_number(&names->next, hash);
	if (*number)
		return false;
	*number = 2;
	return true;
}

bool
unique_names_add_new(struct unique_names *names, struct subunit2_view name)
{
	return unique_names_insert(names, name_table_hash(&names->next, name));
}

char *
unique_names_add(struct unique_names *names, char *name)
{
	uint64_t hash = unique_names_hash(names, name);
	if (unique_names_insert(names, hash))
		return name;
	uint64_t number = *name_table_number(&names->next, hash);
	char *numbered = NULL;
	do {
		free(numbered);
		numbered = memory_format("%s%s%llu%s", name, names->before,
		                         (unsigned long long)number++, names->after);
	} while (!unique_names_insert(names, unique_names_hash(names, numbered)));
	*name_table_number(&names->next, hash) = number;
	free(name);
	return numbered;
}
