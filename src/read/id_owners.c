/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "id_owners.h"

#include "memory.h"

#include <stdlib.h>

#define SHARED UINT64_MAX
#define SUITE_STEP UINT64_C(0x9e3779b97f4a7c15) /* no multiple is near another */

void
given_init(struct given *given)
{
	name_table_init(&given->suites);
	name_table_init(&given->numbers);
}

void
given_clear(struct given *given)
{
	name_table_clear(&given->suites);
	name_table_clear(&given->numbers);
}

static uint64_t *
given_owner(struct given *given, struct subunit2_view id)
{
	return name_table_number(&given->suites, name_table_hash(&given->suites, id));
}

void
given_add(struct given *given, struct subunit2_view id, uint64_t suite)
{
	uint64_t *owner = given_owner(given, id);
	*owner = *owner == 0 || *owner == suite ? suite : SHARED;
}

bool
given_is_shared(struct given *given, struct subunit2_view id)
{
	return *given_owner(given, id) == SHARED;
}

/* Gives ID to SUITE. Returns false if others have it. */
static bool
given_take(struct given *given, struct subunit2_view id, uint64_t suite)
{
	uint64_t *owner = given_owner(given, id);
	if (!*owner)
		*owner = suite;
	return *owner == suite;
}

/* Returns a copy of ID with NUMBER; 1: as it is. */
static char *
given_number(const char *id, uint64_t number)
{
	if (number == 1)
		return memory_copy(id);
	return memory_format("%s (%llu)", id, (unsigned long long)number);
}

char *
given_take_numbered(struct given *given, char *id, uint64_t suite)
{
	uint64_t hash = name_table_hash(&given->numbers, subunit2_view_of(id));
	uint64_t of_suite = hash ^ suite * SUITE_STEP;
	uint64_t number = *name_table_number(&given->numbers, of_suite);
	char *numbered;
	if (number) {
		numbered = given_number(id, number);
	} else {
		number = *name_table_number(&given->numbers, hash);
		number += number == 0;
		numbered = given_number(id, number);
		/* All that share ID as it is get another one here. */
		bool first = number == 1 && given_is_shared(given, subunit2_view_of(id));
		while (!first && !given_take(given, subunit2_view_of(numbered), suite)) {
			free(numbered);
			numbered = given_number(id, ++number);
		}
		*name_table_number(&given->numbers, of_suite) = number;
		*name_table_number(&given->numbers, hash) = number + 1;
	}
	free(id);
	return numbered;
}
