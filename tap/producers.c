/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "producers.h"

int
tap_producers_look(struct tap_grammar *grammar, const struct tap_line *line)
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
	return grammar->announced ? 0
	                          : tap_grammar_emit_bytes(grammar, TAP_FACT_SPILL,
	                                                   (struct tap_bytes){NULL, 0});
}
