/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of test numbers, kept as ranges: tests that come in order take one range. The number of
 * ranges is fixed; numbers that have no room are forgotten, and LOSSY is set.
 */
#ifndef TAP_NUMBERS_H
#define TAP_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAP_RANGES_MAX 128

struct tap_range {
	uint64_t first, last;
};

struct tap_numbers {
	size_t count; /* of ranges, in order, with gaps between them */
	bool lossy;   /* numbers were forgotten */
	struct tap_range ranges[TAP_RANGES_MAX];
};

void tap_numbers_clear(struct tap_numbers *numbers);

/* Adds the numbers from FIRST to LAST. Returns false if one of them is in the set. */
bool tap_numbers_add(struct tap_numbers *numbers, uint64_t first, uint64_t last);

/* Adds one NUMBER, which most often follows the last one. */
static inline bool
tap_numbers_add_one(struct tap_numbers *numbers, uint64_t number)
{
	size_t count = numbers->count;
	if (!count || number == 0 || numbers->ranges[count - 1].last != number - 1)
		return tap_numbers_add(numbers, number, number);
	numbers->ranges[count - 1].last = number;
	return true;
}

bool tap_numbers_has(const struct tap_numbers *numbers, uint64_t number);

/* Finds the first run of numbers between FROM and TO that are not in the set. Returns false if all
 * are. */
bool tap_numbers_gap(const struct tap_numbers *numbers, uint64_t from, uint64_t to,
                     struct tap_range *gap);

#endif
