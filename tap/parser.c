/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "parser.h"

#include "duration.h"
#include "simple_result.h"

static int
tap_parser_flush_text(struct tap_parser *parser)
{
	if (!parser->text.len)
		return 0;
	struct tap_fact fact = {.kind = TAP_FACT_TEXT, .bytes = parser->text};
	parser->text = (struct tap_bytes){NULL, 0};
	return parser->emit(parser->context, &fact);
}

/* Returns BYTES, which are held, without the first ones that were emitted already. */
static struct tap_bytes
tap_parser_unemitted(const struct tap_parser *parser, struct tap_bytes bytes)
{
	return tap_skip(bytes, parser->emitted_len < bytes.len ? parser->emitted_len : bytes.len);
}

/* Returns whether text must wait, because it follows candidates that wait. */
static bool
tap_parser_is_waiting(const struct tap_parser *parser)
{
	return !parser->grammar.begun && tap_candidates_wait(&parser->candidates);
}

/* Emits BYTES as text, together with text that is next to it. */
static int
tap_parser_put_text(struct tap_parser *parser, struct tap_bytes bytes)
{
	if (tap_parser_is_waiting(parser)) {
		if (tap_candidates_add(&parser->candidates, bytes))
			return 0;
		int result =
			tap_candidates_emit(&parser->candidates, parser->emit, parser->context);
		if (result)
			return result;
	}
	struct tap_bytes rest = tap_parser_unemitted(parser, bytes);
	parser->emitted_len -= bytes.len - rest.len;
	bytes = rest;
	if (parser->text.len && parser->text.data + parser->text.len == bytes.data) {
		parser->text.len += bytes.len;
		return 0;
	}
	int result = tap_parser_flush_text(parser);
	parser->text = bytes;
	return result;
}

/* Emits the text before FACT, and then FACT without the bytes of its line that were emitted
 * already. Not inlined, so that the function below needs no stack frame. */
static __attribute__((noinline)) int
tap_parser_emit_after_text(struct tap_parser *parser, const struct tap_fact *fact)
{
	int result = tap_parser_flush_text(parser);
	if (result || !parser->emitted_len || !fact->raw.data)
		return result ? result : parser->emit(parser->context, fact);
	struct tap_fact rest = *fact;
	rest.raw = tap_parser_unemitted(parser, fact->raw);
	return parser->emit(parser->context, &rest);
}

/* Emits the text before FACT, which the grammar found, and then FACT. */
static int
tap_parser_emit_fact(void *context, const struct tap_fact *fact)
{
	struct tap_parser *parser = context;
	if (parser->text.len || parser->emitted_len)
		return tap_parser_emit_after_text(parser, fact);
	return parser->emit(parser->context, fact);
}

void
tap_parser_init(struct tap_parser *parser, struct tap_rules rules, tap_fact_function *emit,
                void *context)
{
	tap_grammar_init(&parser->grammar, rules, tap_parser_emit_fact, parser);
	parser->emit = emit;
	parser->context = context;
	parser->state = TAP_AT_LINE;
	parser->ending = false;
	parser->before_result = (struct tap_embedded){0};
	parser->result_level = TAP_NO_LEVEL;
	parser->text = (struct tap_bytes){NULL, 0};
	parser->head_len = parser->held_len = parser->emitted_len = 0;
	tap_candidates_init(&parser->candidates, rules.any_line);
}

/* Holds BYTES, which may lie in HELD already, until more bytes follow. */
static int
tap_parser_hold(struct tap_parser *parser, struct tap_bytes bytes)
{
	int result = tap_parser_flush_text(parser);
	memmove(parser->held, bytes.data, bytes.len);
	parser->held_len = bytes.len;
	return result;
}

/* Collects PIECE, a part of a line of text. ENDS: the line is complete, so look at the whole. */
static int
tap_parser_look_at_piece(struct tap_parser *parser, struct tap_bytes piece, bool ends)
{
	size_t room = sizeof(parser->head) - parser->head_len;
	if (!parser->head_len && ends)
		return tap_documents_on_text(&parser->grammar, piece);
	if (piece.len > room)
		piece.len = room;
	memcpy(parser->head + parser->head_len, piece.data, piece.len);
	parser->head_len += piece.len;
	if (!ends)
		return 0;
	struct tap_bytes line = {parser->head, parser->head_len};
	parser->head_len = 0;
	return tap_documents_on_text(&parser->grammar, line);
}

