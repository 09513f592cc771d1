/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "grammar.h"

#include "comments.h"
#include "counted.h"
#include "documents.h"
#include "producers.h"
#include "results.h"
#include "subtests.h"
#include "yaml.h"

void
tap_grammar_init(struct tap_grammar *grammar, struct tap_rules rules, tap_fact_function *emit,
                 void *context)
{
	tap_levels_init(&grammar->levels, emit, context);
	grammar->begun = rules.declared;
	grammar->automake = rules.automake;
	grammar->saved = rules.saved;
	grammar->declared_ktap = grammar->before = grammar->levels.ktap = rules.ktap;
	grammar->seen = grammar->last_failed = grammar->numbered = false;
	grammar->proved = grammar->parted = false;
	grammar->boot = 1;
	grammar->diagnosed = TAP_NO_LEVEL;
	grammar->in_message = grammar->announced = grammar->glib = false;
	grammar->position = TAP_NO_LINES;
	grammar->yaml_column = 0;
	grammar->opening.at = TAP_NO_LEVEL;
}

bool
tap_grammar_needs_whole_line(const struct tap_grammar *grammar, struct tap_bytes part)
{
	return grammar->yaml_column ||
	       (tap_is_space(*part.data) && tap_grammar_may_be_message(grammar));
}

bool
tap_grammar_is_output(const struct tap_grammar *grammar, const struct tap_line *line)
{
	if (grammar->yaml_column || grammar->opening.at != TAP_NO_LEVEL || line->kind == TAP_BLANK)
		return false;
	if (line->indent && tap_grammar_may_be_message(grammar))
		return false;
	if (line->kind == TAP_TEXT)
		return true;
	/* Comments that come first are held for their result anyway. */
	return line->kind == TAP_COMMENT && !tap_grammar_comments_first(grammar);
}

static int
tap_grammar_on_pragma(struct tap_grammar *grammar, struct tap_here *here)
{
	struct tap_levels *levels = &grammar->levels;
	size_t at = tap_levels_find(levels, here->column);
	if (levels->at[at].column != here->column)
		return 0;
	here->taken = TAP_TAKEN;
	grammar->diagnosed = TAP_NO_LEVEL;
	for (struct tap_bytes rest = here->line->list; rest.len; rest = tap_skip(rest, 1))
		if (tap_starts(rest, "+strict") || tap_starts(rest, "-strict"))
			levels->at[at].strict = *rest.data == '+';
	return tap_grammar_emit_bytes(grammar, TAP_FACT_STEP, (struct tap_bytes){NULL, 0});
}

static int
tap_grammar_on_bail_out(struct tap_grammar *grammar, struct tap_here *here)
{
	here->taken = TAP_TAKEN;
	grammar->seen = grammar->levels.cut_short = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_grammar_emit_bytes(grammar, TAP_FACT_BAIL_OUT, here->line->description.reason);
}

/* Reads a line by its kind. */
static int
tap_grammar_on_kind(struct tap_grammar *grammar, struct tap_here *here)
{
	switch (here->line->kind) {
	case TAP_RESULT:
	case TAP_PLAN:
	case TAP_VERSION:
		return tap_counted_on_line(grammar, here);
	case TAP_COMMENT:
		return tap_comments_on_line(grammar, here);
	case TAP_SUBTEST:
		return tap_subtests_on_name(grammar, here);
	case TAP_SELFTEST:
		return tap_subtests_on_selftest(grammar, here);
	case TAP_PRAGMA:
		return tap_grammar_on_pragma(grammar, here);
	case TAP_BAIL_OUT:
		return tap_grammar_on_bail_out(grammar, here);
	case TAP_YAML:
		return tap_yaml_open(grammar, here);
	case TAP_OPEN:
		return tap_subtests_on_open(grammar, here);
	case TAP_CLOSE:
		return tap_subtests_on_close(grammar, here);
	case TAP_BLANK:
	case TAP_TEXT:
		break;
	}
	return 0;
}

/* Reads a line of TAP. */
static int
tap_grammar_on_line(struct tap_grammar *grammar, struct tap_here *here)
{
	const struct tap_line *line = here->line;
	here->column = line->indent < TAP_COLUMN_COMMENT ? line->indent : TAP_COLUMN_COMMENT - 1;
	if (grammar->yaml_column) {
		int result = tap_yaml_on_line(grammar, here);
		if (result || here->taken != TAP_DECLINED)
			return result;
	}
	/* A line after a console's prefix may have lost its indentation, so it is no message. */
	if (line->kind == TAP_BLANK || (line->indent && tap_is_space(*here->raw.data))) {
		if (tap_comments_is_message(grammar, here))
			return tap_comments_on_message(grammar, here);
	} else {
		grammar->in_message = false;
	}
	return tap_grammar_on_kind(grammar, here);
}

/* Returns true if a result at the start of a line must be one of the script itself, because no line
 * before it changes its meaning. */
static inline bool
tap_grammar_expects_result(const struct tap_grammar *grammar)
{
	return grammar->levels.newest == 0 && grammar->position == TAP_AFTER_LINES &&
	       grammar->opening.at == TAP_NO_LEVEL && grammar->begun && !grammar->yaml_column &&
	       !grammar->proved && !grammar->parted;
}

int
tap_grammar_line(struct tap_grammar *grammar, struct tap_here *here)
{
	const struct tap_line *line = here->line;
	int result = 0;
	/* Most lines are such results: read here, each takes 110 of 2,000 instructions less. */
	if (line->kind == TAP_RESULT && !line->indent && here->level == TAP_NO_LEVEL &&
	    tap_grammar_expects_result(grammar)) {
		here->taken = TAP_TAKEN;
		grammar->seen = true;
		return tap_results_on_line(grammar, here, 0);
	}
	here->taken = TAP_DECLINED;
	if (grammar->position != TAP_AFTER_LINES)
		result = tap_producers_look(grammar, line);
	if (!result && grammar->opening.at != TAP_NO_LEVEL)
		result = tap_results_end_opening(grammar, line);
	if (result || tap_documents_is_prove_line(grammar, line))
		return result ? result : tap_documents_end(grammar);
	if (grammar->begun)
		result = tap_grammar_on_line(grammar, here);
	if (here->taken != TAP_DECLINED || line->kind == TAP_BLANK)
		return result;
	grammar->diagnosed = TAP_NO_LEVEL;
	struct tap_level *level = tap_levels_newest(&grammar->levels);
	level->had_text |= level->strict;
	grammar->parted |= grammar->levels.newest == 0 && tap_plan_is_reached(&level->plan);
	return result;
}

int
tap_grammar_finish(struct tap_grammar *grammar)
{
	static const char empty[] = "no tests";
	static const char unclosed[] = "the output ends before the } of a subtest";
	static const char in_yaml[] = "the output ends before the ... of a YAML block";
	struct tap_levels *levels = &grammar->levels;
	int result = tap_results_end_opening(grammar, NULL);
	bool broke_off = !levels->cut_short && tap_levels_in_braces(levels);
	if (!result)
		result = tap_levels_close(levels, 0);
	if (!result && broke_off)
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){unclosed, sizeof(unclosed) - 1});
	if (!result && grammar->yaml_column)
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){in_yaml, sizeof(in_yaml) - 1});
	bool ended = grammar->proved && tap_plan_is_clear(&levels->at[0].plan);
	if (!result && grammar->begun && !ended)
		result = tap_levels_faults(levels, true);
	if (!result && levels->ktap && tap_plan_is_clear(&levels->at[0].plan))
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){empty, sizeof(empty) - 1});
	return result;
}
