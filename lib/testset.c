/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "testset.h"

#include <stdlib.h>

/* Usually few tests are open at the same time. */
#define FIRST_COUNT 64

#define STREAM_STEP UINT64_C(0x9e3779b97f4a7c15) /* its multiples are far apart */

/* Return the value of a slot without its flags; never 0. */
static uint64_t
testset_mark_of(const struct testset *set, const struct subunit2_event *event)
{
	uint64_t hash = keyed_hash_test(&set->key, event->test_id, event->route_code);

	hash = (hash + event->stream * STREAM_STEP) & ~(uint64_t)TESTSET_FLAGS;
	return hash ? hash : TESTSET_FLAGS + 1;
}

/* Return the preferred slot of MARK. The lowest bits of every slot are flags. */
static size_t
testset_home_of(const struct testset *set, uint64_t mark)
{
	return (mark >> 2) & (set->count - 1);
}

/* Return the slot of MARK, or the empty slot in which it belongs. */
static uint64_t *
testset_find(const struct testset *set, uint64_t mark)
{
	size_t at = testset_home_of(set, mark);

	while (set->slots[at] && (set->slots[at] & ~(uint64_t)TESTSET_FLAGS) != mark)
		at = (at + 1) & (set->count - 1);
	return &set->slots[at];
}

static bool
testset_grow(struct testset *set)
{
	struct testset larger = *set;

	larger.count *= 2;
	larger.slots = calloc(larger.count, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < set->count; i++) {
		if (set->slots[i])
			*testset_find(&larger, set->slots[i] & ~(uint64_t)TESTSET_FLAGS) =
				set->slots[i];
	}
	free(set->slots);
	*set = larger;
	return true;
}

bool
testset_init(struct testset *set)
{
	*set = (struct testset){.key = keyed_hash_new_key(), .count = FIRST_COUNT};
	set->slots = calloc(set->count, sizeof(*set->slots));
	return set->slots != NULL;
}

void
testset_clear(struct testset *set)
{
	free(set->slots);
	*set = (struct testset){0};
}

bool
testset_add(struct testset *set, const struct subunit2_event *event, unsigned flags)
{
	uint64_t mark = testset_mark_of(set, event);
	uint64_t *slot = testset_find(set, mark);

	if (!*slot) {
		/* At most half full, so that probes stay short. */
		if (set->used * 2 >= set->count) {
			if (!testset_grow(set))
				return false;
			slot = testset_find(set, mark);
		}
		set->used++;
		*slot = mark;
	}
	*slot |= flags;
	return true;
}

unsigned
testset_take(struct testset *set, const struct subunit2_event *event)
{
	size_t mask = set->count - 1;
	uint64_t *slot = testset_find(set, testset_mark_of(set, event));
	size_t hole = (size_t)(slot - set->slots);
	unsigned flags = *slot & TESTSET_FLAGS;

	if (!*slot)
		return 0;
	/* Move the following slots up, unless that would put one before its preferred slot. */
	for (size_t at = (hole + 1) & mask; set->slots[at]; at = (at + 1) & mask) {
		size_t home = testset_home_of(set, set->slots[at]);

		if (((at - home) & mask) >= ((at - hole) & mask)) {
			set->slots[hole] = set->slots[at];
			hole = at;
		}
	}
	set->slots[hole] = 0;
	set->used--;
	return flags;
}
