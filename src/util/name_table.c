/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "name_table.h"

#include "memory.h"

#include <stdlib.h>

#define SIZE_FIRST 64 /* slots */

void
name_table_init(struct name_table *table)
{
	*table = (struct name_table){.key = keyed_hash_new_key()};
}

void
name_table_clear(struct name_table *table)
{
	free(table->slots);
	table->slots = NULL;
	table->size = table->count = 0;
}

uint64_t
name_table_hash(const struct name_table *table, struct subunit2_view name)
{
	return keyed_hash(&table->key, name);
}

/* Returns the slot of HASH, or the free slot in which it belongs. */
static struct name_slot *
name_table_slot(const struct name_table *table, uint64_t hash)
{
	size_t at = hash & (table->size - 1);
	while (table->slots[at].number && table->slots[at].hash != hash)
		at = (at + 1) & (table->size - 1);
	return &table->slots[at];
}

/* Makes room for more. Counts anew: some names that were looked up got no number. */
static void
name_table_grow(struct name_table *table)
{
	struct name_table larger = *table;
	larger.count = 0;
	for (size_t i = 0; i < table->size; i++)
		larger.count += table->slots[i].number != 0;
	if (4 * (larger.count + 1) > table->size)
		larger.size = table->size ? 2 * table->size : SIZE_FIRST;
	larger.slots = memory_zeroed(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < table->size; i++)
		if (table->slots[i].number)
			*name_table_slot(&larger, table->slots[i].hash) = table->slots[i];
	free(table->slots);
	*table = larger;
}

uint64_t *
name_table_number(struct name_table *table, uint64_t hash)
{
	if (2 * (table->count + 1) > table->size)
		name_table_grow(table);
	struct name_slot *slot = name_table_slot(table, hash);
	if (!slot->number) {
		slot->hash = hash;
		table->count++;
	}
	return &slot->number;
}

uint64_t
name_table_find(const struct name_table *table, uint64_t hash)
{
	return table->size ? name_table_slot(table, hash)->number : 0;
}
