/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cause.h"

#include "sgr.h"
#include "source_place.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>
#include <unistd.h>

#define SEARCHED_MAX (64 << 10) /* bytes of a file that are read, from its start */
#define LINE_MAX 300            /* bytes of a line that are shown */
#define SUFFIX_MAX 4096         /* bytes of the last line of output that are read */

/* How the lines of a file are read. */
enum cause_markup {
	CAUSE_PLAIN,     /* as they are */
	CAUSE_COMMENT,   /* "# " before each line */
	CAUSE_YAML,      /* keys and values */
	CAUSE_TRACEBACK, /* the message stands at the end, or after "E " */
};

static const struct cause_source {
	const char *name;
	enum cause_markup markup;
} cause_sources[] = {
	{"reason", CAUSE_PLAIN},         {"comment", CAUSE_COMMENT},
	{"diagnostic.yaml", CAUSE_YAML}, {"traceback", CAUSE_TRACEBACK},
	{"details", CAUSE_TRACEBACK},
};
#define CAUSE_SOURCES (sizeof(cause_sources) / sizeof(*cause_sources))

/* The text of one file while it is read. */
struct cause_reader {
	enum cause_markup markup;
	struct buffer *text; /* lines so far */
	unsigned lines;
	struct subunit2_view message, got, want, title; /* absent: not found */
};

static bool
cause_is_named(const struct subunit2_attachment *file, const char *name)
{
	struct subunit2_view wanted = subunit2_view_of(name);
	return subunit2_view_equal(file->name, wanted) ||
	       (file->name.len == wanted.len + strlen(".bytes") &&
	        subunit2_view_starts(file->name, wanted) &&
	        subunit2_view_ends(file->name, SUBUNIT2_LITERAL(".bytes")));
}

static const struct subunit2_attachment *
cause_file(const struct subunit2_test *test, const char *name)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (test->attachments[i].bytes.len > 0 &&
		    cause_is_named(&test->attachments[i], name))
			return &test->attachments[i];
	return NULL;
}

