/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subtests.h"

/* Opens levels up to COLUMN, which is STEPS above level AT. */
static int
tap_subtests_open_bare(struct tap_levels *levels, size_t at, size_t steps, size_t column)
{
	int result = tap_levels_close(levels, at);
	for (size_t i = 1; !result && i <= steps; i++) {
		size_t here = column - (steps - i) * TAP_STEP_COLUMNS;
		result = tap_levels_open(levels, here, (struct tap_fact){0});
	}
	return result;
}

int
tap_subtests_enter(struct tap_grammar *grammar, const struct tap_here *here, size_t *at)
{
	struct tap_levels *levels = &grammar->levels;
	const struct tap_line *line = here->line;
	size_t column = here->column;
	size_t found = tap_levels_find(levels, column);
	struct tap_level *level = &levels->at[found];
	*at = TAP_NO_LEVEL;
	if (level->column == column) {
		level->begun = level->begun || tap_line_begins_tap(line);
		if (level->begun)
			*at = found;
		return 0;
	}
	/* A console's other output is full of numbers, and indented at will. */
	bool bare = line->kind == TAP_RESULT && !line->has_number && !levels->ktap &&
	            column < TAP_COLUMN_COMMENT;
	size_t steps = tap_levels_steps(levels, found, column);
	if (!steps || found + steps >= TAP_LEVELS_MAX || !(bare || tap_line_begins_tap(line)))
		return 0;
	*at = found + steps;
	return tap_subtests_open_bare(levels, found, steps, column);
}

/* Gives the name to the level of the line, if that is new and has no name; else to the next
 * level. */
int
tap_subtests_on_name(struct tap_grammar *grammar, struct tap_here *here)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_bytes name = here->line->description.name;
	size_t column = here->column, at = tap_levels_find(levels, column);
	struct tap_level *level = &levels->at[at];
	bool within = level->column == column;
	size_t steps = within ? 0 : tap_levels_steps(levels, at, column);
	if (at + 1 + steps >= TAP_LEVELS_MAX || (!within && !steps))
		return 0;
	grammar->seen = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	here->taken = TAP_TAKEN;
	if (within && at == levels->newest && at > 0 && !level->named && !level->announced &&
	    tap_plan_is_clear(&level->plan)) {
		level->named = name.len;
		level->announced = !name.len;
		return tap_grammar_emit_bytes(grammar, name.len ? TAP_FACT_NAME : TAP_FACT_STEP,
		                              name);
	}
	int result =
		steps > 1 ? tap_subtests_open_bare(levels, at, steps - 1, column - TAP_STEP_COLUMNS)
			  : tap_levels_close(levels, at);
	if (result)
		return result;
	return tap_levels_open(levels, within ? TAP_COLUMN_UNKNOWN : column,
	                       (struct tap_fact){.bytes = name});
}

int
tap_subtests_on_selftest(struct tap_grammar *grammar, struct tap_here *here)
{
	struct tap_levels *levels = &grammar->levels;
	if (here->line->indent)
		return 0;
	here->taken = TAP_TAKEN;
	grammar->before = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	int result = tap_levels_close(levels, 0);
	if (!result)
		result = tap_levels_open(levels, TAP_COLUMN_COMMENT,
		                         (struct tap_fact){.bytes = here->line->description.name});
	tap_levels_newest(levels)->begun = false;
	return result;
}

int
tap_subtests_on_open(struct tap_grammar *grammar, struct tap_here *here)
{
	size_t at = grammar->diagnosed;
	if (at == TAP_NO_LEVEL || at + 1 == TAP_LEVELS_MAX ||
	    grammar->levels.at[at].column != here->column)
		return 0;
	here->taken = TAP_TAKEN;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_levels_open(&grammar->levels, TAP_COLUMN_UNKNOWN,
	                       (struct tap_fact){.of_result = true});
}

int
tap_subtests_on_close(struct tap_grammar *grammar, struct tap_here *here)
{
	struct tap_levels *levels = &grammar->levels;
	for (size_t at = levels->newest; at > 0; at--) {
		if (!levels->at[at].braced || levels->at[at - 1].column != here->column)
			continue;
		here->taken = TAP_TAKEN;
		grammar->diagnosed = TAP_NO_LEVEL;
		return tap_levels_close(levels, at - 1);
	}
	return 0;
}
