/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "grammar.h"

#include "duration.h"
#include "prove.h"

void
tap_grammar_init(struct tap_grammar *grammar, struct tap_rules rules, tap_fact_function *emit,
                 void *context)
{
	tap_levels_init(&grammar->levels, emit, context);
	grammar->begun = rules.declared;
	grammar->automake = rules.automake;
	grammar->declared_ktap = grammar->before = grammar->levels.ktap = rules.ktap;
	grammar->seen = grammar->last_failed = false;
	grammar->proved = grammar->parted = false;
	grammar->boot = 1;
	grammar->diagnosed = TAP_NO_LEVEL;
	grammar->in_message = grammar->announced = false;
	grammar->position = TAP_NO_LINES;
	grammar->yaml_column = 0;
	grammar->opening.at = TAP_NO_LEVEL;
}

static int
tap_grammar_emit(struct tap_grammar *grammar, struct tap_fact fact)
{
	return grammar->levels.emit(grammar->levels.context, &fact);
}

static int
tap_grammar_emit_bytes(struct tap_grammar *grammar, enum tap_fact_kind kind, struct tap_bytes bytes)
{
	return tap_grammar_emit(grammar, (struct tap_fact){.kind = kind, .bytes = bytes});
}

bool
tap_grammar_comments_first(const struct tap_grammar *grammar)
{
	return grammar->before || tap_levels_in_comment(&grammar->levels);
}

/* Text that is indented below the newest result says why it failed. */
static bool
tap_grammar_may_be_message(const struct tap_grammar *grammar)
{
	return grammar->last_failed && grammar->diagnosed != TAP_NO_LEVEL &&
	       !tap_grammar_comments_first(grammar);
}

bool
tap_grammar_wants_line(const struct tap_grammar *grammar, struct tap_bytes part)
{
	return grammar->yaml_column ||
	       (part.len && tap_is_space(*part.data) && tap_grammar_may_be_message(grammar));
}

