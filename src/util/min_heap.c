/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "min_heap.h"

#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>

void
min_heap_clear(struct min_heap *heap)
{
	free(heap->items);
	*heap = (struct min_heap){0};
}

static bool
min_heap_is_before(const struct min_heap_item *a, const struct min_heap_item *b)
{
	return a->key < b->key || (a->key == b->key && a->order < b->order);
}

static void
min_heap_put(struct min_heap *heap, struct min_heap_item *item, size_t place)
{
	heap->items[place - 1] = item;
	item->place = place;
}

/* Puts ITEM at PLACE, which is free, or nearer to the root if it comes before its parent. */
static void
min_heap_rise(struct min_heap *heap, struct min_heap_item *item, size_t place)
{
	while (place > 1 && min_heap_is_before(item, heap->items[place / 2 - 1])) {
		min_heap_put(heap, heap->items[place / 2 - 1], place);
		place /= 2;
	}
	min_heap_put(heap, item, place);
}

/* Puts ITEM at PLACE, which is free, or further from the root if a child comes before it. */
static void
min_heap_sink(struct min_heap *heap, struct min_heap_item *item, size_t place)
{
	for (size_t child; (child = 2 * place) <= heap->count; place = child) {
		if (child < heap->count &&
		    min_heap_is_before(heap->items[child], heap->items[child - 1]))
			child++;
		if (!min_heap_is_before(heap->items[child - 1], item))
			break;
		min_heap_put(heap, heap->items[child - 1], place);
	}
	min_heap_put(heap, item, place);
}

void
min_heap_set(struct min_heap *heap, struct min_heap_item *item, int64_t key)
{
	min_heap_remove(heap, item);
	item->key = key;
	item->order = heap->orders++;
	heap->items = memory_grow(heap->items, &heap->room, heap->count + 1,
	                          sizeof(struct min_heap_item *));
	min_heap_rise(heap, item, ++heap->count);
}

void
min_heap_remove(struct min_heap *heap, struct min_heap_item *item)
{
	size_t place = item->place;
	if (!place)
		return;
	item->place = 0;
	struct min_heap_item *last = heap->items[--heap->count];
	if (last == item)
		return;
	min_heap_rise(heap, last, place);
	min_heap_sink(heap, last, last->place);
}

struct min_heap_item *
min_heap_first(const struct min_heap *heap)
{
	return heap->count ? heap->items[0] : NULL;
}

void
min_heap_shift(struct min_heap *heap, int64_t delta)
{
	for (size_t i = 0; i < heap->count; i++)
		heap->items[i]->key += delta;
}
