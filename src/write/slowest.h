/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The N slowest tests of a run.
 */
#ifndef SLOWEST_H
#define SLOWEST_H

#include <subunit2/collect.h>

#include <stdio.h>

struct slowest;

/* MOST may be 0: nothing is kept then. */
struct slowest *slowest_new(unsigned most);
void slowest_free(struct slowest *slowest);

/* A test without two times, or one that did not run, is not counted. */
void slowest_add(struct slowest *slowest, const struct subunit2_test *test);

/* A heading and a line a test, the slowest first; nothing when there are none. */
void slowest_put(const struct slowest *slowest, FILE *file);

#endif
