/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "documents.h"

#include "duration.h"
#include "prove.h"

int
tap_documents_end(struct tap_grammar *grammar)
{
	struct tap_levels *levels = &grammar->levels;
	int result = tap_levels_close(levels, 0);
	if (!result && !tap_plan_is_clear(&levels->at[0].plan))
		result = tap_levels_faults(levels, true);
	tap_plan_clear(&levels->at[0].plan);
	grammar->diagnosed = TAP_NO_LEVEL;
	grammar->parted = false;
	return result;
}

/* Returns whether LINE says that the script before it failed. */
static bool
tap_documents_says_failed(struct tap_bytes line)
{
	struct tap_line read;
	tap_line_read(&read, line);
	return tap_prove_failed(read.text);
}

int
tap_documents_on_text(struct tap_grammar *grammar, struct tap_bytes line)
{
	const struct tap_plan *plan = &grammar->levels.at[0].plan;
	struct tap_bytes name;
	if (line.len > TAP_TEXT_LINE_MAX ||
	    (!grammar->proved && !tap_documents_may_end_in_dots(line)))
		return 0;
	if (grammar->proved && tap_documents_says_failed(line))
		return tap_documents_end(grammar);
	if (!tap_prove_header(line, &name) ||
	    (!tap_plan_is_clear(plan) && !tap_plan_is_reached(plan)))
		return 0;
	int result = tap_documents_end(grammar);
	grammar->proved = true;
	return result ? result : tap_grammar_emit_bytes(grammar, TAP_FACT_DOCUMENT, name);
}

bool
tap_documents_is_prove_line(const struct tap_grammar *grammar, const struct tap_line *line)
{
	return grammar->proved && line->kind == TAP_RESULT && !line->indent &&
	       grammar->levels.newest == 0 && tap_plan_is_reached(&grammar->levels.at[0].plan) &&
	       tap_prove_passed(line->body);
}

int
tap_documents_part(struct tap_grammar *grammar, const struct tap_line *line)
{
	if (grammar->levels.newest > 0 || line->kind == TAP_VERSION || !tap_line_begins_tap(line))
		return 0;
	grammar->proved = false;
	int result = tap_documents_end(grammar);
	return result ? result
	              : tap_grammar_emit_bytes(grammar, TAP_FACT_DOCUMENT,
	                                       (struct tap_bytes){NULL, 0});
}

/* Handles a restart of the system: fails the test that was running. */
static int
tap_documents_restart(struct tap_grammar *grammar)
{
	static const char reason[] = "the system restarted before it ended";
	static const char fault[] = "restarted in mid-plan";
	struct tap_levels *levels = &grammar->levels;
	struct tap_fact lost = {
		.kind = TAP_FACT_RESULT,
		.number = tap_plan_next(&levels->at[0].plan),
		.reason = {reason, sizeof(reason) - 1},
		.outcome = TAP_FAILED,
		.duration_ns = TAP_NO_DURATION,
		.lost = true,
	};
	levels->cut_short = true;
	int result = tap_levels_close_for(levels, 0, &lost.closes);
	levels->cut_short = false;
	grammar->boot++;
	if (!result)
		result = tap_grammar_emit(grammar, &lost);
	if (!result)
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){fault, sizeof(fault) - 1});
	return result ? result : tap_levels_faults(levels, false);
}

/* Returns whether no level has a plan or a result. */
static bool
tap_documents_is_empty(const struct tap_levels *levels)
{
	for (size_t at = 0; at <= levels->newest; at++)
		if (!tap_plan_is_clear(&levels->at[at].plan))
			return false;
	return true;
}

/* Reads a version at level 0: it begins the output or another document, or shows a restart. */
static int
tap_documents_on_header(struct tap_grammar *grammar, const struct tap_line *line)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_plan *plan = &levels->at[0].plan;
	int result = 0;
	if (tap_documents_is_empty(levels)) {
		result = tap_levels_close(levels, 0);
	} else {
		bool done = levels->newest == 0 &&
		            (tap_plan_is_reached(plan) || (levels->ktap && !plan->planned));
		result = done ? tap_levels_faults(levels, true) : tap_documents_restart(grammar);
		tap_plan_clear(plan);
	}
	levels->ktap = grammar->before = line->ktap || grammar->declared_ktap;
	struct tap_fact fact = {.kind = TAP_FACT_HEADER, .boot = grammar->boot};
	return result ? result : tap_grammar_emit(grammar, &fact);
}

int
tap_documents_on_version(struct tap_grammar *grammar, const struct tap_here *here, size_t at)
{
	struct tap_levels *levels = &grammar->levels;
	if (at == 0)
		return tap_documents_on_header(grammar, here->line);
	if (at == levels->newest && tap_plan_is_clear(&levels->at[at].plan)) {
		levels->at[at].versioned = here->line->ktap;
		return tap_grammar_emit_raw(grammar, TAP_FACT_STEP, here->raw);
	}
	size_t column = levels->at[at].column;
	int result = tap_levels_close(levels, at - 1);
	if (!result)
		result = tap_levels_open(levels, column, (struct tap_fact){0});
	tap_levels_newest(levels)->versioned = here->line->ktap;
	return result;
}
