/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "comments.h"

#include "nested.h"

/* Returns whether LINE, a comment, stands in a subtest that has no results yet. */
static bool
tap_comments_is_of_subtest(struct tap_grammar *grammar, const struct tap_line *line)
{
	struct tap_levels *levels = &grammar->levels;
	const struct tap_level *level = tap_levels_newest(levels);
	return levels->newest > 0 && !level->plan.count && line->indent > level[-1].column &&
	       tap_levels_find(levels, line->indent) == levels->newest;
}

int
tap_comments_on_line(struct tap_grammar *grammar, struct tap_here *here)
{
	int result = tap_nested_on_comment(grammar, here);
	if (result || here->taken != TAP_DECLINED)
		return result;
	here->taken = TAP_TAKEN_COMMENT;
	struct tap_fact fact = {
		.kind = TAP_FACT_COMMENT,
		.bytes = tap_line_to_end(here->raw, here->line->body.data),
		.ends = tap_line_is_complete(here->raw),
		.before = tap_grammar_comments_first(grammar) || grammar->announced ||
	                  grammar->position == TAP_AFTER_COMMENT ||
	                  tap_comments_is_of_subtest(grammar, here->line),
		.raw = here->raw,
	};
	return tap_grammar_emit(grammar, &fact);
}

/* Emits a line of a message, with its indentation. */
int
tap_comments_on_message(struct tap_grammar *grammar, struct tap_here *here)
{
	here->taken = TAP_TAKEN_COMMENT;
	grammar->in_message = true;
	struct tap_fact fact = {
		.kind = TAP_FACT_COMMENT,
		.bytes = tap_line_to_end(here->raw, here->line->text.data),
		.ends = tap_line_is_complete(here->raw),
		.raw = here->raw,
	};
	return tap_grammar_emit(grammar, &fact);
}

/* Returns whether HERE is no TAP where it stands. */
static bool
tap_comments_is_misplaced(struct tap_grammar *grammar, const struct tap_here *here)
{
	switch (here->line->kind) {
	case TAP_TEXT:
	case TAP_OPEN:
	case TAP_CLOSE:
	case TAP_PRAGMA:
		return true;
	case TAP_RESULT:
	case TAP_PLAN:
	case TAP_VERSION:
	case TAP_SUBTEST:
		return !tap_levels_steps(&grammar->levels, grammar->diagnosed, here->column);
	default:
		return false;
	}
}

bool
tap_comments_is_message(struct tap_grammar *grammar, const struct tap_here *here)
{
	enum tap_line_kind kind = here->line->kind;
	if (grammar->diagnosed == TAP_NO_LEVEL ||
	    (kind != TAP_BLANK && here->column <= grammar->levels.at[grammar->diagnosed].column)) {
		grammar->in_message = false;
		return false;
	}
	if (grammar->in_message)
		return kind != TAP_BAIL_OUT;
	return kind != TAP_BLANK && tap_grammar_may_be_message(grammar) &&
	       tap_comments_is_misplaced(grammar, here);
}
