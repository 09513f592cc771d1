/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "counted.h"

#include "documents.h"
#include "results.h"
#include "subtests.h"

static int
tap_counted_on_plan(struct tap_grammar *grammar, struct tap_here *here, size_t at)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_level *level = &levels->at[at];
	const struct tap_line *line = here->line;
	if (tap_levels_in_subtest(levels, at) && !levels->ktap &&
	    level->column < TAP_COLUMN_COMMENT) {
		level->has_more_later |= level->has_later;
		level->later = level->has_later ? level->later : line->number;
		level->has_later = true;
		here->taken = TAP_DECLINED;
		return 0;
	}
	bool skips = at == 0 && line->number == 0 && tap_plan_is_clear(&level->plan);
	int result = tap_levels_close(levels, at);
	tap_plan_set(&level->plan, line);
	struct tap_fact fact = {
		.kind = skips ? TAP_FACT_SKIP_ALL : TAP_FACT_STEP,
		.bytes = line->description.reason,
		.raw = here->raw,
	};
	return result ? result : tap_grammar_emit(grammar, &fact);
}

int
tap_counted_on_line(struct tap_grammar *grammar, struct tap_here *here)
{
	size_t at = here->level;
	int result = at == TAP_NO_LEVEL ? tap_subtests_enter(grammar, here, &at) : 0;
	if (result || at == TAP_NO_LEVEL)
		return result;
	here->taken = TAP_TAKEN;
	grammar->seen = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	if (at == 0 && grammar->parted)
		result = tap_documents_part(grammar, here->line);
	if (result)
		return result;
	if (here->line->kind == TAP_RESULT)
		return tap_results_on_line(grammar, here, at);
	if (here->line->kind == TAP_PLAN)
		return tap_counted_on_plan(grammar, here, at);
	return tap_documents_on_version(grammar, here, at);
}
