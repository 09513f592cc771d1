/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_details.h"

#include "memory.h"
#include "subunit1_line.h"

#include <stdlib.h>
#include <strings.h>
#include <subunit2/utf8.h>

#define PIECE_MAX 65536 /* bytes of a file in one event */

static void
subunit1_details_begin_file(struct subunit1_details *details, struct subunit2_view mime_type)
{
	free(details->mime_type);
	details->mime_type = memory_copy_len(mime_type.data, mime_type.len);
	details->piece_len = 0;
}

static void
subunit1_details_name_file(struct subunit1_details *details, struct subunit2_view name)
{
	free(details->file_name);
	details->file_name = memory_copy_len(name.data, name.len);
}

static void
subunit1_details_begin(struct subunit1_details *details, enum subunit1_details_state state)
{
	details->state = state;
	details->ended = false;
	details->damage = NULL;
	if (!details->piece)
		details->piece = memory_resize(NULL, PIECE_MAX, 1);
}

void
subunit1_details_begin_lines(struct subunit1_details *details, const char *name,
                             const char *mime_type)
{
	subunit1_details_begin(details, SUBUNIT1_DETAILS_LINES);
	subunit1_details_begin_file(details, subunit2_view_of(mime_type));
	subunit1_details_name_file(details, subunit2_view_of(name));
}

void
subunit1_details_begin_parts(struct subunit1_details *details)
{
	subunit1_details_begin(details, SUBUNIT1_DETAILS_PART);
}

static enum subunit2_result
subunit1_details_emit_piece(struct subunit1_details *details, bool eof,
                            struct subunit2_error *error)
{
	struct subunit2_event event = {
		.file_name = subunit2_view_of(details->file_name),
		.file_bytes = {details->piece, details->piece_len},
		.mime_type = subunit2_view_of(details->mime_type),
		.eof = eof,
	};
	enum subunit2_result result = details->emit(details->context, &event, error);
	free(details->mime_type);
	details->mime_type = NULL;
	details->piece_len = 0;
	return result;
}

static enum subunit2_result
subunit1_details_add(struct subunit1_details *details, struct subunit2_view bytes,
                     struct subunit2_error *error)
{
	while (bytes.len > 0) {
		if (details->piece_len == PIECE_MAX) {
			enum subunit2_result result =
				subunit1_details_emit_piece(details, false, error);
			if (result != SUBUNIT2_E_OK)
				return result;
		}
		size_t room = PIECE_MAX - details->piece_len;
		size_t len = bytes.len < room ? bytes.len : room;
		memcpy(details->piece + details->piece_len, bytes.data, len);
		details->piece_len += len;
		bytes.data += len;
		bytes.len -= len;
	}
	return SUBUNIT2_E_OK;
}

bool
subunit1_details_want_bytes(const struct subunit1_details *details)
{
	return details->state == SUBUNIT1_DETAILS_CHUNK;
}

enum subunit2_result
subunit1_details_bytes(struct subunit1_details *details, struct subunit2_view *rest,
                       struct subunit2_error *error)
{
	struct subunit2_view bytes = *rest;
	if (bytes.len > details->chunk_left)
		bytes.len = (size_t)details->chunk_left;
	rest->data += bytes.len;
	rest->len -= bytes.len;
	details->chunk_left -= bytes.len;
	if (details->chunk_left == 0)
		details->state = SUBUNIT1_DETAILS_LENGTH;
	return subunit1_details_add(details, bytes, error);
}

static bool
subunit1_details_is_end(const struct lines *lines, struct subunit2_view line)
{
	return !lines->within && !lines->open &&
	       subunit2_view_equal(subunit1_without_newline(line), SUBUNIT2_LITERAL("]"));
}

static enum subunit2_result
subunit1_details_set_damage(struct subunit1_details *details, const char *reason)
{
	details->damage = reason;
	return SUBUNIT2_E_OK;
}

/* Adds a line of the details, without the blank that stands before a "]" at its start. */
static enum subunit2_result
subunit1_details_on_line(struct subunit1_details *details, const struct lines *lines,
                         struct subunit2_view line, struct subunit2_error *error)
{
	if (subunit1_details_is_end(lines, line)) {
		details->ended = true;
		return subunit1_details_emit_piece(details, true, error);
	}
	bool quoted = !lines->within && line.len > 1 && line.data[0] == ' ' && line.data[1] == ']';
	line.data += quoted;
	line.len -= quoted;
	return subunit1_details_add(details, line, error);
}

