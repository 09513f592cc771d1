/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The suites of a JUnit document for tests that belong to no script with assertions: one for each
 * label of a route, so that a suite has one machine (route_label.h), and for each suite of JUnit
 * that stands before class and name in an id, so that these may repeat.
 */
#ifndef JUNIT_LOOSE_H
#define JUNIT_LOOSE_H

#include "suites.h"

struct junit_loose_suite {
	struct suite suite; /* its route is the label, as in the key of a script's suite; its id is
	                       the name of a suite of JUnit, or empty */
	struct junit_loose_suite *next;
	UT_hash_handle hh;
};

struct junit_loose {
	struct junit_loose_suite *first; /* in the order in which they began */
	struct junit_loose_suite *last;  /* of FIRST */
	struct junit_loose_suite *table; /* by key */
	struct junit_loose_suite *found; /* by the last look-up, for ROUTE */
	struct buffer route, key;
	struct unique_names names; /* of the cases of all whose id is empty */
};

void junit_loose_init(struct junit_loose *loose);
/* Frees all suites, with their spools, which are of SPOOLS. */
void junit_loose_clear(struct junit_loose *loose, struct spools *spools);

/* Returns the suite for tests with ROUTE_CODE in the suite NAME of JUnit; absent or empty: in none.
 * Makes it the first time. */
struct suite *junit_loose_suite(struct junit_loose *loose, struct subunit2_view route_code,
                                struct subunit2_view name);
/* Returns the names of the cases of SUITE. */
struct unique_names *junit_loose_names(struct junit_loose *loose, struct suite *suite);

/* Marks the names of the suites with their labels, except those with the label of one suite, and
 * returns that one: the suite without a label and a name if it exists, else the first. Makes a
 * suite without a label if LOOSE is empty. */
struct suite *junit_loose_mark(struct junit_loose *loose);

#endif
