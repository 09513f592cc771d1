#include "given.h"

#include "memory.h"

#include <stdlib.h>

#define FIRST_SIZE 64

void
given_init(struct given *given)
{
	*given = (struct given){.key = subunit2_hash_key_random()};
}

void
given_clear(struct given *given)
{
	free(given->slots);
	*given = (struct given){0};
}

/* The slot that has HASH, or would. */
static struct given_slot *
slot_of(const struct given *given, uint64_t hash)
{
	size_t at = hash & (given->size - 1);
	while (given->slots[at].suite && given->slots[at].hash != hash)
		at = (at + 1) & (given->size - 1);
	return &given->slots[at];
}

static void
grow(struct given *given)
{
	struct given larger = {.size = given->size ? 2 * given->size : FIRST_SIZE};
	larger.slots = memory_zeroed(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < given->size; i++)
		if (given->slots[i].suite)
			*slot_of(&larger, given->slots[i].hash) = given->slots[i];
	free(given->slots);
	given->slots = larger.slots;
	given->size = larger.size;
}

bool
given_take(struct given *given, struct subunit2_view id, uint64_t suite)
{
	if (2 * (given->count + 1) > given->size)
		grow(given);
	uint64_t hash = subunit2_hash(&given->key, id);
	struct given_slot *slot = slot_of(given, hash);
	if (slot->suite)
		return slot->suite == suite;
	*slot = (struct given_slot){hash, suite};
	given->count++;
	return true;
}
