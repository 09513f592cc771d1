/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "numbers.h"

#include <string.h>

void
tap_numbers_clear(struct tap_numbers *numbers)
{
	numbers->count = 0;
	numbers->lossy = false;
}

/* Returns the index of the first range that ends at or after NUMBER. */
static size_t
tap_numbers_find(const struct tap_numbers *numbers, uint64_t number)
{
	size_t low = 0, high = numbers->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (numbers->ranges[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
tap_numbers_erase(struct tap_numbers *numbers, size_t at, size_t count)
{
	struct tap_range *ranges = numbers->ranges;
	memmove(ranges + at, ranges + at + count, (numbers->count - at - count) * sizeof(*ranges));
	numbers->count -= count;
}

static void
tap_numbers_insert(struct tap_numbers *numbers, size_t at, struct tap_range range)
{
	struct tap_range *ranges = numbers->ranges;
	if (numbers->count == TAP_RANGES_MAX) {
		numbers->lossy = true;
		return;
	}
	memmove(ranges + at + 1, ranges + at, (numbers->count - at) * sizeof(*ranges));
	ranges[at] = range;
	numbers->count++;
}

bool
tap_numbers_add(struct tap_numbers *numbers, uint64_t first, uint64_t last)
{
	struct tap_range *ranges = numbers->ranges;
	/* Ranges from AT to END overlap the new one, or touch it. */
	size_t at = tap_numbers_find(numbers, first ? first - 1 : 0), end = at;
	bool fresh = true;
	struct tap_range all = {first, last};
	for (; end < numbers->count && (last == UINT64_MAX || ranges[end].first <= last + 1);
	     end++) {
		if (ranges[end].first <= last && ranges[end].last >= first)
			fresh = false;
		if (ranges[end].first < all.first)
			all.first = ranges[end].first;
		if (ranges[end].last > all.last)
			all.last = ranges[end].last;
	}
	if (end > at) {
		ranges[at] = all;
		tap_numbers_erase(numbers, at + 1, end - at - 1);
	} else {
		tap_numbers_insert(numbers, at, all);
	}
	return fresh;
}

bool
tap_numbers_has(const struct tap_numbers *numbers, uint64_t number)
{
	size_t at = tap_numbers_find(numbers, number);
	return at < numbers->count && numbers->ranges[at].first <= number;
}

bool
tap_numbers_gap(const struct tap_numbers *numbers, uint64_t from, uint64_t to,
                struct tap_range *gap)
{
	size_t at = tap_numbers_find(numbers, from);
	if (at < numbers->count && numbers->ranges[at].first <= from) {
		if (numbers->ranges[at].last >= to)
			return false;
		from = numbers->ranges[at++].last + 1;
	}
	if (from > to)
		return false;
	bool ends = at < numbers->count && numbers->ranges[at].first <= to;
	*gap = (struct tap_range){from, ends ? numbers->ranges[at].first - 1 : to};
	return true;
}
