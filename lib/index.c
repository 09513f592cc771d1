/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "index.h"

#include "private/keyed_hash.h"

#include <stdlib.h>

#define FIRST_SIZE (4 * INDEX_WORTHWHILE)

/* A hash table with linear probing, at most half full. */
struct string_index {
	struct keyed_hash_key key;
	size_t count, size; /* size: a power of two */
	size_t slots[];     /* a number plus one; 0: free */
};

static struct string_index *
index_new(size_t size)
{
	struct string_index *index = calloc(1, sizeof(*index) + size * sizeof(*index->slots));

	if (!index)
		return NULL;
	index->key = keyed_hash_new_key();
	index->size = size;
	return index;
}

/* Return the slot of STRING, or the free slot in which it belongs. */
static size_t *
index_slot_of(struct string_index *index, struct subunit2_view string,
              struct subunit2_view (*at)(const void *list, size_t number), const void *list)
{
	size_t slot = keyed_hash(&index->key, string) & (index->size - 1);

	while (index->slots[slot] && !subunit2_view_equal(at(list, index->slots[slot] - 1), string))
		slot = (slot + 1) & (index->size - 1);
	return &index->slots[slot];
}

/* Make room for one more. Return false if memory is short. */
static bool
index_make_room(struct string_index **index,
                struct subunit2_view (*at)(const void *list, size_t number), const void *list)
{
	struct string_index *old = *index, *larger;

	if (old && old->count < old->size / 2)
		return true;
	larger = index_new(old ? 2 * old->size : FIRST_SIZE);
	if (!larger)
		return false;
	for (size_t i = 0; old && i < old->size; i++)
		if (old->slots[i])
			*index_slot_of(larger, at(list, old->slots[i] - 1), at, list) =
				old->slots[i];
	larger->count = old ? old->count : 0;
	free(old);
	*index = larger;
	return true;
}

size_t
index_put(struct string_index **index, struct subunit2_view string, size_t number,
          struct subunit2_view (*at)(const void *list, size_t number), const void *list)
{
	size_t *slot;

	if (!index_make_room(index, at, list))
		return SIZE_MAX;
	slot = index_slot_of(*index, string, at, list);
	if (!*slot) {
		*slot = number + 1;
		(*index)->count++;
	}
	return *slot - 1;
}