static int
tap_parser_on_text(struct tap_parser *parser, struct tap_bytes *bytes)
{
	const char *newline = memchr(bytes->data, '\n', bytes->len);
	struct tap_bytes piece = {bytes->data,
	                          newline ? (size_t)(newline - bytes->data) : bytes->len};
	enum tap_fit fit = TAP_FIT_NO;
	size_t at = piece.len, level = TAP_NO_LEVEL;
	if (parser->state == TAP_IN_TEXT && parser->grammar.begun)
		at = tap_embedded_find(&parser->before_result, &parser->grammar.levels, piece,
		                       newline || parser->ending, &fit, &level);

	struct tap_bytes text = {bytes->data, at};
	bool ends = fit == TAP_FIT_NO && newline;
	if (parser->grammar.begun && !ends && fit != TAP_FIT_YES)
		tap_embedded_add(&parser->before_result, text);
	if (ends)
		text.len++;
	*bytes = tap_skip(*bytes, text.len);
	bool waiting = tap_parser_is_waiting(parser);
	int result = tap_parser_put_text(parser, text);
	if (fit == TAP_FIT_YES || waiting)
		parser->head_len = 0;
	else if (!result && parser->state == TAP_IN_TEXT)
		result = tap_parser_look_at_piece(parser, (struct tap_bytes){text.data, at}, ends);
	if (fit == TAP_FIT_PART) {
		if (!result)
			result = tap_parser_hold(parser, *bytes);
		bytes->len = 0;
	} else if (newline || fit == TAP_FIT_YES) {
		parser->state = TAP_AT_LINE;
		parser->result_level = fit == TAP_FIT_YES ? level : TAP_NO_LEVEL;
		parser->before_result = (struct tap_embedded){0};
	}
	return result;
}

/* Emits the next bytes of a long line. */
static int
tap_parser_on_rest(struct tap_parser *parser, struct tap_bytes *bytes)
{
	const char *newline = memchr(bytes->data, '\n', bytes->len);
	size_t len = newline ? (size_t)(newline - bytes->data) : bytes->len;
	struct tap_fact fact = {
		.kind = parser->state == TAP_IN_YAML ? TAP_FACT_YAML : TAP_FACT_COMMENT,
		.bytes = {bytes->data, len},
		.ends = newline != NULL,
		.before = tap_grammar_comments_first(&parser->grammar),
		.raw = {bytes->data, newline ? len + 1 : len},
		.duration_ns = TAP_NO_DURATION,
	};
	*bytes = tap_skip(*bytes, fact.raw.len);
	if (newline)
		parser->state = TAP_AT_LINE;
	return tap_parser_emit_fact(parser, &fact);
}

/* Sets how the rest of a line that is longer than RAW is read. */
static int
tap_parser_begin_rest(struct tap_parser *parser, struct tap_bytes raw, enum tap_taken taken)
{
	if (taken == TAP_TAKEN_COMMENT)
		parser->state = TAP_IN_COMMENT;
	else if (taken == TAP_TAKEN_YAML)
		parser->state = TAP_IN_YAML;
	else
		parser->state = TAP_IN_OUTPUT;
	return parser->state == TAP_IN_OUTPUT ? tap_parser_put_text(parser, raw) : 0;
}

static int tap_parser_on_bytes(struct tap_parser *parser, struct tap_bytes bytes);

static int
tap_parser_emit_fault(struct tap_parser *parser, const char *text)
{
	struct tap_fact fact = {.kind = TAP_FACT_FAULT, .bytes = {text, strlen(text)}};
	return parser->emit(parser->context, &fact);
}

/* Begins TAP: reads the candidates, which came before the current line. */
static int
tap_parser_begin_tap(struct tap_parser *parser)
{
	struct tap_candidates *candidates = &parser->candidates;
	struct tap_bytes lines = {candidates->data, candidates->len};
	size_t emitted_len = parser->emitted_len;
	tap_grammar_begin(&parser->grammar);
	parser->emitted_len = candidates->emitted;
	candidates->len = candidates->emitted = 0;
	int result = tap_parser_on_bytes(parser, lines);
	parser->emitted_len = emitted_len;
	if (!result && candidates->lost)
		result = tap_parser_emit_fault(
			parser, "too many or too long lines before the output is known to be TAP");
	return result;
}

/* Adds RAW, the bytes of a line, to the candidates. *WAITS becomes false if there is no room. */
static int
tap_parser_add_candidate(struct tap_parser *parser, struct tap_bytes raw, bool *waits)
{
	struct tap_candidates *candidates = &parser->candidates;
	/* The rest of a line that is not complete would be read as another line. */
	bool is_whole = raw.len < TAP_LINE_MAX || tap_line_is_complete(raw);
	int result = tap_parser_flush_text(parser);
	*waits = is_whole && tap_candidates_add(candidates, raw);
	if (!result && is_whole && !*waits && tap_candidates_wait(candidates)) {
		result = tap_candidates_emit(candidates, parser->emit, parser->context);
		*waits = tap_candidates_add(candidates, raw);
	}
	candidates->lost |= !*waits;
	return result;
}