/* What TAP begins with where it was not declared. */
static bool
tap_grammar_begins(const struct tap_line *line)
{
	return line->kind == TAP_VERSION || line->kind == TAP_PLAN ||
	       (line->kind == TAP_RESULT && line->has_number && line->number == 1);
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

/* Opens levels up to COLUMN, which is STEPS above level AT. */
static int
tap_grammar_open_bare(struct tap_levels *levels, size_t at, size_t steps, size_t column)
{
	int result = tap_levels_close(levels, at);
	for (size_t i = 1; !result && i <= steps; i++) {
		size_t here = column - (steps - i) * TAP_STEP_COLUMNS;
		result = tap_levels_open(levels, here, (struct tap_fact){0});
	}
	return result;
}

/*
 * Stores in AT the level that LINE at COLUMN belongs to, which opens if the line
 * begins it; TAP_NO_LEVEL when the line does not count.
 */
static int
tap_grammar_enter(struct tap_grammar *grammar, const struct tap_line *line, size_t column,
                  size_t *at)
{
	struct tap_levels *levels = &grammar->levels;
	*at = TAP_NO_LEVEL;
	size_t found = tap_levels_find(levels, column);
	struct tap_level *level = &levels->at[found];
	if (level->column == column) {
		level->begun |= tap_grammar_begins(line);
		if (level->begun)
			*at = found;
		return 0;
	}
	/* A console's other output is full of numbers, and indented at will. */
	bool bare = line->kind == TAP_RESULT && !line->has_number && !levels->ktap &&
	            column < TAP_COLUMN_COMMENT;
	size_t steps = tap_levels_steps(levels, found, column);
	if (!steps || found + steps >= TAP_LEVELS_MAX || !(bare || tap_grammar_begins(line)))
		return 0;
	*at = found + steps;
	return tap_grammar_open_bare(levels, found, steps, column);
}

static enum tap_outcome
tap_grammar_outcome_of(const struct tap_line *line, enum tap_directive directive, bool planned_todo,
                       bool automake)
{
	switch (directive) {
	case TAP_SKIP:
		return line->ok || !automake ? TAP_SKIPPED : TAP_FAILED;
	case TAP_XFAIL:
		return TAP_TODO_FAILED;
	case TAP_XPASS:
		/* kselftest writes it after "ok" only: "not ok" has failed all the same. */
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

static int
tap_grammar_emit_result(struct tap_grammar *grammar, const struct tap_line *line,
                        struct tap_bytes raw, size_t at, bool waited)
{
	const struct tap_description *description = &line->description;
	struct tap_description changed;
	if (grammar->automake) {
		tap_line_automake(line, &changed);
		description = &changed;
	} else if (grammar->glib && !line->ok) {
		changed = line->description;
		tap_description_split_message(&changed);
		description = &changed;
	}
	struct tap_levels *levels = &grammar->levels;
	struct tap_level *level = &levels->at[at];
	struct tap_fact fact = {
		.kind = TAP_FACT_RESULT,
		.bytes = description->name,
		.tail = description->tail,
		.plain = description->plain,
		.reason = description->reason,
		.name_after = description->name_after,
		.duration_ns = description->duration_ns,
		.waited = waited,
		.raw = raw,
	};
	if (!fact.bytes.len && description->directive == TAP_SKIP &&
	    (levels->ktap || level->column >= TAP_COLUMN_COMMENT)) {
		fact.bytes = fact.reason;
		fact.name_after = true;
	}
	int result = tap_levels_close_for(levels, at, &fact.closes);
	fact.before = tap_grammar_comments_first(grammar);
	fact.announced = grammar->announced;
	fact.number = tap_plan_count(&level->plan, line);
	fact.outcome = tap_grammar_outcome_of(line, description->directive,
	                                      tap_numbers_has(&level->plan.todo, fact.number),
	                                      grammar->automake);
	grammar->last_failed = !line->ok;
	grammar->numbered = line->has_number;
	grammar->in_message = false;
	grammar->diagnosed = at;
	return result ? result : tap_grammar_emit(grammar, fact);
}

static int
tap_grammar_on_result(struct tap_grammar *grammar, const struct tap_line *line,
                      struct tap_bytes raw, size_t at)
{
	if (!tap_opening_begin(&grammar->opening, &grammar->levels, line, at))
		return tap_grammar_emit_result(grammar, line, raw, at, false);
	return tap_grammar_emit(grammar, (struct tap_fact){.kind = TAP_FACT_WAIT});
}

/* NEXT is the line after a result that waits for it; NULL: the input ends. */
static int
tap_grammar_end_opening(struct tap_grammar *grammar, const struct tap_line *next)
{
	size_t at = grammar->opening.at;
	struct tap_line line;
	if (at == TAP_NO_LEVEL)
		return 0;
	if (next && next->kind == TAP_BLANK)
		return 0;
	bool opens = tap_opening_end(&grammar->opening, &grammar->levels, next, &line);
	struct tap_bytes raw = {grammar->opening.text, grammar->opening.len + 1};
	int result = tap_grammar_emit_result(grammar, &line, raw, at, true);
	if (result || !opens)
		return result;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_levels_open(&grammar->levels, TAP_COLUMN_UNKNOWN,
	                       (struct tap_fact){.of_result = true});
}

static int
tap_grammar_on_plan(struct tap_grammar *grammar, const struct tap_line *line, struct tap_bytes raw,
                    size_t at, enum tap_taken *taken)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_level *level = &levels->at[at];
	if (tap_levels_in_subtest(levels, at) && !levels->ktap &&
	    level->column < TAP_COLUMN_COMMENT) {
		level->later = level->has_later ? level->later : line->number;
		level->has_later = true;
		*taken = TAP_DECLINED;
		return 0;
	}
	bool skips = at == 0 && line->number == 0 && tap_plan_is_clear(&level->plan);
	int result = tap_levels_close(levels, at);
	tap_plan_set(&level->plan, line);
	if (result)
		return result;
	return tap_grammar_emit(grammar, (struct tap_fact){
						 .kind = skips ? TAP_FACT_SKIP_ALL : TAP_FACT_STEP,
						 .bytes = line->description.reason,
						 .raw = raw,
					 });
}

/* The document ends; another one may follow. */
static int
tap_grammar_end_document(struct tap_grammar *grammar)
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

int
tap_grammar_text(struct tap_grammar *grammar, struct tap_bytes line)
{
	const struct tap_plan *plan = &grammar->levels.at[0].plan;
	struct tap_bytes name;
	if (line.len > TAP_TEXT_LINE_MAX)
		return 0;
	if (grammar->proved) {
		struct tap_line read;
		tap_line_read(&read, line);
		if (tap_prove_failed(read.text))
			return tap_grammar_end_document(grammar);
	}
	if (!tap_prove_header(line, &name) ||
	    (!tap_plan_is_clear(plan) && !tap_plan_is_reached(plan)))
		return 0;
	int result = tap_grammar_end_document(grammar);
	grammar->proved = true;
	return result ? result : tap_grammar_emit_bytes(grammar, TAP_FACT_DOCUMENT, name);
}

/* True when LINE is not the script's but prove's, after it. */
static bool
tap_grammar_is_prove_line(const struct tap_grammar *grammar, const struct tap_line *line)
{
	return grammar->proved && line->kind == TAP_RESULT && !line->indent &&
	       grammar->levels.newest == 0 && tap_plan_is_reached(&grammar->levels.at[0].plan) &&
	       tap_prove_passed(line->body);
}

/* LINE, after text, begins a document: the one before is complete. */
static bool
tap_grammar_begins_document(const struct tap_grammar *grammar, const struct tap_line *line)
{
	return grammar->parted && grammar->levels.newest == 0 && line->kind != TAP_VERSION &&
	       tap_grammar_begins(line);
}

/* The system restarted: the test that was running will not end. */
static int
tap_grammar_restart(struct tap_grammar *grammar)
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
		result = tap_grammar_emit(grammar, lost);
	if (!result)
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){fault, sizeof(fault) - 1});
	return result ? result : tap_levels_faults(levels, false);
}

