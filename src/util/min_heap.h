/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds the item with the smallest key. Items are members of the caller's structs, and start as all
 * zeroes. Setting or removing an item takes O(log n), finding the first one O(1).
 */
#ifndef MIN_HEAP_H
#define MIN_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct min_heap_item {
	int64_t key;
	/* Used by the heap: */
	uint64_t order; /* how many items were set before this one */
	size_t place;   /* 0: in no heap */
};

/* Starts as all zeroes. */
struct min_heap {
	struct min_heap_item **items; /* the item with place n is entry n - 1 */
	size_t count, room;
	uint64_t orders; /* the order of the item that is set next */
};

/* Frees the memory of HEAP. Does not touch its items. */
void min_heap_clear(struct min_heap *heap);

/* Adds ITEM with KEY; if ITEM is in HEAP already, changes its key. The caller keeps ITEM at its
 * address until it is removed. */
void min_heap_set(struct min_heap *heap, struct min_heap_item *item, int64_t key);

/* Removes ITEM. Does nothing if it is in no heap. */
void min_heap_remove(struct min_heap *heap, struct min_heap_item *item);

/* Returns the item with the smallest key; if several have it, the one that was set first. Returns
 * NULL if HEAP is empty. */
struct min_heap_item *min_heap_first(const struct min_heap *heap);

/* Adds DELTA to the key of each item. */
void min_heap_shift(struct min_heap *heap, int64_t delta);

#endif
