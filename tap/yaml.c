/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "yaml.h"

#include "duration.h"

/* Returns whether HERE is TAP that ends a block, and not a line of a YAML string that is indented
 * less. */
static bool
tap_yaml_is_tap(struct tap_grammar *grammar, const struct tap_here *here)
{
	struct tap_levels *levels = &grammar->levels;
	const struct tap_line *line = here->line;
	if (here->column >= grammar->yaml_column ||
	    here->column != levels->at[tap_levels_find(levels, here->column)].column)
		return false;
	switch (line->kind) {
	case TAP_RESULT:
		/* If tests have numbers, "ok then" is a line of a string. */
		return !line->ok || line->has_number || line->description.dashed ||
		       !line->description.name.len || !grammar->numbered;
	case TAP_VERSION:
	case TAP_PLAN:
	case TAP_SUBTEST:
	case TAP_SELFTEST:
	case TAP_BAIL_OUT:
	case TAP_PRAGMA:
	case TAP_CLOSE:
		return true;
	default:
		return false;
	}
}

int
tap_yaml_on_line(struct tap_grammar *grammar, struct tap_here *here)
{
	const struct tap_line *line = here->line;
	struct tap_fact fact = {
		.kind = TAP_FACT_YAML,
		.ends = tap_line_is_complete(here->raw),
		.raw = here->raw,
		.duration_ns = TAP_NO_DURATION,
	};
	bool aligned = line->indent == grammar->yaml_column;
	bool ends = aligned && line->body.len == 3 && tap_starts(line->body, "...");
	if (ends || tap_yaml_is_tap(grammar, here)) {
		grammar->yaml_column = 0;
		here->taken = ends ? TAP_TAKEN : TAP_DECLINED;
		return ends ? tap_grammar_emit(grammar, &fact) : 0;
	}
	fact.bytes = tap_line_to_end(here->raw, line->text.data);
	fact.bytes = tap_line_skip_columns(fact.bytes, grammar->yaml_column);
	if (aligned)
		fact.duration_ns = tap_duration_yaml(fact.bytes);
	here->taken = TAP_TAKEN_YAML;
	return tap_grammar_emit(grammar, &fact);
}

int
tap_yaml_open(struct tap_grammar *grammar, struct tap_here *here)
{
	if (grammar->diagnosed == TAP_NO_LEVEL ||
	    here->line->indent <= grammar->levels.at[grammar->diagnosed].column)
		return 0;
	here->taken = TAP_TAKEN;
	grammar->yaml_column = here->line->indent;
	struct tap_fact fact = {
		.kind = TAP_FACT_YAML,
		.opens = true,
		.raw = here->raw,
		.duration_ns = TAP_NO_DURATION,
	};
	return tap_grammar_emit(grammar, &fact);
}
