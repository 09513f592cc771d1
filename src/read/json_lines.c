/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "json_lines.h"

#include "byte_block.h"
#include "byte_order_mark.h"
#include "json_event.h"
#include "memory.h"
#include "number.h"

#include <stdlib.h>
#include <subunit2/damage.h>

struct json_lines {
	struct subunit2_sink *sink;
	enum subunit2_result (*other)(void *context, struct subunit2_view bytes, int64_t now_ms,
	                              struct subunit2_error *error);
	void *context;
	bool strict;
	struct json_event_parser *parser;
	uint64_t line; /* lines that ended, for reasons */

	bool passing;    /* in the rest of a line that is no event */
	bool after_text; /* text stands before the held bytes on their line */
	char *held;      /* the start of a line that may be one */
	size_t held_len, held_size;
	size_t released; /* bytes of held that were passed on already */
	int64_t held_ms; /* when the last of it came */
};

struct json_lines *
json_lines_new(struct subunit2_sink *sink, bool strict,
               enum subunit2_result (*other)(void *context, struct subunit2_view bytes,
                                             int64_t now_ms, struct subunit2_error *error),
               void *context)
{
	struct json_lines *lines = memory_zeroed(1, sizeof(*lines));
	lines->sink = sink;
	lines->other = other;
	lines->context = context;
	lines->strict = strict;
	lines->parser = json_event_parser_new();
	return lines;
}

void
json_lines_free(struct json_lines *lines)
{
	if (!lines)
		return;
	json_event_parser_free(lines->parser);
	free(lines->held);
	free(lines);
}

static enum subunit2_result
json_lines_emit_text(struct json_lines *lines, struct subunit2_view bytes, int64_t now_ms,
                     struct subunit2_error *error)
{
	return bytes.len ? lines->other(lines->context, bytes, now_ms, error) : SUBUNIT2_E_OK;
}

static bool
json_lines_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct subunit2_view
json_lines_trimmed(struct subunit2_view line)
{
	line = byte_order_mark_skip(line);
	while (line.len > 0 && json_lines_is_space(line.data[line.len - 1]))
		line.len--;
	while (line.len > 0 && json_lines_is_space(*line.data))
		line.data++, line.len--;
	return line;
}

static enum json_event_match
json_lines_match(const struct json_lines *lines, struct subunit2_view head)
{
	return lines->strict ? JSON_EVENT_YES : json_event_match(head);
}

/* Emits LINE, which is complete, as an event or as text. Its first RELEASED bytes were passed on as
 * text. After other text on its line, a broken event is passed on as text. */
static enum subunit2_result
json_lines_emit_line(struct json_lines *lines, struct subunit2_view line, size_t released,
                     int64_t now_ms, struct subunit2_error *error)
{
	struct subunit2_view rest = {line.data + released, line.len - released};
	struct subunit2_view text = json_lines_trimmed(line);
	lines->line++;
	if (text.len == 0 && lines->strict)
		return SUBUNIT2_E_OK;
	if (json_lines_match(lines, text) != JSON_EVENT_YES)
		return json_lines_emit_text(lines, rest, now_ms, error);

	struct subunit2_event event;
	char why[JSON_EVENT_REASON_SIZE], line_number[NUMBER_DIGITS_MAX + 1];
	if (json_event_read(lines->parser, text, &event, why)) {
		enum subunit2_result result = subunit2_sink_event(lines->sink, &event, error);
		bool ends_text = lines->after_text && line.data[line.len - 1] == '\n';
		return ends_text && result == SUBUNIT2_E_OK
		               ? json_lines_emit_text(lines, SUBUNIT2_LITERAL("\n"), now_ms, error)
		               : result;
	}
	if (lines->after_text)
		return json_lines_emit_text(lines, rest, now_ms, error);
	line_number[number_write_digits(line_number, lines->line)] = '\0';
	char reason[sizeof("line : ") + sizeof(line_number) + sizeof(why)];
	stpcpy(stpcpy(stpcpy(stpcpy(reason, "line "), line_number), ": "), why);
	return subunit2_damage_emit(lines->sink, rest, SUBUNIT2_DAMAGE_FIRST, reason, NULL, error);
}

