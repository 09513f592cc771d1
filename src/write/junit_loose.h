/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The suites of a JUnit document for loose tests, which belong to no script with assertions. Each
 * label of a route has a suite of its own, so that all cases of a suite ran on one machine (see
 * route_label.h). If a test was read from JUnit, its id begins with the name of a suite there (see
 * junit_case_outer_suite): each of these has a suite of its own, too, so that cases of different
 * suites may have the same class and name.
 */
#ifndef JUNIT_LOOSE_H
#define JUNIT_LOOSE_H

#include "open_suites.h"

struct junit_loose_suite {
	struct open_suite suite; /* its key has the label in place of the route; its id is the name
	                       of the suite in the JUnit that was read, or empty */
	struct junit_loose_suite *next;
	UT_hash_handle hh;
};

struct junit_loose {
	struct junit_loose_suite *first; /* in the order in which they began */
	struct junit_loose_suite *last;  /* of FIRST */
	struct junit_loose_suite *table; /* by key */
	struct junit_loose_suite *found; /* by the last look-up, for ROUTE; or NULL */
	struct buffer route, key;
	struct unique_names names; /* of the cases of all suites whose id is empty */
};

void junit_loose_init(struct junit_loose *loose);
/* Frees all suites, and their spools, which belong to SPOOLS. */
void junit_loose_clear(struct junit_loose *loose, struct spools *spools);

/* Returns the suite for tests with ROUTE_CODE that were read from the suite NAME of JUnit; NAME is
 * absent or empty for other tests. Adds the suite if it does not exist. */
struct open_suite *junit_loose_suite(struct junit_loose *loose, struct subunit2_view route_code,
                                     struct subunit2_view name);
/* Returns the names of the cases of SUITE. */
struct unique_names *junit_loose_names(struct junit_loose *loose, struct open_suite *suite);

/* Returns the main suite: the one without a label and a name if it exists, otherwise the first. If
 * LOOSE is empty, adds a suite without a label. Puts the label of each suite in brackets before its
 * name, unless it has the same label as the main one. */
struct open_suite *junit_loose_mark(struct junit_loose *loose);

#endif