/* Returns the value of a part's field, a MIME type; absent if LINE is no such field. The field may
 * have any name; a type has a slash. */
static struct subunit2_view
subunit1_details_type_of(struct subunit2_view line)
{
	static const char field[] = "Content-Type:";
	const char *blank = line.len ? memchr(line.data, ' ', line.len) : NULL;
	if (!blank)
		return SUBUNIT2_ABSENT;
	size_t len = (size_t)(blank - line.data);
	struct subunit2_view type = {blank + 1, line.len - len - 1};
	bool named = len == sizeof(field) - 1 && strncasecmp(line.data, field, len) == 0;
	return type.len > 0 && (named || memchr(type.data, '/', type.len)) ? type : SUBUNIT2_ABSENT;
}

static enum subunit2_result
subunit1_details_on_part(struct subunit1_details *details, const struct lines *lines,
                         struct subunit2_view line)
{
	if (subunit1_details_is_end(lines, line)) {
		details->ended = true;
		return SUBUNIT2_E_OK;
	}
	struct subunit2_view type = subunit1_details_type_of(subunit1_without_newline(line));
	if (lines->open || !subunit2_view_present(type))
		return subunit1_details_set_damage(details, "no Content-Type");
	if (!subunit2_utf8_is_string(type))
		return subunit1_details_set_damage(details, "a Content-Type that is no text");
	subunit1_details_begin_file(details, type);
	details->state = SUBUNIT1_DETAILS_NAME;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_details_on_name(struct subunit1_details *details, const struct lines *lines,
                         struct subunit2_view line)
{
	struct subunit2_view name = subunit1_without_newline(line);
	if (lines->open || !subunit2_utf8_is_string(name))
		return subunit1_details_set_damage(details, "a file name that is no text");
	subunit1_details_name_file(details, name);
	details->state = SUBUNIT1_DETAILS_LENGTH;
	return SUBUNIT2_E_OK;
}

/* Reads the length TEXT, which is hexadecimal. Returns false if TEXT is no length. */
static bool
subunit1_details_read_length(struct subunit2_view text, uint64_t *length)
{
	*length = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
		                 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
		                 : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
		                                        : 16;
		if (digit > 15)
			return false;
		*length = *length << 4 | digit;
	}
	return text.len > 0 && text.len <= 15;
}

static enum subunit2_result
subunit1_details_on_length(struct subunit1_details *details, const struct lines *lines,
                           struct subunit2_view line, struct subunit2_error *error)
{
	uint64_t length;
	if (lines->open || !subunit1_details_read_length(subunit1_without_newline(line), &length)) {
		details->damage = "no length of a chunk";
		return subunit1_details_emit_piece(details, true, error);
	}
	if (length == 0) {
		details->state = SUBUNIT1_DETAILS_PART;
		return subunit1_details_emit_piece(details, true, error);
	}
	details->state = SUBUNIT1_DETAILS_CHUNK;
	details->chunk_left = length;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
subunit1_details_line(struct subunit1_details *details, const struct lines *lines,
                      struct subunit2_view line, struct subunit2_error *error)
{
	switch (details->state) {
	case SUBUNIT1_DETAILS_LINES:
		return subunit1_details_on_line(details, lines, line, error);
	case SUBUNIT1_DETAILS_PART:
		return subunit1_details_on_part(details, lines, line);
	case SUBUNIT1_DETAILS_NAME:
		return subunit1_details_on_name(details, lines, line);
	default:
		return subunit1_details_on_length(details, lines, line, error);
	}
}

enum subunit2_result
subunit1_details_cut(struct subunit1_details *details, struct subunit2_error *error)
{
	bool in_file =
		details->state != SUBUNIT1_DETAILS_PART && details->state != SUBUNIT1_DETAILS_NAME;
	return in_file ? subunit1_details_emit_piece(details, true, error) : SUBUNIT2_E_OK;
}

void
subunit1_details_clear(struct subunit1_details *details)
{
	free(details->file_name);
	free(details->mime_type);
	free(details->piece);
	details->file_name = details->mime_type = details->piece = NULL;
}