static enum subunit2_result
json_lines_emit_held(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit2_view line = {lines->held, lines->held_len};
	size_t released = lines->released;
	lines->held_len = lines->released = 0;
	return json_lines_emit_line(lines, line, released, now_ms, error);
}

/* Returns the offset of the first brace in TEXT at which an event may begin, or its length. */
static size_t
json_lines_find_event(struct subunit2_view text)
{
	const char *at = text.data, *end = at + text.len;
	for (; (at = memchr(at, '{', (size_t)(end - at))); at++)
		if (json_event_match((struct subunit2_view){at, (size_t)(end - at)}) !=
		    JSON_EVENT_NO)
			return (size_t)(at - text.data);
	return text.len;
}

/* Passes on the held bytes, which are not the start of an event, up to the next brace at which one
 * may begin. Holds only the bytes from there on. */
static enum subunit2_result
json_lines_release_text(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error)
{
	size_t len = json_lines_find_event((struct subunit2_view){lines->held, lines->held_len});
	size_t released = lines->released < len ? lines->released : len;
	enum subunit2_result result = json_lines_emit_text(
		lines, (struct subunit2_view){lines->held + released, len - released}, now_ms,
		error);
	lines->after_text = true;
	lines->released -= released;
	lines->held_len -= len;
	memmove(lines->held, lines->held + len, lines->held_len);
	return result;
}

/* Passes on the held bytes, which are too long for an event, and the rest of their line. */
static enum subunit2_result
json_lines_release_held(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit2_view rest = {lines->held + lines->released,
	                             lines->held_len - lines->released};
	lines->held_len = lines->released = 0;
	lines->passing = true;
	if (lines->strict)
		return subunit2_damage_emit(lines->sink, rest, SUBUNIT2_DAMAGE_FIRST,
		                            "too long for an event", NULL, error);
	return json_lines_emit_text(lines, rest, now_ms, error);
}

/* Adds PIECE to a line that may be an event. PIECE ends with the newline, or with the bytes that
 * have come. */
static enum subunit2_result
json_lines_append_held(struct json_lines *lines, struct subunit2_view piece, int64_t now_ms,
                       struct subunit2_error *error)
{
	bool whole = piece.data[piece.len - 1] == '\n';
	if (whole && lines->held_len == 0)
		return json_lines_emit_line(lines, piece, 0, now_ms, error);

	lines->held = memory_grow(lines->held, &lines->held_size, lines->held_len + piece.len, 1);
	memcpy(lines->held + lines->held_len, piece.data, piece.len);
	lines->held_len += piece.len;
	lines->held_ms = now_ms;

