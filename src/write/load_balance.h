/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How evenly a run was spread over its routes, which are workers or machines:
 * the share of the run's time in which each was busy with a runnable test.
 */
#ifndef LOAD_BALANCE_H
#define LOAD_BALANCE_H

#include <subunit2/collect.h>

#include <stdio.h>

struct load_balance;

struct load_balance *load_balance_new(void);
void load_balance_free(struct load_balance *balance); /* NULL is allowed */

/* A test without two times, or without a route, does not count. */
void load_balance_add(struct load_balance *balance, const struct subunit2_test *test);

/* "routes: 4, busy 87% to 99%", and when EACH, a line for each; nothing where
 * there are fewer than two. */
void load_balance_put(const struct load_balance *balance, FILE *file, bool each);

#endif
