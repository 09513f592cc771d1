/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cause.h"

#include "cause_reader.h"
#include "sgr.h"
#include "source_place.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>
#include <unistd.h>

#define SEARCHED_MAX (64 << 10) /* bytes of a file that are read, from its start */
#define SUFFIX_MAX 4096         /* bytes of the last line of output that are read */

static const struct cause_source {
	const char *name;
	enum cause_markup markup;
} cause_sources[] = {
	{"reason", CAUSE_PLAIN},         {"comment", CAUSE_COMMENT},
	{"diagnostic.yaml", CAUSE_YAML}, {"traceback", CAUSE_TRACEBACK},
	{"details", CAUSE_TRACEBACK},    {"Parser Error", CAUSE_PLAIN},
};
#define CAUSE_SOURCES (sizeof(cause_sources) / sizeof(*cause_sources))

/* The files that hold what a test printed. */
static const char *const cause_outputs[] = {"stderr", "stdout", "output"};
#define CAUSE_OUTPUTS (sizeof(cause_outputs) / sizeof(*cause_outputs))

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
	while (reader.lines < CAUSE_LINES_MAX && cause_reader_next_line(&text, &line))
		cause_reader_line(&reader, line);
	cause_reader_finish(&reader);
	buffer_clear(&head);
}

/* Removes the last line that is not empty from TEXT, with all after it, and returns the line. */
static struct subunit2_view
cause_take_last_line(struct subunit2_view *text)
{
	struct subunit2_view bytes = cause_reader_trim(*text);
	const char *newline = bytes.len ? memrchr(bytes.data, '\n', bytes.len) : NULL;
	size_t start = newline ? (size_t)(newline + 1 - bytes.data) : 0;
	*text = (struct subunit2_view){bytes.data, start};
	return cause_reader_trim((struct subunit2_view){bytes.data + start, bytes.len - start});
}

/* Returns the end of FILE, in which its last lines are. */
static struct subunit2_view
cause_tail(const struct subunit2_attachment *file)
{
	struct subunit2_view bytes = file->bytes;
	if (bytes.len > SUFFIX_MAX)
		bytes = (struct subunit2_view){bytes.data + bytes.len - SUFFIX_MAX, SUFFIX_MAX};
	return bytes;
}

/* Adds LINE, without colors. Returns false if nothing is left of it. */
static bool
cause_add_output_line(struct cause *cause, struct subunit2_view line)
{
	struct buffer plain = {0};
	struct cause_reader reader = {.text = &cause->text, .lines = cause->text.len > 0};
	sgr_add_without(&plain, line);
	cause_reader_add(&reader, buffer_view(&plain));
	bool some = plain.len > 0;
	buffer_clear(&plain);
	return some;
}

/* Returns whether LINE is the last one of a log that automake's test-driver writes:
 * "FAIL t_bad (exit status: 1)". */
static bool
cause_is_driver_line(struct subunit2_view line)
{
	return subunit2_view_ends(line, SUBUNIT2_LITERAL(")")) &&
	       memmem(line.data, line.len, " (exit status: ", strlen(" (exit status: "));
}

/* Adds the last line of the test's own log, such as "t_bad.log" of make check. */
static void
cause_add_log(struct cause *cause, const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *file = &test->attachments[i];
		if (!subunit2_view_ends(file->name, SUBUNIT2_LITERAL(".log")))
			continue;
		struct subunit2_view text = cause_tail(file);
		struct subunit2_view line = cause_take_last_line(&text);
		if (cause_is_driver_line(line))
			line = cause_take_last_line(&text);
		if (cause_add_output_line(cause, line))
			return;
	}
}

/* Returns true if go test prints LINE around the output of each test: it says no more than that a
 * test failed. */
static bool
cause_is_go_frame(struct subunit2_view line)
{
	static const char *const begins[] = {"--- FAIL: ", "=== RUN ", "=== PAUSE ", "=== CONT ",
	                                     "=== NAME "};
	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (subunit2_view_starts(line, subunit2_view_of(begins[i])))
			return true;
	return subunit2_view_equal(line, SUBUNIT2_LITERAL("FAIL")) ||
	       (subunit2_view_starts(line, SUBUNIT2_LITERAL("FAIL\t")) &&
	        !subunit2_view_ends(line, SUBUNIT2_LITERAL("failed]")));
}

/* Removes the last line that says why a test failed from TEXT, with all after it, and returns the
 * line; empty if there is no such line. */
static struct subunit2_view
cause_take_reason_line(struct subunit2_view *text)
{
	struct subunit2_view line;
	do
		line = cause_take_last_line(text);
	while (cause_is_go_frame(line));
	return line;
}

/* Returns the line that begins the trace of a program in Go, "panic: of its own", if LINE, of FILE,
 * belongs to a trace; else LINE. */
static struct subunit2_view
cause_panic_of(const struct subunit2_attachment *file, struct subunit2_view line)
{
	static const char mark[] = "panic: ";
	struct subunit2_view text = file->bytes, candidate;
	if (!line.len || !memmem(line.data, line.len, " +0x", 4))
		return line;
	if (text.len > SEARCHED_MAX)
		text.len = SEARCHED_MAX;
	while (cause_reader_next_line(&text, &candidate))
		if (subunit2_view_starts(candidate, subunit2_view_of(mark)))
			return candidate;
	return line;
}

