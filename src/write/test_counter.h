/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tests one at a time, and their counts: what every report is made from.
 */
#ifndef TEST_COUNTER_H
#define TEST_COUNTER_H

#include <subunit2/collect.h>
#include <subunit2/summary.h>

struct test_counter {
	struct subunit2_sink *tests; /* as subunit2_collect_new made it */
	struct subunit2_summary *summary;
};

/* Hands TEST each test and FILE what belongs to none, as subunit2_collect_new does,
 * with the last LIMIT bytes of each file. */
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
/* The counts are complete after it. */
enum subunit2_result test_counter_finish(struct test_counter *counter,
                                         struct subunit2_error *error);
const struct subunit2_summary_result *test_counter_counts(const struct test_counter *counter);

void test_counter_end(struct test_counter *counter);

#endif
