/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The N slowest tests of a run.
 */
#ifndef SLOWEST_H
#define SLOWEST_H

#include <subunit2/collect.h>

#include <stdio.h>

struct slowest;

#define SLOWEST_USUAL 5 /* tests that a report lists by default */

/* Keeps at most MOST tests; 0 keeps none. Released with slowest_free, which allows NULL. */
struct slowest *slowest_new(unsigned most);
void slowest_free(struct slowest *slowest);

/* Ignores a test that did not run or that lacks a start or stop time. */
void slowest_add(struct slowest *slowest, const struct subunit2_test *test);

/* Returns true if no test is kept, so that slowest_put would print nothing. */
bool slowest_is_empty(const struct slowest *slowest);

/* Returns true if more tests had a time than are kept. */
bool slowest_has_more(const struct slowest *slowest);

/* Prints a heading and a line for each test, the slowest first, with the labels of their routes if
 * SHOW_LABELS; nothing without tests. */
void slowest_put(const struct slowest *slowest, FILE *file, bool show_labels);

#endif