/* Adds the last line of the output, else of a log. */
static void
cause_add_output(struct cause *cause, const struct subunit2_test *test)
{
	for (size_t i = 0; i < CAUSE_OUTPUTS; i++) {
		const struct subunit2_attachment *file = cause_file(test, cause_outputs[i]);
		struct subunit2_view text = file ? cause_tail(file) : SUBUNIT2_ABSENT;
		if (!file)
			continue;
		struct subunit2_view line = cause_panic_of(file, cause_take_reason_line(&text));
		if (cause_add_output_line(cause, line))
			return;
	}
	cause_add_log(cause, test);
}

/* Returns true if the text names an exit status, and at most the processes that were left. */
static bool
cause_is_exit_status(struct subunit2_view text)
{
	const char *newline = memchr(text.data, '\n', text.len);
	size_t len = newline ? (size_t)(newline + 1 - text.data) : text.len;
	struct subunit2_view rest = {text.data + len, text.len - len};
	return subunit2_view_starts(text, SUBUNIT2_LITERAL("exit status ")) &&
	       (!newline || (subunit2_view_starts(rest, SUBUNIT2_LITERAL("left ")) &&
	                     !memchr(rest.data, '\n', rest.len)));
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
	while (cause_reader_next_line(&text, &line)) {
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

/* Reads the place that YAML names by two keys. Returns true once both were seen. */
static bool
cause_take_keys(struct source_place *place, struct subunit2_view line)
{
	struct subunit2_view key, value;
	if (!cause_reader_split(line, &key, &value))
		return false;
	value = cause_reader_unquote(value);
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

/* Returns whether LINE is a warning or a note of a compiler, which is not the cause. */
static bool
cause_is_compiler_note(struct subunit2_view line)
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
	while (last_wins && cause_reader_next_line(&text, &line)) {
		if (!cause_is_compiler_note(line) && source_place_find(&place, line)) {
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
	for (size_t i = 0; i < CAUSE_SOURCES; i++) {
		const struct subunit2_attachment *file = cause_file(test, cause_sources[i].name);
		bool yaml = cause_sources[i].markup == CAUSE_YAML;
		if (file && cause_find_place(cause, file, yaml))
			return;
	}
	for (size_t i = 0; i < CAUSE_OUTPUTS; i++) {
		const struct subunit2_attachment *file = cause_file(test, cause_outputs[i]);
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

/* Removes the digits at the start of TEXT and sets *NUMBER to them. Returns false if there is no
 * digit. */
static bool
cause_take_number(struct subunit2_view *text, uint64_t *number)
{
	size_t len = 0;
	*number = 0;
	while (len < text->len && len < 18 && isdigit((unsigned char)text->data[len]))
		*number = 10 * *number + (uint64_t)(text->data[len++] - '0');
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return len > 0;
}

/* Removes WORDS from the start of TEXT. Returns false if TEXT does not begin with them. */
static bool
cause_take_words(struct subunit2_view *text, const char *words)
{
	size_t len = strlen(words);
	if (!subunit2_view_starts(*text, subunit2_view_of(words)))
		return false;
	*text = (struct subunit2_view){text->data + len, text->len - len};
	return true;
}

/* The numbers in a reason. */
struct cause_counts {
	uint64_t assertions, tests; /* that failed: assertions of the script, tests in its output */
	uint64_t exit;              /* the exit status; 0: the reason names none */
};

/* Adds PART of a reason, "2 of 5 assertions failed", "1 test in its output failed" or "exit status
 * 1", to COUNTS. Returns false if it is another one. */
static bool
cause_count_part(struct cause_counts *counts, struct subunit2_view part)
{
	uint64_t number, all;
	if (cause_take_words(&part, "exit status "))
		return cause_take_number(&part, &counts->exit) && part.len == 0;
	if (!cause_take_number(&part, &number))
		return false;
	if (cause_take_words(&part, " of ")) {
		counts->assertions += number;
		return cause_take_number(&part, &all) &&
		       cause_take_words(&part, " assertions failed") && part.len == 0;
	}
	counts->tests += number;
	return (cause_take_words(&part, " tests in its output failed") ||
	        cause_take_words(&part, " test in its output failed")) &&
	       part.len == 0;
}

/* Returns true if the failures alone account for the exit status. Producers of TAP exit with 1 or
 * with the number of failures, at most 254 or 255. Programs that run other tests also exit with 2
 * (make), 8 (ctest) or 101 (cargo). Another status has another cause. */
static bool
cause_explains_exit(const struct cause_counts *counts)
{
	uint64_t failures = counts->assertions + counts->tests;
	if (counts->exit <= 1 || counts->exit == failures)
		return true;
	if (counts->tests > 0)
		return counts->exit == 2 || counts->exit == 8 || counts->exit == 101;
	return failures > 254 && counts->exit >= 254;
}

/* Removes the part up to "; " or a newline from TEXT; sets *PART to it. Returns false at the end.
 */
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
	struct cause_counts counts = {0};
	while (cause_next_part(&text, &part))
		if (part.len > 0 && !cause_count_part(&counts, part))
			return false;
	return counts.assertions + counts.tests > 0 && cause_explains_exit(&counts);
}
