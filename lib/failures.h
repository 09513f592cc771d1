/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The tests with bad results, of which a summary keeps the names. */
#ifndef FAILURES_H
#define FAILURES_H

#include <subunit2/summary.h>

struct failures {
	size_t limit;
	struct subunit2_failure *list;
	size_t count, size;          /* of LIST: used, allocated */
	struct subunit2_sink *tests; /* passes on each test that has ended */
};

/* Initialize FAILURES for at most LIMIT names. Return false if memory is short. Release with
 * failures_clear. */
bool failures_init(struct failures *failures, size_t limit);
void failures_clear(struct failures *failures);

/* Take the test id, the routing code and the status of EVENT, which has both id and status. */
enum subunit2_result failures_event(struct failures *failures, const struct subunit2_event *event,
                                    struct subunit2_error *error);

/* Add the tests that are in progress. */
enum subunit2_result failures_finish(struct failures *failures, struct subunit2_error *error);

#endif
