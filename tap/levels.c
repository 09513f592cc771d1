/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "levels.h"

void
tap_levels_init(struct tap_levels *levels, tap_fact_function *emit, void *context)
{
	levels->emit = emit;
	levels->context = context;
	levels->ktap = levels->cut_short = false;
	levels->newest = 0;
	levels->at[0] = (struct tap_level){.named = true, .begun = true};
}

int
tap_levels_open(struct tap_levels *levels, size_t column, struct tap_fact fact)
{
	const struct tap_level *parent = tap_levels_newest(levels);
	levels->newest++;
	struct tap_level *level = tap_levels_newest(levels);
	level->column = column;
	level->named = fact.bytes.len || fact.of_result;
	level->announced = fact.bytes.data && !level->named;
	level->versioned = false;
	level->has_later = level->has_more_later = false;
	level->braced = fact.of_result;
	level->begun = true;
	level->strict = parent->strict;
	level->had_text = false;
	tap_plan_clear(&level->plan);

	fact.kind = TAP_FACT_OPEN;
	fact.number = tap_plan_next(&parent->plan);
	return levels->emit(levels->context, &fact);
}

static int
tap_levels_emit_fault(struct tap_levels *levels, const char *text, size_t len)
{
	struct tap_fact fact = {.kind = TAP_FACT_FAULT, .bytes = {text, len}};
	return levels->emit(levels->context, &fact);
}

int
tap_levels_faults(struct tap_levels *levels, bool complete)
{
	static const char strict[] = "output that is not TAP, under pragma +strict";
	char text[TAP_FAULTS_MAX];
	const struct tap_level *level = tap_levels_newest(levels);
	bool required = levels->newest == 0 && !levels->ktap;
	size_t len = tap_plan_faults(&level->plan, complete && !levels->cut_short, required, text);
	int result = len ? tap_levels_emit_fault(levels, text, len) : 0;
	if (!result && level->had_text)
		result = tap_levels_emit_fault(levels, strict, sizeof(strict) - 1);
	return result;
}

/* Counts the plans that came while a subtest was open, if the subtest had no result of its own. */
static void
tap_levels_count_later_plans(struct tap_level *level)
{
	struct tap_plan *plan = &level->plan;
	plan->second |= level->has_later && (plan->planned || level->has_more_later);
	if (level->has_later && !plan->planned) {
		plan->planned = true;
		plan->trailing = plan->count > 0;
		plan->total = level->later;
	}
	level->has_later = level->has_more_later = false;
}

int
tap_levels_close(struct tap_levels *levels, size_t keep)
{
	int result = 0;
	while (!result && levels->newest > keep) {
		const struct tap_level *level = tap_levels_newest(levels);
		struct tap_fact closed = {
			.kind = TAP_FACT_CLOSE,
			.orphan = !level->braced && !tap_plan_is_clear(&level->plan) &&
		                  !levels->cut_short,
			/* Beside results at the left, an indented one may be quoted output. */
			.bare = !level->named && !level->announced && !level->versioned &&
		                (levels->newest > 1 || levels->at[0].plan.count > 0),
		};
		if (!closed.orphan || !closed.bare)
			result = tap_levels_faults(levels, true);
		if (!result)
			result = levels->emit(levels->context, &closed);
		levels->newest--;
		tap_levels_count_later_plans(tap_levels_newest(levels));
	}
	return result;
}

int
tap_levels_close_open(struct tap_levels *levels, size_t keep, bool *closed)
{
	*closed = !levels->at[keep + 1].braced;
	int result = tap_levels_close(levels, *closed ? keep + 1 : keep);
	if (result || !*closed)
		return result;
	result = tap_levels_faults(levels, true);
	levels->newest--;
	levels->at[keep].has_later = levels->at[keep].has_more_later = false;
	return result;
}

size_t
tap_levels_steps(const struct tap_levels *levels, size_t at, size_t column)
{
	size_t parent = levels->at[at].column;
	if (column <= parent)
		return 0;
	if (column / TAP_COLUMN_COMMENT != parent / TAP_COLUMN_COMMENT)
		return 1;
	size_t columns = column - parent;
	if (levels->ktap || column >= TAP_COLUMN_COMMENT)
		return columns % (TAP_STEP_COLUMNS / 2) ? 0 : 1;
	return columns % TAP_STEP_COLUMNS ? 0 : columns / TAP_STEP_COLUMNS;
}

bool
tap_levels_in_subtest(const struct tap_levels *levels, size_t at)
{
	return levels->newest > at && !levels->at[at + 1].braced &&
	       (levels->newest > at + 1 || !tap_plan_is_clear(&levels->at[at + 1].plan));
}

size_t
tap_levels_find(struct tap_levels *levels, size_t column)
{
	size_t at = levels->newest;
	struct tap_level *level = tap_levels_newest(levels);
	if (level->column == TAP_COLUMN_UNKNOWN &&
	    column / TAP_COLUMN_COMMENT == level[-1].column / TAP_COLUMN_COMMENT) {
		size_t steps = tap_levels_steps(levels, at - 1, column);
		if (steps == 1)
			level->column = column;
		else if (steps)
			level->column = level[-1].column + TAP_STEP_COLUMNS;
	}
	while (at > 0 && levels->at[at].column > column)
		at--;
	return at;
}

size_t
tap_levels_expecting(const struct tap_levels *levels, uint64_t number)
{
	for (size_t at = levels->newest + 1; at-- > 0;) {
		const struct tap_plan *plan = &levels->at[at].plan;
		if (levels->at[at].column < TAP_COLUMN_COMMENT && tap_plan_next(plan) == number &&
		    (!plan->planned || number <= plan->total))
			return at;
	}
	return TAP_NO_LEVEL;
}

bool
tap_levels_in_braces(const struct tap_levels *levels)
{
	for (size_t at = levels->newest; at > 0; at--)
		if (levels->at[at].braced)
			return true;
	return false;
}
