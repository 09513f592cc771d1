/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_change.h"

#include <string.h>

#define SLOWER_LEAST_NS 100000000 /* differences of shorter tests are noise */

const char *
test_change_name(enum test_change change)
{
	static const char *const names[TEST_CHANGES] = {
		[TEST_CHANGE_FAILING] = "newly failing",
		[TEST_CHANGE_UNFINISHED] = "newly unfinished",
		[TEST_CHANGE_FIXED] = "fixed",
		[TEST_CHANGE_SKIPPED] = "newly skipped",
		[TEST_CHANGE_TODO] = "newly todo",
		[TEST_CHANGE_NOT_RUN] = "not run",
		[TEST_CHANGE_ADDED] = "added",
		[TEST_CHANGE_GONE] = "gone",
		[TEST_CHANGE_SLOWER] = "slower",
	};
	return names[change];
}

static bool
test_change_is_slower(const struct test_result *old, const struct test_result *new, double factor)
{
	return old->ns >= 0 && new->ns >= SLOWER_LEAST_NS &&
	       (double)new->ns > factor *(double)old->ns;
}

static bool
test_change_was_run(const struct test_result *old)
{
	return old->status != SUBUNIT2_STATUS_SKIP && old->status != SUBUNIT2_STATUS_EXISTS;
}

/* The same for a test that both runs have and that does not fail in the new one. */
static enum test_change
test_change_of_good(const struct test_result *old, const struct test_result *new, double factor)
{
	if (new->status == SUBUNIT2_STATUS_EXISTS)
		return old->status == SUBUNIT2_STATUS_EXISTS ? TEST_CHANGE_NONE
		                                             : TEST_CHANGE_NOT_RUN;
	if (new->status == SUBUNIT2_STATUS_SKIP)
		return test_change_was_run(old) ? TEST_CHANGE_SKIPPED : TEST_CHANGE_NONE;
	if (test_result_is_bad(old))
		return new->status == SUBUNIT2_STATUS_XFAIL ? TEST_CHANGE_TODO : TEST_CHANGE_FIXED;
	return test_change_is_slower(old, new, factor) ? TEST_CHANGE_SLOWER : TEST_CHANGE_NONE;
}

enum test_change
test_change_of(const struct test_result *old, const struct test_result *new, double factor)
{
	if (!new)
		return TEST_CHANGE_GONE;
	if (!test_result_is_bad(new))
		return old ? test_change_of_good(old, new, factor) : TEST_CHANGE_ADDED;
	if (!old || !test_result_is_bad(old))
		return TEST_CHANGE_FAILING;
	return new->status == SUBUNIT2_STATUS_INPROGRESS &&new->status != old->status
	               ? TEST_CHANGE_UNFINISHED
	               : TEST_CHANGE_NONE;
}

/* Returns whether the test of RESULT may have run at LABEL: there, or at a place without a label.
 */
static bool
test_change_is_at(const struct test_result *result, const char *label)
{
	return !label || !result->label || strcmp(result->label, label) == 0;
}

const struct test_result *
test_change_other_result(const struct test_results *results, const struct test_result *result)
{
	struct subunit2_view id = {result->id, result->id_len};
	const struct test_result *whole = test_results_find(results, id);
	const char *label = test_result_label(result);
	if (!whole || !(whole->split || result->at_place))
		return whole;
	const struct test_result *place = test_results_find_at(results, id, label);
	if (whole->split && label)
		return place || !whole->is_unplaced ? place : whole;
	return test_change_is_at(whole, label) ? whole : NULL;
}
