/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A table from names to numbers. Only a keyed 64-bit hash of each name is kept, so a name of any
 * length costs 32 to 64 bytes, twice as much as in a name_set. Of a million names, two have the
 * same hash with a chance of one in 37 million.
 */
#ifndef NAME_TABLE_H
#define NAME_TABLE_H

#include "keyed_hash.h"

struct name_table {
	struct keyed_hash_key key;
	struct name_slot {
		uint64_t hash, number; /* number 0: the slot is free */
	} * slots;
	size_t size, count; /* size: 0 or a power of two; at most half of the slots are used */
};

/* Allocates nothing. */
void name_table_init(struct name_table *table);
void name_table_clear(struct name_table *table);

uint64_t name_table_hash(const struct name_table *table, struct subunit2_view name);

/*
 * Returns the number of the name with HASH, to read and to set. A name that is not in
 * the table has 0; set a number to add it. The pointer is valid until the next call.
 */
uint64_t *name_table_number(struct name_table *table, uint64_t hash);

/* Returns the number of the name with HASH; 0 if the name is not in the table. */
uint64_t name_table_find(const struct name_table *table, uint64_t hash);

#endif
