/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/summary.h>

#include "failures.h"
#include "testset.h"

#include <stdlib.h>

struct subunit2_summary {
	struct subunit2_sink sink;
	struct subunit2_summary_result result;
	struct testset open;
	bool keeps_failures;
	struct failures failures;
};

/* Widen the range of times to TIME. The first time with a date replaces a range without one. After
 * that, ignore times without a date, which are near 1970. */
static void
summary_count_time(struct subunit2_summary_result *result, struct subunit2_time time)
{
	bool dated = subunit2_time_is_dated(time);
	bool anew = !result->has_time || (dated && !subunit2_time_is_dated(result->start));

	if (!anew && !dated && subunit2_time_is_dated(result->start))
		return;
	if (anew || subunit2_time_compare(time, result->start) < 0)
		result->start = time;
	if (anew || subunit2_time_compare(time, result->stop) > 0)
		result->stop = time;
	result->has_time = true;
}

static struct subunit2_counts *
summary_counts_of(struct subunit2_summary_result *result, unsigned flags)
{
	return flags & TESTSET_RUNNABLE ? &result->scripts : &result->assertions;
}

static void
summary_count_final(struct subunit2_counts *counts, enum subunit2_status status)
{
	switch (status) {
	case SUBUNIT2_STATUS_SUCCESS:
		counts->passed++;
		break;
	case SUBUNIT2_STATUS_UXSUCCESS:
		counts->unexpected++;
		break;
	case SUBUNIT2_STATUS_SKIP:
		counts->skipped++;
		break;
	case SUBUNIT2_STATUS_FAIL:
		counts->failed++;
		break;
	default: /* xfail, the last of the final statuses */
		counts->todo++;
		break;
	}
}

static bool
summary_is_damage(const struct subunit2_event *event)
{
	return event->status == SUBUNIT2_STATUS_FAIL &&
	       subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser"));
}

static enum subunit2_result
summary_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct subunit2_summary *summary = (struct subunit2_summary *)self;
	unsigned flags = event->runnable ? TESTSET_RUNNABLE : 0;

	if (event->has_timestamp)
		summary_count_time(&summary->result, event->timestamp);
	if (!subunit2_view_present(event->test_id) || event->status == SUBUNIT2_STATUS_NONE)
		return SUBUNIT2_E_OK;
	if (summary->keeps_failures) {
		enum subunit2_result result = failures_event(&summary->failures, event, error);

		if (result != SUBUNIT2_E_OK)
			return result;
	}

	if (subunit2_status_is_final(event->status)) {
		flags |= testset_take(&summary->open, event);
		if (summary_is_damage(event))
			summary->result.damaged++;
		else
			summary_count_final(summary_counts_of(&summary->result, flags),
			                    event->status);
		return SUBUNIT2_E_OK;
	}
	if (event->status == SUBUNIT2_STATUS_INPROGRESS)
		flags |= TESTSET_BEGAN;
	if (!testset_add(&summary->open, event, flags))
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "summary", "out of memory");
	return SUBUNIT2_E_OK;
}

/* Count the open tests and remove them, so that a second finish counts nothing. */
static enum subunit2_result
summary_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct subunit2_summary *summary = (struct subunit2_summary *)self;
	struct testset *open = &summary->open;

	for (size_t i = 0; i < open->count; i++) {
		struct subunit2_counts *counts =
			summary_counts_of(&summary->result, open->slots[i] & TESTSET_FLAGS);

		if (!open->slots[i])
			continue;
		if (open->slots[i] & TESTSET_BEGAN)
			counts->unfinished++;
		else
			counts->listed++;
		open->slots[i] = 0;
	}
	open->used = 0;
	return summary->keeps_failures ? failures_finish(&summary->failures, error) : SUBUNIT2_E_OK;
}

static void
summary_free(struct subunit2_sink *self)
{
	(void)self; /* subunit2_summary_free frees the summary */
}

struct subunit2_summary *
subunit2_summary_new(void)
{
	struct subunit2_summary *summary = calloc(1, sizeof(*summary));

	if (!summary || !testset_init(&summary->open)) {
		free(summary);
		return NULL;
	}
	summary->sink = (struct subunit2_sink){summary_event, summary_finish, summary_free};
	return summary;
}

void
subunit2_summary_free(struct subunit2_summary *summary)
{
	if (!summary)
		return;
	testset_clear(&summary->open);
	failures_clear(&summary->failures);
	free(summary);
}

struct subunit2_sink *
subunit2_summary_sink(struct subunit2_summary *summary)
{
	return &summary->sink;
}

const struct subunit2_summary_result *
subunit2_summary_result(const struct subunit2_summary *summary)
{
	return &summary->result;
}

static bool
summary_is_clean(const struct subunit2_counts *counts)
{
	return !counts->failed && !counts->unexpected && !counts->unfinished;
}

static uint64_t
summary_run_or_skipped(const struct subunit2_counts *counts)
{
	return counts->passed + counts->skipped + counts->todo;
}

bool
subunit2_summary_is_good(const struct subunit2_summary_result *result, unsigned flags)
{
	bool empty_is_good = flags & SUBUNIT2_SUMMARY_EMPTY_IS_GOOD;
	if (result->damaged || !summary_is_clean(&result->scripts) ||
	    !summary_is_clean(&result->assertions))
		return false;
	return empty_is_good || summary_run_or_skipped(&result->scripts) +
	                                summary_run_or_skipped(&result->assertions);
}

enum subunit2_result
subunit2_summary_keep_failures(struct subunit2_summary *summary, size_t limit,
                               struct subunit2_error *error)
{
	if (!failures_init(&summary->failures, limit))
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "summary", "out of memory");
	summary->keeps_failures = true;
	return SUBUNIT2_E_OK;
}

size_t
subunit2_summary_failure_count(const struct subunit2_summary *summary)
{
	return summary->failures.count;
}

const struct subunit2_failure *
subunit2_summary_failure(const struct subunit2_summary *summary, size_t number)
{
	return &summary->failures.list[number];
}
