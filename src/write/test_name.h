/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The name of a test in a list that is printed at the end: its id, and the label of its route,
 * which is shown if the labels of the stream turn out to differ.
 */
#ifndef TEST_NAME_H
#define TEST_NAME_H

#include <stdio.h>
#include <subunit2/collect.h>

struct test_name {
	char *id;
	char *label; /* NULL: its route has none */
};

/* Returns a copy of the name of TEST. Clear it with test_name_clear. */
struct test_name test_name_of(const struct subunit2_test *test);
void test_name_clear(struct test_name *name);

/* Prints "[mac] net/http", without the label unless SHOW_LABEL. */
void test_name_put(FILE *file, const struct test_name *name, bool show_label);

#endif
