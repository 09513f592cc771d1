/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "name_set.h"

#include "memory.h"

#include <stdlib.h>

#define SIZE_FIRST 64 /* slots */

void
name_set_init(struct name_set *set)
{
	*set = (struct name_set){.key = keyed_hash_new_key()};
}

void
name_set_clear(struct name_set *set)
{
	free(set->slots);
	set->slots = NULL;
	set->size = set->count = 0;
}

uint64_t
name_set_hash(const struct name_set *set, struct subunit2_view name)
{
	uint64_t hash = keyed_hash(&set->key, name);
	return hash ? hash : 1;
}

/* Returns the slot of HASH, or the free slot in which it belongs. */
static uint64_t *
name_set_slot(const struct name_set *set, uint64_t hash)
{
	size_t at = hash & (set->size - 1);
	while (set->slots[at] && set->slots[at] != hash)
		at = (at + 1) & (set->size - 1);
	return &set->slots[at];
}

static void
name_set_grow(struct name_set *set)
{
	struct name_set larger = *set;
	larger.size = set->size ? 2 * set->size : SIZE_FIRST;
	larger.slots = memory_zeroed(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < set->size; i++)
		if (set->slots[i])
			*name_set_slot(&larger, set->slots[i]) = set->slots[i];
	free(set->slots);
	*set = larger;
}

bool
name_set_add(struct name_set *set, uint64_t hash)
{
	if (2 * (set->count + 1) > set->size)
		name_set_grow(set);
	uint64_t *slot = name_set_slot(set, hash);
	if (*slot)
		return false;
	*slot = hash;
	set->count++;
	return true;
}
