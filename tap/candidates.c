/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "candidates.h"

void
tap_candidates_init(struct tap_candidates *candidates, bool any_line)
{
	candidates->evidence = (struct tap_evidence){.any_line = any_line};
	candidates->lost = false;
	candidates->len = candidates->emitted = 0;
}

/* Removes the first line, with its newline, from REST, and returns it. */
static struct tap_bytes
tap_candidates_take_line(struct tap_bytes *rest)
{
	const char *newline = memchr(rest->data, '\n', rest->len);
	struct tap_bytes line = {rest->data,
	                         newline ? (size_t)(newline + 1 - rest->data) : rest->len};
	*rest = tap_skip(*rest, line.len);
	return line;
}

/* Drops the text between the candidates. Lines that were emitted whole have no such text. */
static void
tap_candidates_compact(struct tap_candidates *candidates)
{
	const char *newline = memrchr(candidates->data, '\n', candidates->emitted);
	size_t len = newline ? (size_t)(newline + 1 - candidates->data) : 0;
	struct tap_bytes rest = {candidates->data + len, candidates->len - len};
	while (rest.len) {
		struct tap_evidence ignored = {0};
		struct tap_bytes raw = tap_candidates_take_line(&rest);
		struct tap_line line;
		tap_line_read(&line, raw);
		if (raw.data[raw.len - 1] != '\n' ||
		    tap_evidence_add(&ignored, &line) == TAP_SIGN_NONE)
			continue;
		memmove(candidates->data + len, raw.data, raw.len);
		len += raw.len;
	}
	candidates->len = len;
}

int
tap_candidates_emit(struct tap_candidates *candidates, tap_fact_function *emit, void *context)
{
	struct tap_fact fact = {
		.kind = TAP_FACT_TEXT,
		.bytes = {candidates->data + candidates->emitted,
	                  candidates->len - candidates->emitted},
	};
	int result = emit(context, &fact);
	tap_candidates_compact(candidates);
	candidates->emitted = candidates->len;
	return result;
}

bool
tap_candidates_add(struct tap_candidates *candidates, struct tap_bytes bytes)
{
	if (bytes.len > sizeof(candidates->data) - candidates->len)
		return false;
	memcpy(candidates->data + candidates->len, bytes.data, bytes.len);
	candidates->len += bytes.len;
	return true;
}
