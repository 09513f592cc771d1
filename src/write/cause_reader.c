/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cause_reader.h"

#include "source_place.h"

#include <ctype.h>

#define LINE_MAX 300 /* bytes of a line that are shown */

struct subunit2_view
cause_reader_trim(struct subunit2_view text)
{
	while (text.len > 0 && isspace((unsigned char)text.data[0]))
		text = (struct subunit2_view){text.data + 1, text.len - 1};
	while (text.len > 0 && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	return text;
}

bool
cause_reader_next_line(struct subunit2_view *text, struct subunit2_view *line)
{
	if (text->len == 0)
		return false;
	const char *newline = memchr(text->data, '\n', text->len);
	size_t len = newline ? (size_t)(newline - text->data) : text->len;
	*line = (struct subunit2_view){text->data, len};
	len += newline != NULL;
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return true;
}

/* Returns TEXT, or its first LINE_MAX bytes without a part of a character. */
static struct subunit2_view
cause_reader_shorten(struct subunit2_view text)
{
	if (text.len <= LINE_MAX)
		return text;
	text.len = LINE_MAX;
	while (text.len > LINE_MAX - 3 && ((unsigned char)text.data[text.len] & 0xC0) == 0x80)
		text.len--;
	return text;
}

void
cause_reader_add(struct cause_reader *reader, struct subunit2_view line)
{
	line = cause_reader_trim(line);
	if (line.len == 0 || reader->lines == CAUSE_LINES_MAX)
		return;
	if (reader->lines++ > 0)
		buffer_add(reader->text, SUBUNIT2_LITERAL("\n"));
	struct subunit2_view shown = cause_reader_shorten(line);
	buffer_add(reader->text, shown);
	if (shown.len < line.len)
		buffer_add(reader->text, SUBUNIT2_LITERAL("\xE2\x80\xA6")); /* an ellipsis */
}

struct subunit2_view
cause_reader_unquote(struct subunit2_view text)
{
	if (text.len >= 2 && (text.data[0] == '\'' || text.data[0] == '"') &&
	    text.data[text.len - 1] == text.data[0])
		return (struct subunit2_view){text.data + 1, text.len - 2};
	return text;
}

bool
cause_reader_split(struct subunit2_view line, struct subunit2_view *key,
                   struct subunit2_view *value)
{
	const char *colon = line.len ? memchr(line.data, ':', line.len) : NULL;
	if (!colon)
		return false;
	size_t len = (size_t)(colon - line.data);
	*key = cause_reader_trim((struct subunit2_view){line.data, len});
	*value = cause_reader_trim((struct subunit2_view){colon + 1, line.len - len - 1});
	return true;
}

static bool
cause_reader_is_word(struct subunit2_view text, const char *const words[])
{
	for (; *words; words++)
		if (subunit2_view_equal(text, subunit2_view_of(*words)))
			return true;
	return false;
}

/* Stores the value of "got: 5" or "expected: 6". Returns true if LINE is one of them. */
static bool
cause_reader_take_values(struct cause_reader *reader, struct subunit2_view line)
{
	static const char *const got[] = {"got", "actual", "found", "received", NULL};
	static const char *const want[] = {"expected", "wanted", "want", "expect", NULL};
	struct subunit2_view key, value;
	if (!cause_reader_split(line, &key, &value))
		return false;
	struct subunit2_view *target = cause_reader_is_word(key, got)    ? &reader->got
	                               : cause_reader_is_word(key, want) ? &reader->want
	                                                                 : NULL;
	if (!target)
		return false;
	if (!subunit2_view_present(*target))
		*target = cause_reader_unquote(value);
	return true;
}

/* Returns true if LINE, of a comment, only repeats the name of the test or names a place. */
static bool
cause_reader_is_place(struct subunit2_view line)
{
	struct source_place place;
	return (subunit2_view_starts(line, SUBUNIT2_LITERAL("at ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("(in ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("(from ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("in "))) &&
	       source_place_find(&place, line);
}

static void
cause_reader_comment(struct cause_reader *reader, struct subunit2_view line)
{
	line = cause_reader_trim(line);
	while (line.len > 0 && line.data[0] == '#')
		line = cause_reader_trim((struct subunit2_view){line.data + 1, line.len - 1});
	/* The tap writer names the place of a test so. */
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("route: ")))
		return;
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Failed test")))
		reader->title = line;
	else if (!cause_reader_is_place(line) && !cause_reader_take_values(reader, line))
		cause_reader_add(reader, line);
}

/* Takes the message and the values that were compared; else the first pair that is not among the
 * details. A message may be the line that follows its key: "message: |-". */
static void
cause_reader_yaml(struct cause_reader *reader, struct subunit2_view line)
{
	/* The tap writer puts the files of a test into the YAML, with their names in quotes. */
	static const char *const messages[] = {"message", "error", "\"reason\"", NULL};
	static const char *const details[] = {
		"at",       "code",  "column", "duration_ms", "failureType",
		"file",     "line",  "name",   "location",    "operator",
		"severity", "stack", "tags",   "type",        NULL,
	};
	struct subunit2_view key, value;
	line = cause_reader_trim(line);
	if (subunit2_view_present(reader->message) && reader->message.len == 0) {
		reader->message = line;
		return;
	}
	if (cause_reader_take_values(reader, line))
		return;
	if (!cause_reader_split(line, &key, &value))
		return;
	bool block = value.len == 0 || value.data[0] == '|' || value.data[0] == '>';
	if (!subunit2_view_present(reader->title) && !block && !cause_reader_is_word(key, details))
		reader->title = line;
	if (subunit2_view_present(reader->message) || !cause_reader_is_word(key, messages))
		return;
	reader->message =
		block ? (struct subunit2_view){value.data, 0} : cause_reader_unquote(value);
}

/* pytest marks the lines of a message with "E "; Python writes it last; others write it first. */
static void
cause_reader_traceback(struct cause_reader *reader, struct subunit2_view line)
{
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("E  ")))
		cause_reader_add(reader, (struct subunit2_view){line.data + 1, line.len - 1});
	else if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Traceback (most recent call last)")))
		reader->message = line;
	else if (subunit2_view_present(reader->message) && cause_reader_trim(line).len > 0)
		reader->message = line;
	else if (!subunit2_view_present(reader->title) && cause_reader_trim(line).len > 0)
		reader->title = line;
}

void
cause_reader_line(struct cause_reader *reader, struct subunit2_view line)
{
	switch (reader->markup) {
	case CAUSE_PLAIN:
		cause_reader_add(reader, line);
		break;
	case CAUSE_COMMENT:
		cause_reader_comment(reader, line);
		break;
	case CAUSE_YAML:
		cause_reader_yaml(reader, line);
		break;
	case CAUSE_TRACEBACK:
		cause_reader_traceback(reader, line);
		break;
	}
}

/* Adds "got 5, want 6". */
static void
cause_reader_add_values(struct cause_reader *reader)
{
	struct buffer values = {0};
	if (subunit2_view_present(reader->got)) {
		buffer_add(&values, SUBUNIT2_LITERAL("got "));
		buffer_add(&values, cause_reader_shorten(reader->got));
	}
	if (subunit2_view_present(reader->want)) {
		if (values.len > 0)
			buffer_add(&values, SUBUNIT2_LITERAL(", "));
		buffer_add(&values, SUBUNIT2_LITERAL("want "));
		buffer_add(&values, cause_reader_shorten(reader->want));
	}
	cause_reader_add(reader, buffer_view(&values));
	buffer_clear(&values);
}

void
cause_reader_finish(struct cause_reader *reader)
{
	bool some = reader->lines > 0;
	if (!some && subunit2_view_present(reader->message))
		cause_reader_add(reader, reader->message);
	if (!some)
		cause_reader_add_values(reader);
	if (reader->lines == 0 && subunit2_view_present(reader->title))
		cause_reader_add(reader, reader->title);
}
