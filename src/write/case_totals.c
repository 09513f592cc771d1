/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "case_totals.h"

#include "duration.h"

void
case_totals_widen(struct case_totals *totals, struct subunit2_time start, struct subunit2_time stop)
{
	bool dated = subunit2_time_is_dated(start);
	bool was_dated = totals->has_time && totals->is_dated;
	bool anew = !totals->has_time || (dated && !was_dated);
	if (was_dated && !dated)
		return;
	totals->is_dated = dated;
	if (anew || subunit2_time_compare(start, totals->start) < 0)
		totals->start = start;
	if (anew || subunit2_time_compare(stop, totals->stop) > 0)
		totals->stop = stop;
	totals->has_time = true;
}

void
case_totals_add(struct case_totals *totals, const struct case_totals *other)
{
	totals->tests += other->tests;
	totals->failed += other->failed;
	totals->errors += other->errors;
	totals->skipped += other->skipped;
	totals->length_ns = duration_add(totals->length_ns, other->length_ns);
	if (other->has_time)
		case_totals_widen(totals, other->start, other->stop);
}
