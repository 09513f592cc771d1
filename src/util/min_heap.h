/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A heap, which finds the item with the smallest key. Items are members of the caller's structs,
 * and start as all zeroes. To set and to remove one takes O(log n), to find the first one O(1).
 */
#ifndef MIN_HEAP_H
#define MIN_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct min_heap_item {
	int64_t key;
	uint64_t order; /* used by the heap, as the next: the count of items set before */
	size_t place;   /* 0: in no heap */
};

/* Starts as all zeroes. */
struct min_heap {
	struct min_heap_item **items; /* entry n - 1 has place n */
	size_t count, room;
	uint64_t orders;
};

/* Frees what HEAP has allocated. Its items are not touched. */
void min_heap_clear(struct min_heap *heap);

/* Adds ITEM, or moves it if it is in HEAP already, with KEY. The caller keeps ITEM in its place
 * in memory until it is removed. */
void min_heap_set(struct min_heap *heap, struct min_heap_item *item, int64_t key);

/* Removes ITEM. Does nothing if it is in no heap. */
void min_heap_remove(struct min_heap *heap, struct min_heap_item *item);

/* Returns the item with the smallest key, of equal ones that which was set first; NULL if HEAP is
 * empty. */
struct min_heap_item *min_heap_first(const struct min_heap *heap);

/* Adds DELTA to the key of each item. */
void min_heap_shift(struct min_heap *heap, int64_t delta);

#endif
