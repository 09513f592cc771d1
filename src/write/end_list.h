/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a report names again at its end, where it is not scrolled away: tests
 * that did not end well, that passed at one attempt only, and that left
 * processes behind.
 */
#ifndef END_LIST_H
#define END_LIST_H

#include "writer.h"

struct end_list;

struct end_list *end_list_new(void);
void end_list_free(struct end_list *end_list);

void end_list_add(struct end_list *end_list, const struct subunit2_test *test);

/* A heading and a line a test for each kind; of many, the first ones and how
 * many more there are. Nothing when there are none. */
void end_list_put(const struct end_list *end_list, struct output_file *to);

#endif
