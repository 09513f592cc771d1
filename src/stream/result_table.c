/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "result_table.h"

#include "memory.h"

#include <stdlib.h>

#define CHUNK_SIZE (64 << 10) /* bytes of ids that are allocated at once */
#define SLOTS_MIN 64

/* Ids, one after the other, each with a NUL. */
struct result_table_chunk {
	struct result_table_chunk *before;
	size_t used;
	char bytes[];
};

static char *
result_table_keep_id(struct result_table *table, struct subunit2_view id)
{
	size_t len = id.len + 1;
	if (!table->ids || len > CHUNK_SIZE - table->ids->used) {
		struct result_table_chunk *chunk = memory_resize(
			NULL, sizeof(*chunk) + (len > CHUNK_SIZE ? len : CHUNK_SIZE), 1);
		chunk->before = table->ids;
		chunk->used = 0;
		table->ids = chunk;
	}
	char *kept = table->ids->bytes + table->ids->used;
	memcpy(kept, id.data, id.len);
	kept[id.len] = '\0';
	/* An id that is longer than a chunk has a chunk of its own. */
	table->ids->used = len > CHUNK_SIZE ? CHUNK_SIZE : table->ids->used + len;
	return kept;
}

static struct subunit2_view
result_table_id_of(const struct test_result *result)
{
	return (struct subunit2_view){result->id, result->id_len};
}

static bool
result_table_is_at(const struct test_result *result, const char *label)
{
	return label ? result->at_place && result->label == label : !result->at_place;
}

/* Returns the slot of ID at LABEL, or the free slot in which it belongs. */
static uint32_t *
result_table_slot_of(const struct result_table *table, struct subunit2_view id, const char *label)
{
	size_t mask = table->slot_count - 1;
	struct subunit2_view place = label ? subunit2_view_of(label) : SUBUNIT2_ABSENT;
	size_t at =
		(label ? keyed_hash_test(&table->key, id, place) : keyed_hash(&table->key, id)) &
		mask;
	for (; table->slots[at]; at = (at + 1) & mask) {
		const struct test_result *result = &table->list[table->slots[at] - 1];
		if (subunit2_view_equal(result_table_id_of(result), id) &&
		    result_table_is_at(result, label))
			break;
	}
	return &table->slots[at];
}

static void
result_table_make_slots(struct result_table *table, size_t count)
{
	free(table->slots);
	table->slots = memory_zeroed(count, sizeof(*table->slots));
	table->slot_count = count;
	for (size_t i = 0; i < table->count; i++) {
		const struct test_result *result = &table->list[i];
		*result_table_slot_of(table, result_table_id_of(result),
		                      result->at_place ? result->label : NULL) = (uint32_t)(i + 1);
	}
}

void
result_table_init(struct result_table *table)
{
	*table = (struct result_table){.key = keyed_hash_new_key()};
	name_table_init(&table->by_label);
	result_table_make_slots(table, SLOTS_MIN);
}

void
result_table_clear(struct result_table *table)
{
	struct result_table_chunk *chunk = table->ids;
	while (chunk) {
		struct result_table_chunk *before = chunk->before;
		free(chunk);
		chunk = before;
	}
	for (size_t i = 0; i < table->count; i++)
		free(table->list[i].past);
	free(table->list);
	free(table->slots);
	string_list_clear(&table->labels);
	name_table_clear(&table->by_label);
}

const char *
result_table_label(struct result_table *table, struct subunit2_view label)
{
	if (label.len == 0)
		return NULL;
	uint64_t *number =
		name_table_number(&table->by_label, name_table_hash(&table->by_label, label));
	if (!*number) {
		string_list_add_owned(&table->labels, memory_copy_len(label.data, label.len));
		*number = table->labels.count;
	}
	return table->labels.items[*number - 1];
}

const char *
result_table_find_label(const struct result_table *table, struct subunit2_view label)
{
	uint64_t number = 0;
	if (label.len > 0)
		number =
			name_table_find(&table->by_label, name_table_hash(&table->by_label, label));
	return number ? table->labels.items[number - 1] : NULL;
}

struct test_result *
result_table_find(const struct result_table *table, struct subunit2_view id, const char *label)
{
	uint32_t at = *result_table_slot_of(table, id, label);
	return at ? &table->list[at - 1] : NULL;
}

struct test_result *
result_table_add(struct result_table *table, struct subunit2_view id, const char *label)
{
	uint32_t *slot = result_table_slot_of(table, id, label);
	if (*slot)
		return &table->list[*slot - 1];
	if (2 * (table->count + 1) > table->slot_count) {
		result_table_make_slots(table, 2 * table->slot_count);
		slot = result_table_slot_of(table, id, label);
	}
	table->list =
		memory_grow(table->list, &table->room, table->count + 1, sizeof(*table->list));
	struct test_result *result = &table->list[table->count++];
	*result = (struct test_result){.id = result_table_keep_id(table, id),
	                               .id_len = (uint32_t)id.len,
	                               .label = label,
	                               .at_place = label != NULL,
	                               .ns = -1};
	*slot = (uint32_t)table->count;
	return result;
}