/* No level has a plan or a result. */
static bool
tap_grammar_is_empty(const struct tap_levels *levels)
{
	for (size_t at = 0; at <= levels->newest; at++)
		if (!tap_plan_is_clear(&levels->at[at].plan))
			return false;
	return true;
}

/* A version at level 0: the start, a second document, or a restart. */
static int
tap_grammar_on_header(struct tap_grammar *grammar, const struct tap_line *line)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_plan *plan = &levels->at[0].plan;
	int result = 0;
	if (tap_grammar_is_empty(levels)) {
		result = tap_levels_close(levels, 0);
	} else {
		bool done = levels->newest == 0 &&
		            (tap_plan_is_reached(plan) || (levels->ktap && !plan->planned));
		result = done ? tap_levels_faults(levels, true) : tap_grammar_restart(grammar);
		tap_plan_clear(plan);
	}
	levels->ktap = grammar->before = line->ktap || grammar->declared_ktap;
	if (result)
		return result;
	return tap_grammar_emit(grammar,
	                        (struct tap_fact){.kind = TAP_FACT_HEADER, .boot = grammar->boot});
}

static int
tap_grammar_on_version(struct tap_grammar *grammar, const struct tap_line *line,
                       struct tap_bytes raw, size_t at)
{
	struct tap_levels *levels = &grammar->levels;
	if (at == 0)
		return tap_grammar_on_header(grammar, line);
	if (at == levels->newest && tap_plan_is_clear(&levels->at[at].plan))
		return tap_grammar_emit(grammar,
		                        (struct tap_fact){.kind = TAP_FACT_STEP, .raw = raw});
	size_t column = levels->at[at].column;
	int result = tap_levels_close(levels, at - 1);
	return result ? result : tap_levels_open(levels, column, (struct tap_fact){0});
}

/* A version, a plan, a result. */
static int
tap_grammar_on_counted(struct tap_grammar *grammar, const struct tap_line *line,
                       struct tap_bytes raw, size_t column, size_t at, enum tap_taken *taken)
{
	int result = at == TAP_NO_LEVEL ? tap_grammar_enter(grammar, line, column, &at) : 0;
	if (result || at == TAP_NO_LEVEL)
		return result;
	*taken = TAP_TAKEN;
	grammar->seen = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	if (at == 0 && tap_grammar_begins_document(grammar, line)) {
		grammar->proved = false;
		result = tap_grammar_end_document(grammar);
		if (!result)
			result = tap_grammar_emit_bytes(grammar, TAP_FACT_DOCUMENT,
			                                (struct tap_bytes){NULL, 0});
		if (result)
			return result;
	}
	if (line->kind == TAP_RESULT)
		return tap_grammar_on_result(grammar, line, raw, at);
	if (line->kind == TAP_PLAN)
		return tap_grammar_on_plan(grammar, line, raw, at, taken);
	return tap_grammar_on_version(grammar, line, raw, at);
}

