/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a report names again at its end, where it is not scrolled away: tests
 * that did not end well, that passed at one attempt only, and that left
 * processes behind.
 */
#ifndef END_LIST_H
#define END_LIST_H

#include "writer.h"

struct recall;

struct recall *recall_new(void);
void recall_free(struct recall *recall);

void recall_add(struct recall *recall, const struct subunit2_test *test);

/* A heading and a line a test for each kind; of many, the first ones and how
 * many more there are. Nothing when there are none. */
void recall_put(const struct recall *recall, struct destination *to);

#endif
