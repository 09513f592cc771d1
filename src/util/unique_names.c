/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "unique_names.h"

#include "memory.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

void
unique_names_init(struct unique_names *names, const char *before, const char *after)
{
	*names = (struct unique_names){.before = before, .after = after};
	name_set_init(&names->seen);
	name_table_init(&names->next);
}

void
unique_names_clear(struct unique_names *names)
{
	name_set_clear(&names->seen);
	name_table_clear(&names->next);
}

bool
unique_names_add_new(struct unique_names *names, struct subunit2_view name)
{
	return name_set_add(&names->seen, name_set_hash(&names->seen, name));
}

char *
unique_names_add(struct unique_names *names, char *name)
{
	uint64_t hash = name_set_hash(&names->seen, subunit2_view_of(name));
	if (name_set_add(&names->seen, hash))
		return name;
	uint64_t *next = name_table_number(&names->next, hash);
	uint64_t number = *next ? *next : 2;
	size_t len = strlen(name),
	       size = len + strlen(names->before) + NUMBER_DIGITS_MAX + strlen(names->after) + 1;
	char *numbered = memory_resize(NULL, size, 1);
	memcpy(numbered, name, len);
	char *digits = stpcpy(numbered + len, names->before);
	do
		strcpy(digits + number_write_digits(digits, number++), names->after);
	while (!unique_names_add_new(names, subunit2_view_of(numbered)));
	*next = number;
	free(name);
	return numbered;
}
