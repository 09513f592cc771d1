/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The totals of the cases of a suite, or of a document: how many there are, when they ran, and how
 * long.
 */
#ifndef CASE_TOTALS_H
#define CASE_TOTALS_H

#include <stdint.h>
#include <subunit2/event.h>

/* All zeroes to begin with. */
struct case_totals {
	uint64_t tests, failed, errors, skipped;
	bool has_time;
	bool is_dated; /* START and STOP are; see subunit2_time_is_dated */
	struct subunit2_time start, stop;
	int64_t length_ns; /* sum over the cases */
};

/* Widens the time of TOTALS to include START and STOP. Times without a date count only until a time
 * with a date comes. */
void case_totals_widen(struct case_totals *totals, struct subunit2_time start,
                       struct subunit2_time stop);

/* Adds OTHER, the totals of a part. */
void case_totals_add(struct case_totals *totals, const struct case_totals *other);

#endif
