/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How evenly the tests of a run were spread over its routes (workers or machines): for each
 * route, the share of the run's time in which it ran a runnable test.
 */
#ifndef LOAD_BALANCE_H
#define LOAD_BALANCE_H

#include <subunit2/collect.h>

#include <stdio.h>

struct load_balance;

struct load_balance *load_balance_new(void);
void load_balance_free(struct load_balance *balance); /* NULL is allowed */

/* Ignores a test that lacks a start time, a stop time or a route. */
void load_balance_add(struct load_balance *balance, const struct subunit2_test *test);

/* Prints "routes: 4, busy 87% to 99%" and, if EACH, a line for each route. Prints nothing for
 * fewer than two routes. */
void load_balance_put(const struct load_balance *balance, FILE *file, bool each);

#endif
