/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "nested.h"

#include "counted.h"
#include "subtests.h"

static bool
tap_nested_is_counted(const struct tap_line *line)
{
	return line->kind == TAP_VERSION || line->kind == TAP_PLAN || line->kind == TAP_RESULT ||
	       line->kind == TAP_SUBTEST;
}

/* Returns whether a subtest is open whose lines have as many "# " as COLUMN stands for, or more. */
static bool
tap_nested_is_open(const struct tap_levels *levels, size_t column)
{
	const struct tap_level *level = &levels->at[levels->newest];
	if (level->column == TAP_COLUMN_UNKNOWN)
		level--;
	return level->column / TAP_COLUMN_COMMENT >= column / TAP_COLUMN_COMMENT;
}

/* Stores the line after all "# " of LINE in *INNER; returns the column that it stands at. */
static size_t
tap_nested_read(const struct tap_line *line, struct tap_line *inner)
{
	size_t column = 0;
	do {
		tap_line_nested(column ? inner : line, inner);
		column += TAP_COLUMN_COMMENT;
	} while (inner->kind == TAP_COMMENT && !inner->indent &&
	         column < TAP_COLUMN_COMMENT * TAP_LEVELS_MAX);
	return column +
	       (inner->indent < TAP_COLUMN_COMMENT ? inner->indent : TAP_COLUMN_COMMENT - 1);
}

/* Unless kselftest announced TAP, only a version begins it. After a failure not even that does,
 * because its comments may quote the output of the program that it ran. */
int
tap_nested_on_comment(struct tap_grammar *grammar, struct tap_here *here)
{
	struct tap_line line;
	if (here->line->indent)
		return 0;
	struct tap_here inner = {
		.line = &line,
		.raw = here->raw,
		.column = tap_nested_read(here->line, &line),
		.level = TAP_NO_LEVEL,
		.taken = TAP_DECLINED,
	};
	if (!tap_nested_is_counted(&line))
		return 0;
	if (!tap_nested_is_open(&grammar->levels, inner.column) &&
	    (line.kind != TAP_VERSION || (grammar->last_failed && !grammar->before)))
		return 0;
	int result = line.kind == TAP_SUBTEST ? tap_subtests_on_name(grammar, &inner)
	                                      : tap_counted_on_line(grammar, &inner);
	here->taken = inner.taken;
	return result;
}
