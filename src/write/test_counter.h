/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tests one at a time, and their counts: what every report is made from.
 */
#ifndef TEST_COUNTER_H
#define TEST_COUNTER_H

#include <subunit2/collect.h>
#include <subunit2/summary.h>

struct tally {
	struct subunit2_sink *tests; /* as subunit2_collect_new made it */
	struct subunit2_summary *summary;
};

/* Hands TEST each test and FILE what belongs to none, as subunit2_collect_new does,
 * with the last LIMIT bytes of each file. */
void tally_begin(struct tally *tally, size_t limit,
                 int (*test)(void *context, const struct subunit2_test *test,
                             struct subunit2_error *error),
                 int (*file)(void *context, const struct subunit2_event *event,
                             struct subunit2_error *error),
                 void *context);

int tally_event(struct tally *tally, const struct subunit2_event *event,
                struct subunit2_error *error);
/* The counts are complete after it. */
int tally_finish(struct tally *tally, struct subunit2_error *error);
const struct subunit2_summary_result *tally_counts(const struct tally *tally);

void tally_end(struct tally *tally);

#endif
