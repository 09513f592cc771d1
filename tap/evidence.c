/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "evidence.h"

#include "prefix.h"

#include <tap/detect.h>

/* Returns whether the text after "ok" has the form that producers of TAP write. */
static bool
tap_evidence_is_usual_form(const struct tap_line *line)
{
	size_t len = strlen(line->ok ? "ok" : "not ok");
	struct tap_bytes rest = tap_prefix_skip_colors(tap_skip(line->body, len));
	/* A line has no white space at its end. */
	return !rest.len || (*rest.data == ' ' && !tap_is_space(rest.data[1]));
}

static enum tap_sign
tap_evidence_add_result(struct tap_evidence *evidence, const struct tap_line *line)
{
	bool usual_form = tap_evidence_is_usual_form(line);
	if (line->ok && !usual_form)
		return TAP_SIGN_NONE;
	if (line->indent) {
		bool failed =
			!line->ok && usual_form && (line->has_number || line->description.dashed);
		evidence->orphan |= failed || evidence->any_line;
		evidence->indented_number |= usual_form && line->has_number;
		return TAP_SIGN_CANDIDATE;
	}
	evidence->failure |= !line->ok;
	evidence->number |= usual_form && line->has_number;
	evidence->dash |= usual_form && line->description.dashed;
	bool certain = evidence->any_line ||
	               (usual_form && line->has_number && line->number == 1) ||
	               evidence->failure + evidence->number + evidence->dash > 1;
	return certain ? TAP_SIGN_CERTAIN : TAP_SIGN_CANDIDATE;
}

enum tap_sign
tap_evidence_add(struct tap_evidence *evidence, const struct tap_line *line)
{
	if (line->indent % TAP_STEP_COLUMNS)
		return TAP_SIGN_NONE;
	switch (line->kind) {
	case TAP_VERSION:
	case TAP_PLAN:
		evidence->indented_plan |= line->indent > 0;
		return line->indent ? TAP_SIGN_CANDIDATE : TAP_SIGN_CERTAIN;
	case TAP_SUBTEST:
		return line->description.name.len ? TAP_SIGN_CERTAIN : TAP_SIGN_CANDIDATE;
	case TAP_BAIL_OUT:
		evidence->orphan |= line->indent && tap_starts(line->body, "Bail out!");
		return !line->indent && tap_starts(line->body, "Bail out!") ? TAP_SIGN_CERTAIN
		                                                            : TAP_SIGN_NONE;
	case TAP_RESULT:
		return tap_evidence_add_result(evidence, line);
	case TAP_PRAGMA:
		return tap_starts(line->list, "+strict") && !line->indent ? TAP_SIGN_CANDIDATE
		                                                          : TAP_SIGN_NONE;
	default:
		return TAP_SIGN_NONE;
	}
}

bool
tap_evidence_has_orphan(const struct tap_evidence *evidence)
{
	return evidence->orphan || (evidence->indented_plan && evidence->indented_number);
}

size_t
tap_detect(const char *data, size_t len, size_t *candidate)
{
	struct tap_evidence evidence = {0};
	struct tap_bytes rest = {data, len};
	*candidate = SIZE_MAX;
	while (rest.len) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		struct tap_bytes text = {rest.data,
		                         newline ? (size_t)(newline - rest.data) : rest.len};
		size_t at = (size_t)(rest.data - data);
		rest = tap_skip(rest, newline ? text.len + 1 : text.len);
		if (tap_line_is_text(text))
			continue;
		struct tap_line line;
		tap_line_read(&line, text);
		enum tap_sign sign = tap_evidence_add(&evidence, &line);
		if (sign != TAP_SIGN_NONE && *candidate == SIZE_MAX)
			*candidate = at;
		if (sign == TAP_SIGN_CERTAIN)
			return *candidate;
	}
	return SIZE_MAX;
}
