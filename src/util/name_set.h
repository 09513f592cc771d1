/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of names. Only a keyed 64-bit hash of each name is kept, so a name of any length costs 9
 * to 32 bytes. Of a million names, two have the same hash with a chance of one in 37 million.
 */
#ifndef NAME_SET_H
#define NAME_SET_H

#include "keyed_hash.h"

#include <stdbool.h>

struct name_set {
	struct keyed_hash_key key;
	uint64_t *slots; /* hashes; 0: the slot is free */
	/* SIZE: 0 or a power of two. At most half of the slots are used, seven eighths of many. */
	size_t size, count;
};

/* Makes SET empty, with a new key. Allocates nothing. */
void name_set_init(struct name_set *set);
void name_set_clear(struct name_set *set);

/* Returns the hash of NAME, which is not 0. */
uint64_t name_set_hash(const struct name_set *set, struct subunit2_view name);

/* Adds the name whose name_set_hash is HASH. Returns false if SET has it already. */
bool name_set_add(struct name_set *set, uint64_t hash);

#endif
