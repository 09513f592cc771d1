/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "name_set.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 64        /* slots */
#define SIZE_LARGE (1 << 17) /* slots: 1 MiB */
/* How many of SIZE slots are used before a set grows. */
#define USED_MAX(size) ((size) < SIZE_LARGE ? (size) / 2 : (size) / 8 * 7)

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

/* Doubles the slots in place, so that the old ones and the new ones never need memory at the same
 * time. Each hash moves from its slot to the same or an earlier one, or to one of those in the new
 * half. Begin after a free slot: then each hash is moved before any hash that it could meet. */
static void
name_set_grow(struct name_set *set)
{
	size_t size = set->size, first = 0;
	set->size = size ? 2 * size : SIZE_FIRST;
	set->slots = memory_resize(set->slots, set->size, sizeof(*set->slots));
	memset(set->slots + size, 0, (set->size - size) * sizeof(*set->slots));
	while (first < size && set->slots[first])
		first++;
	for (size_t i = 0; i < size; i++) {
		uint64_t *slot = &set->slots[(first + i) & (size - 1)], hash = *slot;
		*slot = 0;
		if (hash)
			*name_set_slot(set, hash) = hash;
	}
}

bool
name_set_add(struct name_set *set, uint64_t hash)
{
	if (set->count == USED_MAX(set->size))
		name_set_grow(set);
	uint64_t *slot = name_set_slot(set, hash);
	if (*slot)
		return false;
	*slot = hash;
	set->count++;
	return true;
}