/* "# Subtest: NAME" names the level it stands in, if that is new and has no
 * name; else it announces the next one. */
static int
tap_grammar_on_subtest(struct tap_grammar *grammar, const struct tap_line *line, size_t column,
                       enum tap_taken *taken)
{
	struct tap_levels *levels = &grammar->levels;
	struct tap_bytes name = line->description.name;
	size_t at = tap_levels_find(levels, column);
	struct tap_level *level = &levels->at[at];
	bool here = level->column == column;
	size_t steps = here ? 0 : tap_levels_steps(levels, at, column);
	if (at + 1 + steps >= TAP_LEVELS_MAX || (!here && !steps))
		return 0;
	grammar->seen = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	*taken = TAP_TAKEN;
	if (here && at == levels->newest && at > 0 && !level->named && !level->announced &&
	    tap_plan_is_clear(&level->plan)) {
		level->named = name.len;
		level->announced = !name.len;
		return tap_grammar_emit_bytes(grammar, name.len ? TAP_FACT_NAME : TAP_FACT_STEP,
		                              name);
	}
	int result =
		steps > 1 ? tap_grammar_open_bare(levels, at, steps - 1, column - TAP_STEP_COLUMNS)
			  : tap_levels_close(levels, at);
	if (result)
		return result;
	return tap_levels_open(levels, here ? TAP_COLUMN_UNKNOWN : column,
	                       (struct tap_fact){.bytes = name});
}

/* kselftest: the output of the program follows, after "# ". */
static int
tap_grammar_on_selftest(struct tap_grammar *grammar, const struct tap_line *line,
                        enum tap_taken *taken)
{
	struct tap_levels *levels = &grammar->levels;
	if (line->indent)
		return 0;
	*taken = TAP_TAKEN;
	grammar->before = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	int result = tap_levels_close(levels, 0);
	if (!result)
		result = tap_levels_open(levels, TAP_COLUMN_COMMENT,
		                         (struct tap_fact){.bytes = line->description.name});
	tap_levels_newest(levels)->begun = false;
	return result;
}

static int
tap_grammar_on_pragma(struct tap_grammar *grammar, const struct tap_line *line, size_t column,
                      enum tap_taken *taken)
{
	struct tap_levels *levels = &grammar->levels;
	size_t at = tap_levels_find(levels, column);
	if (levels->at[at].column != column)
		return 0;
	*taken = TAP_TAKEN;
	grammar->diagnosed = TAP_NO_LEVEL;
	for (struct tap_bytes rest = line->list; rest.len; rest = tap_skip(rest, 1))
		if (tap_starts(rest, "+strict") || tap_starts(rest, "-strict"))
			levels->at[at].strict = *rest.data == '+';
	return tap_grammar_emit(grammar, (struct tap_fact){.kind = TAP_FACT_STEP});
}

static int
tap_grammar_on_bail_out(struct tap_grammar *grammar, const struct tap_line *line,
                        enum tap_taken *taken)
{
	*taken = TAP_TAKEN;
	grammar->seen = grammar->levels.cut_short = true;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_grammar_emit_bytes(grammar, TAP_FACT_BAIL_OUT, line->description.reason);
}

static bool
tap_grammar_is_counted(const struct tap_line *line)
{
	return line->kind == TAP_VERSION || line->kind == TAP_PLAN || line->kind == TAP_RESULT ||
	       line->kind == TAP_SUBTEST;
}

/* True if a subtest after as many "# " as COLUMN has, or more, is open. */
static bool
tap_grammar_is_nested_so(const struct tap_levels *levels, size_t column)
{
	const struct tap_level *level = &levels->at[levels->newest];
	if (level->column == TAP_COLUMN_UNKNOWN)
		level--;
	return level->column / TAP_COLUMN_COMMENT >= column / TAP_COLUMN_COMMENT;
}

/*
 * TAP after "# ", or after several of them. Where kselftest did not announce it only a
 * version begins it, and not after a failure, whose comments may quote what it ran.
 */
