/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The plan of one level of TAP: the tests that were promised, those that came, and the faults.
 * Nothing here grows with the number of tests, or with their numbers.
 */
#ifndef TAP_PLAN_H
#define TAP_PLAN_H

#include "line.h"
#include "numbers.h"

struct tap_plan {
	bool planned;    /* a plan was seen */
	bool trailing;   /* it came after tests */
	uint64_t total;  /* tests promised */
	uint64_t plans;  /* plans seen */
	uint64_t sum;    /* tests that all of these promised together */
	uint64_t count;  /* tests seen */
	uint64_t newest; /* the number of the last one */
	struct tap_numbers seen, todo;

	/* The faults, with the number of the first test at fault. */
	bool second, repeated, outside, late;
	uint64_t first_repeated, first_outside, first_late;
};

void tap_plan_clear(struct tap_plan *plan);

/* Reads the line of a plan. */
void tap_plan_set(struct tap_plan *plan, const struct tap_line *line);

/* Counts a test. Returns its number; if it has none, the next one. */
uint64_t tap_plan_count(struct tap_plan *plan, const struct tap_line *line);

static inline uint64_t
tap_plan_next(const struct tap_plan *plan)
{
	return plan->newest < UINT64_MAX ? plan->newest + 1 : plan->newest;
}

/* Returns whether no test was planned or counted. */
static inline bool
tap_plan_is_clear(const struct tap_plan *plan)
{
	return !plan->planned && !plan->count;
}

/* Returns whether all planned tests have come. */
static inline bool
tap_plan_is_reached(const struct tap_plan *plan)
{
	return plan->planned && plan->count >= plan->total;
}

#define TAP_FAULTS_MAX 512 /* bytes that tap_plan_faults may write */

/*
 * Writes the faults of a level that ends: "planned 3, ran 2; missing:
 * 3". COMPLETE: missing tests and, when REQUIRED, a missing plan count. Returns
 * the length of what was written to TEXT, 0 when all is well.
 */
size_t tap_plan_faults(const struct tap_plan *plan, bool complete, bool required,
                       char text[TAP_FAULTS_MAX]);

#endif
