/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The heap, compared with a search of all items. */
#include "min_heap.h"
#include "check.h"
#include "random_draw.h"

#include <stdbool.h>

#define ITEMS 50
#define STEPS 20000

static struct min_heap heap;
static struct min_heap_item items[ITEMS];
static uint64_t random_state = 1;

static unsigned
draw(unsigned limit)
{
	return random_draw(&random_state, limit);
}

/* Returns the item that is first, found by comparing all. */
static struct min_heap_item *
search(void)
{
	struct min_heap_item *first = NULL;
	for (struct min_heap_item *item = items; item < items + ITEMS; item++)
		if (item->place && (!first || item->key < first->key ||
		                    (item->key == first->key && item->order < first->order)))
			first = item;
	return first;
}

static void
check_random(void)
{
	bool same = true;
	for (unsigned step = 0; step < STEPS; step++) {
		struct min_heap_item *item = &items[draw(ITEMS)];
		if (draw(5) < 3)
			min_heap_set(&heap, item, draw(20));
		else
			min_heap_remove(&heap, item);
		same = same && min_heap_first(&heap) == search();
	}
	CHECK_NAMED("after each of many changes, the first item is that with the smallest key",
	            same);
}

static void
check_order(void)
{
	bool sorted = true;
	int64_t before = INT64_MIN;
	for (size_t i = 0; i < ITEMS; i++)
		min_heap_set(&heap, &items[i], draw(20));
	min_heap_shift(&heap, -100);
	for (struct min_heap_item *item; (item = min_heap_first(&heap));) {
		sorted = sorted && item->key >= before && item->key < -80;
		before = item->key;
		min_heap_remove(&heap, item);
	}
	CHECK_NAMED("removed one by one, items come in their order, with shifted keys", sorted);
}

static void
check_equal(void)
{
	bool fifo = true;
	for (size_t i = 0; i < ITEMS; i++)
		min_heap_set(&heap, &items[i], 7);
	min_heap_set(&heap, &items[0], 7);
	for (size_t i = 1; i <= ITEMS; i++) {
		fifo = fifo && min_heap_first(&heap) == &items[i % ITEMS];
		min_heap_remove(&heap, &items[i % ITEMS]);
	}
	CHECK_NAMED("of equal items, the one that was set first comes first", fifo);
	CHECK(!min_heap_first(&heap));
	min_heap_remove(&heap, &items[0]);
	CHECK_NAMED("to remove an item that is not there does nothing", !min_heap_first(&heap));
}

int
main(void)
{
	check_random();
	check_order();
	check_equal();
	min_heap_clear(&heap);
	return check_done();
}