	struct subunit2_view head = {lines->held, lines->held_len};
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (json_lines_match(lines, head) == JSON_EVENT_NO)
		result = json_lines_release_text(lines, now_ms, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (whole)
		return json_lines_emit_held(lines, now_ms, error);
	if (lines->held_len == 0 || lines->held_len > JSON_EVENT_MAX)
		return json_lines_release_held(lines, now_ms, error);
	return SUBUNIT2_E_OK;
}

/* Returns the marks of the newlines in the block at AT. */
BYTE_BLOCK_INLINE byte_block
json_lines_mark(const char *at)
{
	return byte_block_mark(byte_block_load(at), '\n');
}

static uint64_t
json_lines_newlines(struct subunit2_view bytes)
{
	enum { STEP = 4 * BYTE_BLOCK_LEN, STEPS_MAX = UINT8_MAX / 4 };
	const char *at = bytes.data, *end = at + bytes.len;
	uint64_t count = 0;
	while (end - at >= STEP) {
		/* A mark is -1; a byte of COUNTS holds up to 255. */
		byte_block counts = {0};
		size_t steps = (size_t)(end - at) / STEP;
		const char *stop = at + (steps < STEPS_MAX ? steps : STEPS_MAX) * STEP;
		for (; at < stop; at += STEP)
			counts -= json_lines_mark(at) + json_lines_mark(at + BYTE_BLOCK_LEN) +
			          json_lines_mark(at + 2 * BYTE_BLOCK_LEN) +
			          json_lines_mark(at + 3 * BYTE_BLOCK_LEN);
		for (int i = 0; i < BYTE_BLOCK_LEN; i++)
			count += counts[i];
	}
	for (; at < end; at++)
		count += *at == '\n';
	return count;
}

/* Returns the offset in PIECE, a line or a part of one, at which an event may begin, or its
 * length if it has no such offset. Sets AFTER_TEXT. */
static size_t
json_lines_event_start(struct json_lines *lines, struct subunit2_view piece)
{
	if (lines->held_len > 0)
		return 0;
	lines->after_text = lines->passing || json_lines_match(lines, piece) == JSON_EVENT_NO;
	if (!lines->after_text)
		return 0;
	return lines->strict ? piece.len : json_lines_find_event(piece);
}

/* Passes over the whole lines without a brace that BYTES begin with, and returns their
 * length. */
static size_t
json_lines_skip_braceless(struct json_lines *lines, struct subunit2_view bytes)
{
	if (lines->strict || lines->passing || lines->held_len)
		return 0;
	const char *brace = memchr(bytes.data, '{', bytes.len);
	size_t len = brace ? (size_t)(brace - bytes.data) : bytes.len;
	const char *newline = memrchr(bytes.data, '\n', len);
	bytes.len = newline ? (size_t)(newline + 1 - bytes.data) : 0;
	lines->line += json_lines_newlines(bytes);
	return bytes.len;
}

enum subunit2_result
json_lines_feed(struct json_lines *lines, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	const char *at = bytes.data, *end = bytes.data + bytes.len;
	const char *other = at; /* start of the text that was not emitted yet */
	enum subunit2_result result = SUBUNIT2_E_OK;

	while (at < end && result == SUBUNIT2_E_OK) {
		at += json_lines_skip_braceless(lines,
		                                (struct subunit2_view){at, (size_t)(end - at)});
		if (at == end)
			break;
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;
		at += json_lines_event_start(lines,
		                             (struct subunit2_view){at, (size_t)(next - at)});
		if (at < next) {
			lines->passing = false;
			result = json_lines_emit_text(
				lines, (struct subunit2_view){other, (size_t)(at - other)}, now_ms,
				error);
			if (result == SUBUNIT2_E_OK)
				result = json_lines_append_held(
					lines, (struct subunit2_view){at, (size_t)(next - at)},
					now_ms, error);
			other = next;
		} else {
			lines->passing = !newline;
			lines->line += newline != NULL;
		}
		at = next;
	}
	if (result == SUBUNIT2_E_OK)
		result = json_lines_emit_text(
			lines, (struct subunit2_view){other, (size_t)(end - other)}, now_ms, error);
	return result;
}

int64_t
json_lines_deadline(const struct json_lines *lines)
{
	return lines->held_len > lines->released ? lines->held_ms + JSON_LINES_SILENCE_MS
	                                         : INT64_MAX;
}

enum subunit2_result
json_lines_tick(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error)
{
	if (now_ms < json_lines_deadline(lines))
		return SUBUNIT2_E_OK;
	struct subunit2_view rest = {lines->held + lines->released,
	                             lines->held_len - lines->released};
	lines->released = lines->held_len;
	return json_lines_emit_text(lines, rest, now_ms, error);
}

enum subunit2_result
json_lines_end(struct json_lines *lines, int64_t now_ms, struct subunit2_error *error)
{
	lines->passing = false;
	return lines->held_len > 0 ? json_lines_emit_held(lines, now_ms, error) : SUBUNIT2_E_OK;
}
