/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "opening.h"

bool
tap_opening_begin(struct tap_opening *opening, const struct tap_levels *levels,
                  const struct tap_line *line, size_t at)
{
	bool closes = levels->newest > at && !levels->at[at + 1].braced;
	if (line->text.len > TAP_OPENING_MAX || at + 1 == TAP_LEVELS_MAX || closes)
		return false;
	opening->at = at;
	opening->len = line->text.len;
	memcpy(opening->text, line->text.data, line->text.len);
	opening->text[line->text.len] = '\n';
	return true;
}

/* Returns whether LINE belongs to a level that opens above the one at COLUMN, or closes that
 * level. */
static bool
tap_opening_is_above(const struct tap_line *line, size_t column)
{
	struct tap_line nested;
	if (column >= TAP_COLUMN_COMMENT) {
		if (line->indent || !tap_starts(line->body, "#"))
			return false;
		tap_line_nested(line, &nested);
		line = &nested;
		column -= TAP_COLUMN_COMMENT;
	}
	if (line->kind == TAP_BLANK || line->kind == TAP_YAML)
		return false;
	return line->indent > column || (line->indent == column && line->kind == TAP_CLOSE);
}

bool
tap_opening_end(struct tap_opening *opening, const struct tap_levels *levels,
                const struct tap_line *next, bool saved, struct tap_line *line)
{
	bool opens = next ? tap_opening_is_above(next, levels->at[opening->at].column) : saved;
	opening->at = TAP_NO_LEVEL;
	bool last = opening->text[opening->len - 1] == '{';
	tap_line_read(line, (struct tap_bytes){opening->text, opening->len - (opens && last)});
	if (opens)
		tap_description_drop_brace(&line->description);
	return opens;
}
