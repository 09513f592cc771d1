/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "results.h"

static enum tap_outcome
tap_results_outcome(const struct tap_line *line, enum tap_directive directive, bool planned_todo,
                    bool automake)
{
	if (directive == TAP_NO_DIRECTIVE && !planned_todo) /* as most results */
		return line->ok ? TAP_PASSED : TAP_FAILED;
	switch (directive) {
	case TAP_SKIP:
		return line->ok || !automake ? TAP_SKIPPED : TAP_FAILED;
	case TAP_XFAIL:
		return TAP_TODO_FAILED;
	case TAP_XPASS:
		/* kselftest writes XPASS only after "ok", so "not ok" is a failure. */
		return line->ok ? TAP_TODO_PASSED : TAP_FAILED;
	case TAP_TODO:
		planned_todo = true;
		break;
	case TAP_NOTE:
	case TAP_NO_DIRECTIVE:
		break;
	}
	if (planned_todo)
		return line->ok ? TAP_TODO_PASSED : TAP_TODO_FAILED;
	return line->ok ? TAP_PASSED : TAP_FAILED;
}

/* Returns the description of LINE by the rules of its producer. CHANGED is room for one that
 * differs. */
static const struct tap_description *
tap_results_describe(const struct tap_grammar *grammar, const struct tap_line *line,
                     struct tap_description *changed)
{
	if (grammar->automake) {
		tap_line_automake(line, changed);
		return changed;
	}
	if (grammar->glib && !line->ok) {
		*changed = line->description;
		tap_description_split_message(changed);
		return changed;
	}
	return &line->description;
}

/* Sets the members of *FACT that follow from DESCRIPTION and from RAW, the line of the result, and
 * clears those of other facts. Has no initializer, which would clear the whole struct first. */
static inline void
tap_results_set_fact(struct tap_fact *fact, const struct tap_description *description,
                     struct tap_bytes raw)
{
	fact->kind = TAP_FACT_RESULT;
	fact->bytes = description->name;
	fact->tail = description->tail;
	fact->raw = raw;
	fact->reason = description->reason;
	fact->duration_ns = description->duration_ns;
	fact->opens = fact->ends = fact->of_result = fact->orphan = fact->bare = false;
	fact->boot = 0;
	fact->lost = false;
	fact->literal = description->literal;
	fact->name_after = description->name_after;
}

/* Emits the result in the line of HERE at level AT. */
static int
tap_results_emit(struct tap_grammar *grammar, const struct tap_here *here, size_t at, bool waited)
{
	const struct tap_line *line = here->line;
	struct tap_description changed;
	const struct tap_description *description = tap_results_describe(grammar, line, &changed);
	struct tap_levels *levels = &grammar->levels;
	struct tap_level *level = &levels->at[at];
	const struct tap_numbers *todo = &level->plan.todo;
	struct tap_fact fact;
	tap_results_set_fact(&fact, description, here->raw);
	if (!fact.bytes.len && description->directive == TAP_SKIP &&
	    (levels->ktap || level->column >= TAP_COLUMN_COMMENT)) {
		fact.bytes = fact.reason;
		fact.name_after = true;
	}
	int result = tap_levels_close_for(levels, at, &fact.closes);
	fact.waited = waited;
	fact.before = tap_grammar_comments_first(grammar);
	fact.announced = grammar->announced;
	fact.number = tap_plan_count(&level->plan, line);
	fact.outcome = tap_results_outcome(line, description->directive,
	                                   todo->count && tap_numbers_has(todo, fact.number),
	                                   grammar->automake);
	grammar->last_failed = !line->ok;
	grammar->numbered = line->has_number;
	grammar->in_message = false;
	grammar->diagnosed = at;
	return result ? result : tap_grammar_emit(grammar, &fact);
}

/* Keeps the result of HERE, which may open a subtest, until the next line shows whether it does.
 * Not inlined, so that the function below needs no stack frame. */
static __attribute__((noinline)) int
tap_results_on_opening(struct tap_grammar *grammar, const struct tap_here *here, size_t at)
{
	if (!tap_opening_begin(&grammar->opening, &grammar->levels, here->line, at))
		return tap_results_emit(grammar, here, at, false);
	return tap_grammar_emit_bytes(grammar, TAP_FACT_WAIT, (struct tap_bytes){NULL, 0});
}

int
tap_results_on_line(struct tap_grammar *grammar, const struct tap_here *here, size_t at)
{
	if (here->line->description.opens)
		return tap_results_on_opening(grammar, here, at);
	return tap_results_emit(grammar, here, at, false);
}

int
tap_results_end_opening(struct tap_grammar *grammar, const struct tap_line *next)
{
	struct tap_opening *opening = &grammar->opening;
	size_t at = opening->at;
	struct tap_line line;
	if (at == TAP_NO_LEVEL || (next && next->kind == TAP_BLANK))
		return 0;
	/* A live output ends where its program does; a saved one may have been cut here. */
	bool opens = tap_opening_end(opening, &grammar->levels, next, grammar->saved, &line);
	struct tap_here here = {.line = &line, .raw = {opening->text, opening->len + 1}};
	int result = tap_results_emit(grammar, &here, at, true);
	if (result || !opens)
		return result;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_levels_open(&grammar->levels, TAP_COLUMN_UNKNOWN,
	                       (struct tap_fact){.of_result = true});
}