/* Reads LINE, whose bytes are RAW, before TAP begins: it may begin TAP. *WAITS becomes true if it
 * was added to the candidates. */
static int
tap_parser_on_early_line(struct tap_parser *parser, const struct tap_line *line,
                         struct tap_bytes raw, bool *waits)
{
	struct tap_candidates *candidates = &parser->candidates;
	enum tap_sign sign = tap_evidence_add(&candidates->evidence, line);
	*waits = false;
	if (sign == TAP_SIGN_CERTAIN)
		return tap_parser_begin_tap(parser);
	if (sign == TAP_SIGN_NONE)
		return 0;
	int result = tap_parser_add_candidate(parser, raw, waits);
	/* The bytes of this line that tap_parser_pause emitted are emitted bytes of the candidates
	 * now. */
	if (*waits && parser->emitted_len) {
		candidates->emitted += parser->emitted_len;
		parser->emitted_len = 0;
	}
	return result;
}

/* Returns the first bytes of BYTES, as many as can be held: only in these is a newline searched. */
static inline struct tap_bytes
tap_parser_holdable(const struct tap_parser *parser, struct tap_bytes bytes)
{
	if (bytes.len > sizeof(parser->held))
		bytes.len = sizeof(parser->held);
	return bytes;
}

/* Sets *RAW to the line at the start of BYTES, or to its first bytes if it is long. Returns false,
 * with *RAW set to BYTES, if more bytes must follow. */
static bool
tap_parser_find_line(const struct tap_parser *parser, struct tap_bytes bytes, struct tap_bytes *raw)
{
	const char *newline = memchr(bytes.data, '\n', tap_parser_holdable(parser, bytes).len);
	*raw = bytes;
	if (newline)
		raw->len = (size_t)(newline + 1 - bytes.data);
	else if (bytes.len > TAP_LINE_MAX)
		raw->len = TAP_LINE_MAX;
	else if (!parser->ending && (tap_grammar_needs_whole_line(&parser->grammar, bytes) ||
	                             tap_line_may_begin(bytes)))
		return false;
	return true;
}

static int
tap_parser_on_line(struct tap_parser *parser, struct tap_bytes *bytes)
{
	struct tap_bytes raw;
	if (!tap_parser_find_line(parser, *bytes, &raw)) {
		bytes->len = 0;
		return tap_parser_hold(parser, raw);
	}
	struct tap_line line;
	tap_line_read(&line, raw);
	bool is_long = raw.len < bytes->len && !tap_line_is_complete(raw);
	struct tap_here here = {.line = &line, .raw = raw, .level = parser->result_level};
	bool waits = false;
	int result = 0;
	parser->result_level = TAP_NO_LEVEL;
	if (!parser->grammar.begun)
		result = tap_parser_on_early_line(parser, &line, raw, &waits);
	if (waits)
		*bytes = tap_skip(*bytes, raw.len);
	if (result || waits)
		return result;
	result = tap_grammar_line(&parser->grammar, &here);
	if (here.taken == TAP_DECLINED) {
		parser->state = TAP_IN_TEXT;
		return result;
	}
	*bytes = tap_skip(*bytes, raw.len);
	if (!result && is_long)
		result = tap_parser_begin_rest(parser, raw, here.taken);
	parser->emitted_len -= parser->emitted_len < raw.len ? parser->emitted_len : raw.len;
	return result;
}

/* After TAP has begun, reads the simple results (see simple_result.h) at the start of BYTES, one
 * after the other. In this loop, each takes 50 of 1,700 instructions less. */
static int
tap_parser_on_simple_results(struct tap_parser *parser, struct tap_bytes *bytes)
{
	struct tap_line line;
	struct tap_bytes raw;
	int result = 0;
	while (!result &&
	       tap_simple_result_read(&line, tap_parser_holdable(parser, *bytes), &raw)) {
		struct tap_here here = {.line = &line, .raw = raw, .level = TAP_NO_LEVEL};
		result = tap_grammar_line(&parser->grammar, &here);
		if (here.taken == TAP_DECLINED) {
			parser->state = TAP_IN_TEXT;
			return result;
		}
		*bytes = tap_skip(*bytes, raw.len);
	}
	return result;
}

/* Before TAP begins, passes on all lines at the start of BYTES that cannot begin it, in one
 * piece. */
