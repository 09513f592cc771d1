/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "id_owners.h"

#include "memory.h"

#include <stdlib.h>

#define SHARED UINT64_MAX
#define SUITE_STEP UINT64_C(0x9e3779b97f4a7c15) /* no multiple is near another */

void
id_owners_init(struct id_owners *owners)
{
	name_table_init(&owners->suites);
	name_table_init(&owners->numbers);
}

void
id_owners_clear(struct id_owners *owners)
{
	name_table_clear(&owners->suites);
	name_table_clear(&owners->numbers);
}

static uint64_t *
id_owners_owner(struct id_owners *owners, struct subunit2_view id)
{
	return name_table_number(&owners->suites, name_table_hash(&owners->suites, id));
}

void
id_owners_add(struct id_owners *owners, struct subunit2_view id, uint64_t suite)
{
	uint64_t *owner = id_owners_owner(owners, id);
	*owner = *owner == 0 || *owner == suite ? suite : SHARED;
}

bool
id_owners_is_shared(struct id_owners *owners, struct subunit2_view id)
{
	return *id_owners_owner(owners, id) == SHARED;
}

/* Gives ID to SUITE. Returns false if others have it. */
static bool
id_owners_read(struct id_owners *owners, struct subunit2_view id, uint64_t suite)
{
	uint64_t *owner = id_owners_owner(owners, id);
	if (!*owner)
		*owner = suite;
	return *owner == suite;
}

/* Returns a copy of ID with NUMBER; 1: as it is. */
static char *
id_owners_number(const char *id, uint64_t number)
{
	if (number == 1)
		return memory_copy(id);
	return memory_format("%s (%llu)", id, (unsigned long long)number);
}

char *
id_owners_take_numbered(struct id_owners *owners, char *id, uint64_t suite)
{
	uint64_t hash = name_table_hash(&owners->numbers, subunit2_view_of(id));
	uint64_t of_suite = hash ^ suite * SUITE_STEP;
	uint64_t number = *name_table_number(&owners->numbers, of_suite);
	char *numbered;
	if (number) {
		numbered = id_owners_number(id, number);
	} else {
		number = *name_table_number(&owners->numbers, hash);
		number += number == 0;
		numbered = id_owners_number(id, number);
		/* All that share ID as it is get another one here. */
		bool first = number == 1 && id_owners_is_shared(owners, subunit2_view_of(id));
		while (!first && !id_owners_read(owners, subunit2_view_of(numbered), suite)) {
			free(numbered);
			numbered = id_owners_number(id, ++number);
		}
		*name_table_number(&owners->numbers, of_suite) = number;
		*name_table_number(&owners->numbers, hash) = number + 1;
	}
	free(id);
	return numbered;
}
