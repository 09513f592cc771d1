/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The table of test_results: a result for each test, found by its id and, if the places where it
 * ran are kept apart, by the label of its route. There may be millions of tests: a result takes its
 * struct, its id and one to four slots of four bytes.
 */
#ifndef RESULT_TABLE_H
#define RESULT_TABLE_H

#include "name_table.h"
#include "string_list.h"
#include "test_results.h"

struct result_table_chunk;

struct result_table {
	struct test_result *list; /* in the order of their first events */
	size_t count, room;
	uint32_t *slots;   /* index in the list plus 1; 0: free; at most half are used */
	size_t slot_count; /* a power of two */
	struct keyed_hash_key key;
	struct result_table_chunk *ids; /* the last one */
	struct string_list labels;      /* those that were seen */
	struct name_table by_label;     /* index in labels, plus 1 */
};

void result_table_init(struct result_table *table);
void result_table_clear(struct result_table *table);

/* Returns the label that equals LABEL, kept as long as TABLE; NULL if LABEL is empty. */
const char *result_table_label(struct result_table *table, struct subunit2_view label);

/* The same, but returns NULL if LABEL was not seen. */
const char *result_table_find_label(const struct result_table *table, struct subunit2_view label);

/* Returns the result of ID at LABEL, which is one of the table's; NULL: at all places together. It
 * is added if it is new. Valid until the next one is added. */
struct test_result *result_table_add(struct result_table *table, struct subunit2_view id,
                                     const char *label);

/* The same, but returns NULL if there is no such result. */
struct test_result *result_table_find(const struct result_table *table, struct subunit2_view id,
                                      const char *label);

#endif
