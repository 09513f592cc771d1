#include "levels.h"

void
tap_levels_init(struct tap_levels *levels, tap_fact_function *tell, void *context)
{
	levels->tell = tell;
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
	level->named = fact.bytes.data || fact.of_result;
	level->braced = fact.of_result;
	level->begun = true;
	level->strict = parent->strict;
	level->had_text = false;
	tap_plan_clear(&level->plan);

	fact.kind = TAP_FACT_OPEN;
	fact.number = tap_plan_next(&parent->plan);
	return levels->tell(levels->context, &fact);
}

static int
tell_fault(struct tap_levels *levels, const char *text, size_t len)
{
	struct tap_fact fact = {.kind = TAP_FACT_FAULT, .bytes = {text, len}};
	return levels->tell(levels->context, &fact);
}

int
tap_levels_faults(struct tap_levels *levels, bool complete)
{
	static const char strict[] = "output that is not TAP, under pragma +strict";
	char text[TAP_FAULTS_MAX];
	const struct tap_level *level = tap_levels_newest(levels);
	bool required = levels->newest == 0 && !levels->ktap;
	size_t len = tap_plan_faults(&level->plan, complete && !levels->cut_short, required, text);
	int result = len ? tell_fault(levels, text, len) : 0;
	if (!result && level->had_text)
		result = tell_fault(levels, strict, sizeof(strict) - 1);
	return result;
}

int
tap_levels_close(struct tap_levels *levels, size_t keep)
{
	static const char missing[] = "its own result is missing";
	static const struct tap_fact closed = {.kind = TAP_FACT_CLOSE};
	int result = 0;
	while (!result && levels->newest > keep) {
		const struct tap_level *level = tap_levels_newest(levels);
		bool orphan = !level->braced && !tap_plan_is_clear(&level->plan);
		result = tap_levels_faults(levels, true);
		if (!result && orphan && !levels->cut_short)
			result = tell_fault(levels, missing, sizeof(missing) - 1);
		if (!result)
			result = levels->tell(levels->context, &closed);
		levels->newest--;
	}
	return result;
}

int
tap_levels_close_for(struct tap_levels *levels, size_t keep, bool *closed)
{
	*closed = levels->newest > keep && !levels->at[keep + 1].braced;
	int result = tap_levels_close(levels, *closed ? keep + 1 : keep);
	if (result || !*closed)
		return result;
	result = tap_levels_faults(levels, true);
	levels->newest--;
	return result;
}

size_t
tap_levels_find(struct tap_levels *levels, size_t column)
{
	size_t at = levels->newest;
	struct tap_level *level = tap_levels_newest(levels);
	if (level->column == TAP_COLUMN_UNKNOWN && column > level[-1].column &&
	    (column >= TAP_COLUMN_COMMENT) == (level[-1].column >= TAP_COLUMN_COMMENT))
		level->column = column;
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
tap_levels_in_comment(const struct tap_levels *levels)
{
	for (size_t at = levels->newest; at > 0; at--)
		if (levels->at[at].column >= TAP_COLUMN_COMMENT &&
		    levels->at[at].column != TAP_COLUMN_UNKNOWN)
			return true;
	return false;
}