static int
tap_parser_on_other(struct tap_parser *parser, struct tap_bytes *bytes)
{
	const char *at = bytes->data, *end = bytes->data + bytes->len, *newline;
	int result = 0;
	while (!result && at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		struct tap_bytes line = {at, (size_t)(newline - at)};
		if (!tap_line_is_text(line))
			break;
		if (!tap_parser_is_waiting(parser))
			result = tap_documents_on_text(&parser->grammar, line);
		at = newline + 1;
	}
	struct tap_bytes text = {bytes->data, (size_t)(at - bytes->data)};
	*bytes = tap_skip(*bytes, text.len);
	return !result && text.len ? tap_parser_put_text(parser, text) : result;
}

/* Reads lines at the start of BYTES. */
static int
tap_parser_on_lines(struct tap_parser *parser, struct tap_bytes *bytes)
{
	int result = 0;
	if (!parser->grammar.begun)
		result = tap_parser_on_other(parser, bytes);
	else if (!parser->emitted_len && parser->result_level == TAP_NO_LEVEL)
		result = tap_parser_on_simple_results(parser, bytes);
	if (result || !bytes->len || parser->state != TAP_AT_LINE)
		return result;
	return tap_parser_on_line(parser, bytes);
}

static int
tap_parser_on_bytes(struct tap_parser *parser, struct tap_bytes bytes)
{
	int result = 0;
	while (!result && bytes.len) {
		switch (parser->state) {
		case TAP_AT_LINE:
			result = tap_parser_on_lines(parser, &bytes);
			break;
		case TAP_IN_TEXT:
		case TAP_IN_OUTPUT:
			result = tap_parser_on_text(parser, &bytes);
			break;
		case TAP_IN_COMMENT:
		case TAP_IN_YAML:
			result = tap_parser_on_rest(parser, &bytes);
			break;
		}
	}
	return result ? result : tap_parser_flush_text(parser);
}

/* Adds bytes to those that are held, up to the end of the line or the end of the room, and reads
 * them together. Removes them from BYTES. */
static int
tap_parser_complete_held(struct tap_parser *parser, struct tap_bytes *bytes)
{
	size_t len = sizeof(parser->held) - parser->held_len;
	if (len > bytes->len)
		len = bytes->len;
	const char *newline = memchr(bytes->data, '\n', len);
	if (newline)
		len = (size_t)(newline + 1 - bytes->data);
	memcpy(parser->held + parser->held_len, bytes->data, len);
	*bytes = tap_skip(*bytes, len);
	struct tap_bytes held = {parser->held, parser->held_len + len};
	parser->held_len = 0;
	return tap_parser_on_bytes(parser, held);
}

int
tap_parser_feed(struct tap_parser *parser, struct tap_bytes bytes)
{
	int result = 0;
	while (!result && bytes.len && parser->held_len)
		result = tap_parser_complete_held(parser, &bytes);
	return result ? result : tap_parser_on_bytes(parser, bytes);
}

/* Returns whether the bytes that are held would be TAP if their line ended here. */
static bool
tap_parser_holds_tap(const struct tap_parser *parser)
{
	struct tap_bytes held = {parser->held, parser->held_len};
	enum tap_fit fit;
	size_t level;
	if (parser->state == TAP_AT_LINE) {
		struct tap_line line;
		tap_line_read(&line, held);
		struct tap_evidence evidence = parser->candidates.evidence;
		if (!parser->grammar.begun)
			return tap_evidence_add(&evidence, &line) == TAP_SIGN_CERTAIN;
		return !tap_grammar_is_output(&parser->grammar, &line);
	}
	tap_embedded_find(&parser->before_result, &parser->grammar.levels, held, true, &fit,
	                  &level);
	return fit == TAP_FIT_YES;
}

int
tap_parser_pause(struct tap_parser *parser)
{
	struct tap_bytes held = {parser->held, parser->held_len};
	struct tap_fact fact = {.kind = TAP_FACT_TEXT, .bytes = tap_parser_unemitted(parser, held)};
	int result = 0;
	if (tap_parser_is_waiting(parser))
		result = tap_candidates_emit(&parser->candidates, parser->emit, parser->context);
	if (result || !fact.bytes.len || tap_parser_holds_tap(parser))
		return result;
	parser->emitted_len = held.len;
	return parser->emit(parser->context, &fact);
}

int
tap_parser_finish(struct tap_parser *parser)
{
	struct tap_bytes held = {parser->held, parser->held_len};
	parser->held_len = 0;
	parser->ending = true;
	int result = tap_parser_on_bytes(parser, held);
	if (!result && tap_parser_is_waiting(parser))
		result = tap_candidates_emit(&parser->candidates, parser->emit, parser->context);
	if (!result && !parser->grammar.begun &&
	    tap_evidence_has_orphan(&parser->candidates.evidence))
		result = tap_parser_emit_fault(parser,
		                               "subtests, but no test that they are part of");
	return result ? result : tap_grammar_finish(&parser->grammar);
}