static int
tap_grammar_on_nested(struct tap_grammar *grammar, const struct tap_line *line,
                      struct tap_bytes raw, enum tap_taken *taken)
{
	struct tap_line inner = *line;
	size_t column = 0;
	if (line->indent)
		return 0;
	do {
		tap_line_nested(&inner, &inner);
		column += TAP_COLUMN_COMMENT;
	} while (inner.kind == TAP_COMMENT && !inner.indent &&
	         column < TAP_COLUMN_COMMENT * TAP_LEVELS_MAX);
	column += inner.indent < TAP_COLUMN_COMMENT ? inner.indent : TAP_COLUMN_COMMENT - 1;
	if (!tap_grammar_is_counted(&inner))
		return 0;
	if (!tap_grammar_is_nested_so(&grammar->levels, column) &&
	    (inner.kind != TAP_VERSION || (grammar->last_failed && !grammar->before)))
		return 0;
	if (inner.kind == TAP_SUBTEST)
		return tap_grammar_on_subtest(grammar, &inner, column, taken);
	return tap_grammar_on_counted(grammar, &inner, raw, column, TAP_NO_LEVEL, taken);
}

static bool
tap_grammar_ends_line(struct tap_bytes raw)
{
	return raw.data[raw.len - 1] == '\n';
}

/* TEXT, a part of RAW, up to the line's end. */
static struct tap_bytes
tap_grammar_to_line_end(struct tap_bytes raw, const char *text)
{
	const char *end = raw.data + raw.len;
	if (tap_grammar_ends_line(raw) && end > text)
		for (end--; end > text && end[-1] == '\r';)
			end--;
	return (struct tap_bytes){text, (size_t)(end - text)};
}

/* LINE, a comment, stands in a subtest that has no results yet. */
static bool
tap_grammar_is_of_subtest(struct tap_grammar *grammar, const struct tap_line *line)
{
	struct tap_levels *levels = &grammar->levels;
	const struct tap_level *level = tap_levels_newest(levels);
	return levels->newest > 0 && !level->plan.count && line->indent > level[-1].column &&
	       tap_levels_find(levels, line->indent) == levels->newest;
}

static int
tap_grammar_on_comment(struct tap_grammar *grammar, const struct tap_line *line,
                       struct tap_bytes raw, enum tap_taken *taken)
{
	int result = tap_grammar_on_nested(grammar, line, raw, taken);
	if (result || *taken != TAP_DECLINED)
		return result;
	*taken = TAP_TAKEN_COMMENT;
	return tap_grammar_emit(grammar,
	                        (struct tap_fact){
					.kind = TAP_FACT_COMMENT,
					.bytes = tap_grammar_to_line_end(raw, line->body.data),
					.ends = tap_grammar_ends_line(raw),
					.before = tap_grammar_comments_first(grammar) ||
	                                          grammar->announced ||
	                                          grammar->position == TAP_AFTER_COMMENT ||
	                                          tap_grammar_is_of_subtest(grammar, line),
					.raw = raw,
				});
}

/* A message's line keeps its indentation. */
static int
tap_grammar_on_message(struct tap_grammar *grammar, const struct tap_line *line,
                       struct tap_bytes raw, enum tap_taken *taken)
{
	*taken = TAP_TAKEN_COMMENT;
	grammar->in_message = true;
	return tap_grammar_emit(grammar,
	                        (struct tap_fact){
					.kind = TAP_FACT_COMMENT,
					.bytes = tap_grammar_to_line_end(raw, line->text.data),
					.ends = tap_grammar_ends_line(raw),
					.raw = raw,
				});
}

/* LINE, at COLUMN, is no TAP where it stands. */
static bool
tap_grammar_is_misplaced(struct tap_grammar *grammar, const struct tap_line *line, size_t column)
{
	if (line->kind == TAP_TEXT || line->kind == TAP_OPEN || line->kind == TAP_CLOSE ||
	    line->kind == TAP_PRAGMA)
		return true;
	bool counts = line->kind == TAP_RESULT || line->kind == TAP_PLAN ||
	              line->kind == TAP_VERSION || line->kind == TAP_SUBTEST;
	return counts && !tap_levels_steps(&grammar->levels, grammar->diagnosed, column);
}

/* LINE belongs to the message of the newest result. */
static bool
tap_grammar_is_message(struct tap_grammar *grammar, const struct tap_line *line, size_t column)
{
	if (grammar->diagnosed == TAP_NO_LEVEL ||
	    (line->kind != TAP_BLANK && column <= grammar->levels.at[grammar->diagnosed].column)) {
		grammar->in_message = false;
		return false;
	}
	if (grammar->in_message)
		return line->kind != TAP_BAIL_OUT;
	return line->kind != TAP_BLANK && tap_grammar_may_be_message(grammar) &&
	       tap_grammar_is_misplaced(grammar, line, column);
}

