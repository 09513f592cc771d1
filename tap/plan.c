/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define GAPS_SHOWN 4

void
tap_plan_clear(struct tap_plan *plan)
{
	plan->planned = plan->trailing = false;
	plan->total = plan->count = plan->newest = plan->plans = plan->sum = 0;
	plan->second = plan->repeated = plan->outside = plan->late = false;
	tap_numbers_clear(&plan->seen);
	tap_numbers_clear(&plan->todo);
}

/* "2 3 5-7" */
static void
tap_plan_read_todo(struct tap_numbers *todo, struct tap_bytes list)
{
	while (list.len) {
		uint64_t first, last;
		if (!tap_number_read(&list, &first)) {
			list = tap_skip(list, 1);
			continue;
		}
		last = first;
		if (tap_starts(list, "-")) {
			list = tap_skip(list, 1);
			tap_number_read(&list, &last);
		}
		if (last >= first)
			tap_numbers_add(todo, first, last);
	}
}

void
tap_plan_set(struct tap_plan *plan, const struct tap_line *line)
{
	plan->plans++;
	plan->sum += line->number <= UINT64_MAX - plan->sum ? line->number : 0;
	if (plan->planned) {
		plan->second = true;
		return;
	}
	plan->planned = true;
	plan->trailing = plan->count > 0;
	plan->total = line->number;
	tap_plan_read_todo(&plan->todo, line->list);
}

uint64_t
tap_plan_count(struct tap_plan *plan, const struct tap_line *line)
{
	uint64_t number = line->has_number ? line->number : tap_plan_next(plan);
	plan->count++;
	plan->newest = number;
	if (!tap_numbers_add_one(&plan->seen, number) && !plan->repeated) {
		plan->repeated = true;
		plan->first_repeated = number;
	}
	if (plan->planned && plan->trailing && !plan->late) {
		plan->late = true;
		plan->first_late = number;
	}
	bool outside = number == 0 || (plan->planned && number > plan->total);
	if (outside && !plan->outside) {
		plan->outside = true;
		plan->first_outside = number;
	}
	return number;
}

struct writer {
	char *text;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void
tap_plan_add_clause(struct writer *writer, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	size_t room = TAP_FAULTS_MAX - writer->len;
	int len = vsnprintf(writer->text + writer->len, room, format, values);
	va_end(values);
	writer->len += (size_t)len < room ? (size_t)len : room - 1;
}

static const char *
tap_plan_between(const struct writer *writer)
{
	return writer->len ? "; " : "";
}

static void
tap_plan_add_missing(struct writer *writer, const struct tap_plan *plan)
{
	const char *first = writer->len ? "; missing: " : "missing: ";
	struct tap_range gap = {0, 0};
	for (int i = 0; gap.last < plan->total && !plan->seen.lossy; i++) {
		if (!tap_numbers_gap(&plan->seen, gap.last + 1, plan->total, &gap))
			return;
		if (i == GAPS_SHOWN) {
			tap_plan_add_clause(writer, " …");
			return;
		}
		tap_plan_add_clause(writer, "%s%" PRIu64, i ? ", " : first, gap.first);
		if (gap.last > gap.first)
			tap_plan_add_clause(writer, "-%" PRIu64, gap.last);
	}
}

/* Sets *NUMBER to that of a test outside the plan. A plan at the end may exclude tests that came
 * before it. Returns false if all tests are within the plan. */
static bool
tap_plan_find_outside(const struct tap_plan *plan, uint64_t *number)
{
	*number = plan->first_outside;
	if (plan->outside || !plan->planned || !plan->seen.count)
		return plan->outside;
	const struct tap_range *newest = &plan->seen.ranges[plan->seen.count - 1];
	*number = newest->first > plan->total ? newest->first : plan->total + 1;
	return newest->last > plan->total;
}

/* Returns whether PLAN is that of several scripts which wrote side by side, as under
 * `make -j`, or in turn without other output: each has its plan, and their numbers begin at 1. */
static bool
tap_plan_is_mixed(const struct tap_plan *plan)
{
	return plan->second && plan->repeated && plan->first_repeated == 1;
}

/* Adds the fault of mixed scripts, with the sums of their plans and tests. */
static void
tap_plan_add_mixed(struct writer *writer, const struct tap_plan *plan)
{
	tap_plan_add_clause(writer,
	                    "planned %" PRIu64 " in %" PRIu64 " plans, ran %" PRIu64
	                    "; the TAP of several scripts can be separated only if other output, "
	                    "such as their names, stands between them; make -j needs -O",
	                    plan->sum, plan->plans, plan->count);
}

size_t
tap_plan_faults(const struct tap_plan *plan, bool complete, bool required,
                char text[TAP_FAULTS_MAX])
{
	struct writer writer = {text, 0};
	uint64_t number;
	if (tap_plan_is_mixed(plan)) {
		tap_plan_add_mixed(&writer, plan);
		return writer.len;
	}
	if (!plan->planned && complete && required)
		tap_plan_add_clause(&writer, "no plan");
	if (plan->planned && (complete ? plan->count != plan->total : plan->count > plan->total))
		tap_plan_add_clause(&writer, "planned %" PRIu64 ", ran %" PRIu64, plan->total,
		                    plan->count);
	if (plan->planned && complete)
		tap_plan_add_missing(&writer, plan);
	if (tap_plan_find_outside(plan, &number))
		tap_plan_add_clause(&writer, "%stest %" PRIu64 " is outside the plan",
		                    tap_plan_between(&writer), number);
	if (plan->repeated)
		tap_plan_add_clause(&writer, "%stest number %" PRIu64 " is repeated",
		                    tap_plan_between(&writer), plan->first_repeated);
	if (plan->late)
		tap_plan_add_clause(&writer, "%stest %" PRIu64 " came after the plan at the end",
		                    tap_plan_between(&writer), plan->first_late);
	if (plan->second)
		tap_plan_add_clause(&writer, "%sa second plan", tap_plan_between(&writer));
	return writer.len;
}