/* Returns TEXT without blanks at both ends. */
static struct subunit2_view
cause_trim(struct subunit2_view text)
{
	while (text.len > 0 && isspace((unsigned char)text.data[0]))
		text = (struct subunit2_view){text.data + 1, text.len - 1};
	while (text.len > 0 && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	return text;
}

/* Takes the first line off TEXT, without its newline. Returns false at the end. */
static bool
cause_next_line(struct subunit2_view *text, struct subunit2_view *line)
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
cause_shorten(struct subunit2_view text)
{
	if (text.len <= LINE_MAX)
		return text;
	text.len = LINE_MAX;
	while (text.len > LINE_MAX - 3 && ((unsigned char)text.data[text.len] & 0xC0) == 0x80)
		text.len--;
	return text;
}

static void
cause_add_line(struct cause_reader *reader, struct subunit2_view line)
{
	line = cause_trim(line);
	if (line.len == 0 || reader->lines == CAUSE_LINES_MAX)
		return;
	if (reader->lines++ > 0)
		buffer_add(reader->text, SUBUNIT2_LITERAL("\n"));
	struct subunit2_view shown = cause_shorten(line);
	buffer_add(reader->text, shown);
	if (shown.len < line.len)
		buffer_add(reader->text, SUBUNIT2_LITERAL("\xE2\x80\xA6")); /* an ellipsis */
}

/* Returns TEXT without quotes of one kind around it. */
static struct subunit2_view
cause_unquote(struct subunit2_view text)
{
	if (text.len >= 2 && (text.data[0] == '\'' || text.data[0] == '"') &&
	    text.data[text.len - 1] == text.data[0])
		return (struct subunit2_view){text.data + 1, text.len - 2};
	return text;
}

/* Splits "KEY: VALUE". Returns false if LINE has another form. */
static bool
cause_split(struct subunit2_view line, struct subunit2_view *key, struct subunit2_view *value)
{
	const char *colon = line.len ? memchr(line.data, ':', line.len) : NULL;
	if (!colon)
		return false;
	size_t len = (size_t)(colon - line.data);
	*key = cause_trim((struct subunit2_view){line.data, len});
	*value = cause_trim((struct subunit2_view){colon + 1, line.len - len - 1});
	return true;
}

static bool
cause_is_word(struct subunit2_view text, const char *const words[])
{
	for (; *words; words++)
		if (subunit2_view_equal(text, subunit2_view_of(*words)))
			return true;
	return false;
}

/* Takes "got: 5" and "expected: 6". Returns true if LINE is one of them. */
static bool
cause_take_values(struct cause_reader *reader, struct subunit2_view line)
{
	static const char *const got[] = {"got", "actual", "found", "received", NULL};
	static const char *const want[] = {"expected", "wanted", "want", "expect", NULL};
	struct subunit2_view key, value;
	if (!cause_split(line, &key, &value))
		return false;
	struct subunit2_view *target = cause_is_word(key, got)    ? &reader->got
	                               : cause_is_word(key, want) ? &reader->want
	                                                          : NULL;
	if (!target)
		return false;
	if (!subunit2_view_present(*target))
		*target = cause_unquote(value);
	return true;
}

/* Returns true if LINE, of a comment, only repeats the name of the test or names a place. */
static bool
cause_is_place(struct subunit2_view line)
{
	struct source_place place;
	return (subunit2_view_starts(line, SUBUNIT2_LITERAL("at ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("(in ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("(from ")) ||
	        subunit2_view_starts(line, SUBUNIT2_LITERAL("in "))) &&
	       source_place_find(&place, line);
}

static void
cause_read_comment(struct cause_reader *reader, struct subunit2_view line)
{
	line = cause_trim(line);
	while (line.len > 0 && line.data[0] == '#')
		line = cause_trim((struct subunit2_view){line.data + 1, line.len - 1});
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Failed test")))
		reader->title = line;
	else if (!cause_is_place(line) && !cause_take_values(reader, line))
		cause_add_line(reader, line);
}

/* Takes the message and the values that were compared; else the first pair that is not among the
 * details. A message may be the line that follows its key: "message: |-". */
static void
cause_read_yaml(struct cause_reader *reader, struct subunit2_view line)
{
	static const char *const messages[] = {"message", "error", NULL};
	static const char *const details[] = {
		"at",   "code",     "column",   "duration_ms", "failureType", "file", "line",
		"name", "location", "operator", "severity",    "stack",       "type", NULL,
	};
	struct subunit2_view key, value;
	line = cause_trim(line);
	if (subunit2_view_present(reader->message) && reader->message.len == 0) {
		reader->message = line;
		return;
	}
	if (cause_take_values(reader, line))
		return;
	if (!cause_split(line, &key, &value))
		return;
	if (!subunit2_view_present(reader->title) && value.len > 0 && !cause_is_word(key, details))
		reader->title = line;
	if (subunit2_view_present(reader->message) || !cause_is_word(key, messages))
		return;
	bool block = value.len == 0 || value.data[0] == '|' || value.data[0] == '>';
	reader->message = block ? (struct subunit2_view){value.data, 0} : cause_unquote(value);
}

/* pytest marks the lines of a message with "E "; Python writes it last; others write it first. */
static void
cause_read_traceback(struct cause_reader *reader, struct subunit2_view line)
{
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL("E  ")))
		cause_add_line(reader, (struct subunit2_view){line.data + 1, line.len - 1});
	else if (subunit2_view_starts(line, SUBUNIT2_LITERAL("Traceback (most recent call last)")))
		reader->message = line;
	else if (subunit2_view_present(reader->message) && cause_trim(line).len > 0)
		reader->message = line;
	else if (!subunit2_view_present(reader->title) && cause_trim(line).len > 0)
		reader->title = line;
}

static void
cause_read_line(struct cause_reader *reader, struct subunit2_view line)
{
	switch (reader->markup) {
	case CAUSE_PLAIN:
		cause_add_line(reader, line);
		break;
	case CAUSE_COMMENT:
		cause_read_comment(reader, line);
		break;
	case CAUSE_YAML:
		cause_read_yaml(reader, line);
		break;
	case CAUSE_TRACEBACK:
		cause_read_traceback(reader, line);
		break;
	}
}

/* Adds "got 5, want 6". */
static void
cause_add_values(struct cause_reader *reader)
{
	struct buffer values = {0};
	if (subunit2_view_present(reader->got)) {
		buffer_add(&values, SUBUNIT2_LITERAL("got "));
		buffer_add(&values, cause_shorten(reader->got));
	}
	if (subunit2_view_present(reader->want)) {
		if (values.len > 0)
			buffer_add(&values, SUBUNIT2_LITERAL(", "));
		buffer_add(&values, SUBUNIT2_LITERAL("want "));
		buffer_add(&values, cause_shorten(reader->want));
	}
	cause_add_line(reader, buffer_view(&values));
	buffer_clear(&values);
}

/* Adds the values and the message that were found on the way. */
static void
cause_finish_file(struct cause_reader *reader)
{
	bool some = reader->lines > 0;
	if (!some && subunit2_view_present(reader->message))
		cause_add_line(reader, reader->message);
	if (!some)
		cause_add_values(reader);
	if (reader->lines == 0 && subunit2_view_present(reader->title))
		cause_add_line(reader, reader->title);
}

/* Returns the first SEARCHED_MAX bytes of FILE, without colors. Clear the buffer. */
static struct buffer
cause_head(const struct subunit2_attachment *file)
{
	struct buffer head = {0};
	struct subunit2_view bytes = file->bytes;
	if (bytes.len > SEARCHED_MAX)
		bytes.len = SEARCHED_MAX;
	sgr_add_without(&head, bytes);
	return head;
}

/* Adds the lines of FILE to CAUSE. */
static void
cause_read_file(struct cause *cause, const struct subunit2_attachment *file,
                enum cause_markup markup)
{
	struct cause_reader reader = {.markup = markup, .text = &cause->text};
	struct buffer head = cause_head(file);
	struct subunit2_view text = buffer_view(&head), line;
	while (reader.lines < CAUSE_LINES_MAX && cause_next_line(&text, &line))
		cause_read_line(&reader, line);
	cause_finish_file(&reader);
	buffer_clear(&head);
}

/* Returns the last line of FILE that is not empty. */
static struct subunit2_view
cause_last_line(const struct subunit2_attachment *file)
{
	struct subunit2_view bytes = file->bytes;
	if (bytes.len > SUFFIX_MAX)
		bytes = (struct subunit2_view){bytes.data + bytes.len - SUFFIX_MAX, SUFFIX_MAX};
	bytes = cause_trim(bytes);
	const char *newline = bytes.len ? memrchr(bytes.data, '\n', bytes.len) : NULL;
	size_t start = newline ? (size_t)(newline + 1 - bytes.data) : 0;
	return cause_trim((struct subunit2_view){bytes.data + start, bytes.len - start});
}

/* Adds the last line of stderr, else of stdout. */
static void
cause_add_output(struct cause *cause, const struct subunit2_test *test)
{
	static const char *const names[] = {"stderr", "stdout"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct subunit2_attachment *file = cause_file(test, names[i]);
		if (!file)
			continue;
		struct buffer line = {0};
		struct cause_reader reader = {.text = &cause->text, .lines = cause->text.len > 0};
		sgr_add_without(&line, cause_last_line(file));
		cause_add_line(&reader, buffer_view(&line));
		bool some = line.len > 0;
		buffer_clear(&line);
		if (some)
			return;
	}
}

/* Returns true if the text is one line that names an exit status only. */
static bool
cause_is_exit_status(struct subunit2_view text)
{
	return subunit2_view_starts(text, SUBUNIT2_LITERAL("exit status ")) &&
	       !memchr(text.data, '\n', text.len);
}

static const char *
cause_of_status(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_FAIL        ? "failed"
	       : status == SUBUNIT2_STATUS_UXSUCCESS ? "passed unexpectedly"
	                                             : "never ended";
}

static void
cause_find_text(struct cause *cause, const struct subunit2_test *test)
{
	for (size_t i = 0; i < CAUSE_SOURCES && cause->text.len == 0; i++) {
		const struct subunit2_attachment *file = cause_file(test, cause_sources[i].name);
		if (file)
			cause_read_file(cause, file, cause_sources[i].markup);
	}
	if (test->status == SUBUNIT2_STATUS_FAIL &&
	    (cause->text.len == 0 || cause_is_exit_status(buffer_view(&cause->text))))
		cause_add_output(cause, test);
	if (cause->text.len == 0)
		buffer_add(&cause->text, subunit2_view_of(cause_of_status(test->status)));
}

static void
cause_join_lines(struct cause *cause)
{
	struct subunit2_view text = buffer_view(&cause->text), line;
	while (cause_next_line(&text, &line)) {
		if (cause->line.len > 0)
			buffer_add(&cause->line, SUBUNIT2_LITERAL("; "));
		buffer_add(&cause->line, line);
	}
}

/* Sets the file of CAUSE to PATH, relative to the current folder where it lies below it. */
static void
cause_set_file(struct cause *cause, const struct source_place *place)
{
	struct subunit2_view path = place->file;
	char *folder = path.data[0] == '/' ? getcwd(NULL, 0) : NULL;
	size_t len = folder ? strlen(folder) : 0;
	if (len > 1 && path.len > len + 1 && memcmp(path.data, folder, len) == 0 &&
	    path.data[len] == '/')
		path = (struct subunit2_view){path.data + len + 1, path.len - len - 1};
	free(folder);
	while (path.len > 2 && memcmp(path.data, "./", 2) == 0)
		path = (struct subunit2_view){path.data + 2, path.len - 2};
	cause->file.len = 0;
	buffer_add(&cause->file, path);
	cause->line_number = place->line_number;
}

/* YAML names a place by two keys, too. Returns true once both were seen. */
static bool
cause_take_keys(struct source_place *place, struct subunit2_view line)
{
	struct subunit2_view key, value;
	if (!cause_split(line, &key, &value))
		return false;
	value = cause_unquote(value);
	if (subunit2_view_equal(key, SUBUNIT2_LITERAL("file")) && source_place_is_file(value))
		place->file = value;
	if (subunit2_view_equal(key, SUBUNIT2_LITERAL("line"))) {
		place->line_number = 0;
		for (size_t i = 0; i < value.len && i < 8; i++)
			if (value.data[i] >= '0' && value.data[i] <= '9')
				place->line_number =
					10 * place->line_number + (uint64_t)(value.data[i] - '0');
	}
	return place->file.len > 0 && place->line_number > 0;
}

/* A warning of a compiler is not the cause. */
static bool
cause_is_remark(struct subunit2_view line)
{
	return line.len > 0 && (memmem(line.data, line.len, "warning:", 8) ||
	                        memmem(line.data, line.len, "note:", 5));
}

/* Sets the place of CAUSE to the first that FILE names; of Python's, the last. Returns false if
 * FILE names no place. */
static bool
cause_find_place(struct cause *cause, const struct subunit2_attachment *file, bool yaml)
{
	struct buffer head = cause_head(file);
	struct subunit2_view text = buffer_view(&head), line;
	struct source_place place, keys = {.line_number = 0};
	bool found = false, last_wins = true;
	while (last_wins && cause_next_line(&text, &line)) {
		if (!cause_is_remark(line) && source_place_find(&place, line)) {
			last_wins = memmem(line.data, line.len, "File \"", 6);
			if (last_wins || !found)
				cause_set_file(cause, &place);
			found = true;
		} else if (yaml && !found && cause_take_keys(&keys, line)) {
			cause_set_file(cause, &keys);
			found = true;
			last_wins = false;
		}
	}
	buffer_clear(&head);
	return found;
}

static void
cause_find_any_place(struct cause *cause, const struct subunit2_test *test)
{
	static const char *const output[] = {"stderr", "stdout"};
	for (size_t i = 0; i < CAUSE_SOURCES; i++) {
		const struct subunit2_attachment *file = cause_file(test, cause_sources[i].name);
		bool yaml = cause_sources[i].markup == CAUSE_YAML;
		if (file && cause_find_place(cause, file, yaml))
			return;
	}
	for (size_t i = 0; i < sizeof(output) / sizeof(*output); i++) {
		const struct subunit2_attachment *file = cause_file(test, output[i]);
		if (file && cause_find_place(cause, file, false))
			return;
	}
}

void
cause_find(struct cause *cause, const struct subunit2_test *test)
{
	*cause = (struct cause){.line_number = 0};
	cause_find_text(cause, test);
	cause_join_lines(cause);
	cause_find_any_place(cause, test);
}

void
cause_clear(struct cause *cause)
{
	buffer_clear(&cause->text);
	buffer_clear(&cause->line);
	buffer_clear(&cause->file);
}

/* Takes digits, at least one, off TEXT. */
static bool
cause_take_number(struct subunit2_view *text)
{
	size_t len = 0;
	while (len < text->len && isdigit((unsigned char)text->data[len]))
		len++;
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return len > 0;
}

/* Takes WORDS off TEXT. */
static bool
cause_take_words(struct subunit2_view *text, const char *words)
{
	size_t len = strlen(words);
	if (!subunit2_view_starts(*text, subunit2_view_of(words)))
		return false;
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return true;
}

/* Returns true if PART of a reason counts failures: "2 of 5 assertions failed", "1 test in its
 * output failed". */
static bool
cause_counts_failures(struct subunit2_view part)
{
	if (!cause_take_number(&part))
		return false;
	if (cause_take_words(&part, " of "))
		return cause_take_number(&part) && cause_take_words(&part, " assertions failed") &&
		       part.len == 0;
	return (cause_take_words(&part, " tests in its output failed") ||
	        cause_take_words(&part, " test in its output failed")) &&
	       part.len == 0;
}

static bool
cause_is_exit_part(struct subunit2_view part)
{
	return cause_take_words(&part, "exit status ") && cause_take_number(&part) && part.len == 0;
}

/* Takes the part up to "; " or a newline off TEXT. Returns false at the end. */
static bool
cause_next_part(struct subunit2_view *text, struct subunit2_view *part)
{
	if (text->len == 0)
		return false;
	const char *semicolon = memmem(text->data, text->len, "; ", 2);
	const char *newline = memchr(text->data, '\n', text->len);
	const char *end = semicolon && (!newline || semicolon < newline) ? semicolon : newline;
	size_t len = end ? (size_t)(end - text->data) : text->len;
	*part = (struct subunit2_view){text->data, len};
	len += !end ? 0 : end == semicolon ? 2 : 1;
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return true;
}

bool
cause_is_in_assertions(const struct subunit2_test *test)
{
	const struct subunit2_attachment *reason = cause_file(test, "reason");
	if (test->status != SUBUNIT2_STATUS_FAIL || !reason || reason->bytes.len > SEARCHED_MAX)
		return false;
	struct subunit2_view text = reason->bytes, part;
	bool counts = false;
	while (cause_next_part(&text, &part)) {
		if (cause_counts_failures(part))
			counts = true;
		else if (part.len > 0 && !cause_is_exit_part(part))
			return false;
	}
	return counts;
}
