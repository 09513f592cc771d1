/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Collects tests one at a time and counts them. Every report is made from these.
 */
#ifndef TEST_COUNTER_H
#define TEST_COUNTER_H

#include "route_label.h"

#include <subunit2/collect.h>
#include <subunit2/summary.h>

struct test_counter {
	struct subunit2_sink *tests; /* a collect sink */
	struct subunit2_summary *summary;
	struct route_labels labels; /* of the tests so far */
};

/* Calls TEST with each test and FILE with each file event without a test, as
 * subunit2_collect_new does. Keeps the last LIMIT bytes of each file. */
void
test_counter_begin(struct test_counter *counter, size_t limit,
                   enum subunit2_result (*test)(void *context, const struct subunit2_test *test,
                                                struct subunit2_error *error),
                   enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
                                                struct subunit2_error *error),
                   void *context);

enum subunit2_result test_counter_event(struct test_counter *counter,
                                        const struct subunit2_event *event,
                                        struct subunit2_error *error);
/* Completes the counts. */
enum subunit2_result test_counter_finish(struct test_counter *counter,
                                         struct subunit2_error *error);
const struct subunit2_summary_result *test_counter_counts(const struct test_counter *counter);

void test_counter_end(struct test_counter *counter);

#endif