/* LINE, at COLUMN, is TAP that ends a YAML block, and not a part of a string that goes on
 * further left. */
static bool
tap_grammar_ends_yaml(struct tap_grammar *grammar, const struct tap_line *line, size_t column)
{
	struct tap_levels *levels = &grammar->levels;
	if (column >= grammar->yaml_column)
		return false;
	if (column != levels->at[tap_levels_find(levels, column)].column)
		return false;
	switch (line->kind) {
	case TAP_RESULT:
		/* "ok then" is a string's, at least where tests have numbers. */
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

/* A line while a YAML block is open. "..." ends it, as does a line of TAP that stands
 * further left, which is declined. */
static int
tap_grammar_on_yaml(struct tap_grammar *grammar, const struct tap_line *line, struct tap_bytes raw,
                    size_t column, enum tap_taken *taken)
{
	struct tap_fact fact = {
		.kind = TAP_FACT_YAML,
		.ends = tap_grammar_ends_line(raw),
		.raw = raw,
		.duration_ns = TAP_NO_DURATION,
	};
	bool here = line->indent == grammar->yaml_column;
	bool ends = here && line->body.len == 3 && tap_starts(line->body, "...");
	if (ends || tap_grammar_ends_yaml(grammar, line, column)) {
		grammar->yaml_column = 0;
		*taken = ends ? TAP_TAKEN : TAP_DECLINED;
		return ends ? tap_grammar_emit(grammar, fact) : 0;
	}
	fact.bytes = tap_grammar_to_line_end(raw, line->text.data);
	fact.bytes = tap_line_skip_columns(fact.bytes, grammar->yaml_column);
	if (here)
		fact.duration_ns = tap_duration_yaml(fact.bytes);
	*taken = TAP_TAKEN_YAML;
	return tap_grammar_emit(grammar, fact);
}

static int
tap_grammar_open_yaml(struct tap_grammar *grammar, const struct tap_line *line,
                      struct tap_bytes raw, enum tap_taken *taken)
{
	if (grammar->diagnosed == TAP_NO_LEVEL ||
	    line->indent <= grammar->levels.at[grammar->diagnosed].column)
		return 0;
	*taken = TAP_TAKEN;
	grammar->yaml_column = line->indent;
	return tap_grammar_emit(grammar, (struct tap_fact){
						 .kind = TAP_FACT_YAML,
						 .opens = true,
						 .raw = raw,
						 .duration_ns = TAP_NO_DURATION,
					 });
}

/* "{" after a result and its diagnostics. */
static int
tap_grammar_on_open(struct tap_grammar *grammar, size_t column, enum tap_taken *taken)
{
	size_t at = grammar->diagnosed;
	if (at == TAP_NO_LEVEL || at + 1 == TAP_LEVELS_MAX ||
	    grammar->levels.at[at].column != column)
		return 0;
	*taken = TAP_TAKEN;
	grammar->diagnosed = TAP_NO_LEVEL;
	return tap_levels_open(&grammar->levels, TAP_COLUMN_UNKNOWN,
	                       (struct tap_fact){.of_result = true});
}

static int
tap_grammar_on_close(struct tap_grammar *grammar, size_t column, enum tap_taken *taken)
{
	struct tap_levels *levels = &grammar->levels;
	for (size_t at = levels->newest; at > 0; at--) {
		if (!levels->at[at].braced || levels->at[at - 1].column != column)
			continue;
		*taken = TAP_TAKEN;
		grammar->diagnosed = TAP_NO_LEVEL;
		return tap_levels_close(levels, at - 1);
	}
	return 0;
}

static int
tap_grammar_on_line(struct tap_grammar *grammar, const struct tap_line *line, struct tap_bytes raw,
                    size_t at, enum tap_taken *taken)
{
	size_t column = line->indent < TAP_COLUMN_COMMENT ? line->indent : TAP_COLUMN_COMMENT - 1;
	if (grammar->yaml_column) {
		int result = tap_grammar_on_yaml(grammar, line, raw, column, taken);
		if (result || *taken != TAP_DECLINED)
			return result;
	}
	/* Not after a console's prefix, before which a line is not known to be indented. */
	if (line->kind == TAP_BLANK || (line->indent && tap_is_space(*raw.data))) {
		if (tap_grammar_is_message(grammar, line, column))
			return tap_grammar_on_message(grammar, line, raw, taken);
	} else {
		grammar->in_message = false;
	}
	switch (line->kind) {
	case TAP_RESULT:
	case TAP_PLAN:
	case TAP_VERSION:
		return tap_grammar_on_counted(grammar, line, raw, column, at, taken);
	case TAP_COMMENT:
		return tap_grammar_on_comment(grammar, line, raw, taken);
	case TAP_SUBTEST:
		return tap_grammar_on_subtest(grammar, line, column, taken);
	case TAP_SELFTEST:
		return tap_grammar_on_selftest(grammar, line, taken);
	case TAP_PRAGMA:
		return tap_grammar_on_pragma(grammar, line, column, taken);
	case TAP_BAIL_OUT:
		return tap_grammar_on_bail_out(grammar, line, taken);
	case TAP_YAML:
		return tap_grammar_open_yaml(grammar, line, raw, taken);
	case TAP_OPEN:
		return tap_grammar_on_open(grammar, column, taken);
	case TAP_CLOSE:
		return tap_grammar_on_close(grammar, column, taken);
	case TAP_BLANK:
	case TAP_TEXT:
		break;
	}
	return 0;
}

/*
 * Recognises a producer whose comments announce a test, by the first lines: GLib prints
 * "# random seed: …", Catch2 "# rng-seed: …", and tape "# NAME" after the version.
 */
static int
tap_grammar_look_at_first(struct tap_grammar *grammar, const struct tap_line *line)
{
	bool after_version = grammar->position == TAP_AFTER_VERSION;
	bool after_comment = grammar->position == TAP_AFTER_COMMENT;
	if (line->kind == TAP_BLANK || (line->kind == TAP_TEXT && !grammar->begun))
		return 0;
	if (line->kind == TAP_VERSION && grammar->position == TAP_NO_LINES && !line->indent) {
		grammar->position = line->ktap ? TAP_AFTER_LINES : TAP_AFTER_VERSION;
		return 0;
	}
	if (line->kind == TAP_COMMENT && !line->indent) {
		struct tap_bytes text = tap_skip_spaces(tap_skip(line->body, 1));
		grammar->glib |= tap_starts(text, "random seed: ");
		grammar->announced |= grammar->glib || tap_starts(text, "rng-seed: ");
		grammar->position = after_version ? TAP_AFTER_COMMENT : grammar->position;
		return 0;
	}
	if (line->kind != TAP_PLAN || after_version || after_comment)
		grammar->position = TAP_AFTER_LINES;
	if (!after_comment || grammar->announced)
		return 0;
	grammar->announced = line->kind == TAP_RESULT && !line->indent;
	return grammar->announced
	               ? 0
	               : tap_grammar_emit(grammar, (struct tap_fact){.kind = TAP_FACT_SPILL});
}

int
tap_grammar_line(struct tap_grammar *grammar, const struct tap_line *line, struct tap_bytes raw,
                 size_t at, enum tap_taken *taken)
{
	*taken = TAP_DECLINED;
	int result = 0;
	if (grammar->position != TAP_AFTER_LINES)
		result = tap_grammar_look_at_first(grammar, line);
	if (!result)
		result = tap_grammar_end_opening(grammar, line);
	if (result || tap_grammar_is_prove_line(grammar, line))
		return result ? result : tap_grammar_end_document(grammar);
	if (grammar->begun)
		result = tap_grammar_on_line(grammar, line, raw, at, taken);
	if (*taken != TAP_DECLINED || line->kind == TAP_BLANK)
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
	struct tap_levels *levels = &grammar->levels;
	int result = tap_grammar_end_opening(grammar, NULL);
	if (!result)
		result = tap_levels_close(levels, 0);
	bool ended = grammar->proved && tap_plan_is_clear(&levels->at[0].plan);
	if (!result && grammar->begun && !ended)
		result = tap_levels_faults(levels, true);
	if (!result && levels->ktap && tap_plan_is_clear(&levels->at[0].plan))
		result = tap_grammar_emit_bytes(grammar, TAP_FACT_FAULT,
		                                (struct tap_bytes){empty, sizeof(empty) - 1});
	return result;
}
