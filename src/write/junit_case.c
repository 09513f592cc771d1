/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_case.h"

#include "buffer.h"
#include "cause.h"
#include "junit_name.h"
#include "lost_input.h"
#include "memory.h"
#include "putters.h"
#include "reason.h"
#include "route_label.h"
#include "text_file.h"
#include "xml.h"

#include <stdlib.h>

#define MESSAGE_MAX 4096 /* bytes of a reason in an attribute; a longer one is cut to a line */
#define TIME_START " time=\""
#define TIME_SIZE 40     /* bytes of the longest attribute time */
#define NAMES_MAX 131072 /* cases of a suite whose names are made unique; bounds memory */

static bool
junit_case_named(const struct subunit2_attachment *file, const char *name)
{
	return subunit2_view_equal(file->name, subunit2_view_of(name));
}

/* Returns the attribute time for NS, in TEXT. It is written from its end. */
static struct subunit2_view
junit_case_time(int64_t ns, char text[TIME_SIZE])
{
	uint64_t ms = ns > 0 ? ((uint64_t)ns + 500000) / 1000000 : 0;
	char *end = text + TIME_SIZE, *at = end;
	*--at = '"';
	for (int digit = 0; digit < 3; digit++, ms /= 10)
		*--at = (char)('0' + ms % 10);
	*--at = '.';
	for (; ms >= 10; ms /= 10)
		*--at = (char)('0' + ms % 10);
	*--at = (char)('0' + ms);
	at -= strlen(TIME_START);
	memcpy(at, TIME_START, strlen(TIME_START));
	return (struct subunit2_view){at, (size_t)(end - at)};
}

void
junit_put_time(FILE *file, int64_t ns)
{
	char text[TIME_SIZE];
	put_view(file, junit_case_time(ns, text));
}

static void
junit_case_put_end(FILE *file, const char *element)
{
	put_text(file, "</");
	put_text(file, element);
	put_text(file, ">\n");
}

bool
junit_case_has_time(const struct subunit2_test *test)
{
	/* A date and a time without a date do not compare. */
	return test->has_start && test->has_stop &&
	       subunit2_time_is_dated(test->start) == subunit2_time_is_dated(test->stop);
}

bool
junit_case_length(const struct subunit2_test *test, int64_t *ns)
{
	*ns = subunit2_time_since(test->stop, test->start);
	/* An unfinished test may have no event after its first. */
	return *ns > 0 || subunit2_status_is_final(test->status);
}

/* Returns the class and the name of TEST: those of the JUnit file that it was read from, else parts
 * of its id. */
static struct junit_name
junit_case_name(const struct subunit2_test *test, struct subunit2_view suite)
{
	struct junit_name name;
	struct subunit2_view id = test->id;
	if (test->tags.count > 0 && junit_name_of_tags(test->tags, &name))
		return name;
	if (suite.len == 0)
		return junit_name_split(id);
	name = (struct junit_name){suite, id};
	if (id.len > suite.len + 2)
		name.name = (struct subunit2_view){id.data + suite.len + 2, id.len - suite.len - 2};
	return name;
}

/* Removes "." and ENDING from the end of *ID. Returns false if *ID does not end with them, or has
 * no other bytes. */
static bool
junit_case_cut_ending(struct subunit2_view *id, struct subunit2_view ending)
{
	if (id->len <= ending.len + 1 || !subunit2_view_ends(*id, ending) ||
	    id->data[id->len - ending.len - 1] != '.')
		return false;
	id->len -= ending.len + 1;
	return true;
}

struct subunit2_view
junit_case_outer_suite(const struct subunit2_test *test)
{
	struct junit_name name;
	struct subunit2_view rest = test->id;
	if (test->tags.count == 0 || !junit_name_of_tags(test->tags, &name) ||
	    !junit_case_cut_ending(&rest, name.name))
		return SUBUNIT2_ABSENT;
	/* Node.js gives each case the class "test", which is not part of the id. */
	if (name.class.len == 0 || subunit2_view_equal(name.class, SUBUNIT2_LITERAL("test")))
		return rest;
	return junit_case_cut_ending(&rest, name.class) ? rest : SUBUNIT2_ABSENT;
}

/* Returns a file that appends to the spool of PLACE. */
static FILE *
junit_case_file(const struct junit_place *place)
{
	return spool_file(place->spools, place->spool);
}

/* Adds TEXT, a part of an attribute, to the line of PLACE. If TEXT needs escapes, moves the line to
 * the spool of PLACE, and adds TEXT there. */
static void
junit_case_add_attribute(const struct junit_place *place, struct subunit2_view text)
{
	if (xml_is_plain(text)) {
		buffer_add(place->line, text);
		return;
	}
	FILE *file = junit_case_file(place);
	put_view(file, buffer_view(place->line));
	place->line->len = 0;
	xml_put_attribute(file, text);
}

/* Does the same. IS_PLAIN: TEXT is known to need no escapes. */
static inline void
junit_case_add_part(const struct junit_place *place, struct subunit2_view text, bool is_plain)
{
	if (is_plain)
		buffer_add(place->line, text);
	else
		junit_case_add_attribute(place, text);
}

/* Returns the key under which NAME is unique, with MARK before the name, in BUFFER. */
static struct subunit2_view
junit_case_key(struct buffer *buffer, const struct junit_name *name, struct subunit2_view mark)
{
	buffer->len = 0;
	buffer_add(buffer, name->class);
	buffer_add_char(buffer, '\n');
	if (mark.len > 0)
		buffer_add(buffer, mark);
	buffer_add(buffer, name->name);
	return buffer_view(buffer);
}

void
junit_add_mark(struct buffer *mark, struct subunit2_view route_code)
{
	struct buffer label = {0};
	route_label(&label, route_code);
	if (label.len > 0) {
		buffer_add_char(mark, '[');
		buffer_add(mark, buffer_view(&label));
		buffer_add_text(mark, "] ");
	}
	buffer_clear(&label);
}

/* Adds NAME for an attribute, made unique with the label of ROUTE_CODE or with a number. The suite
 * has a case of that class and name already, and GitLab drops a second one. */
static void
junit_case_add_unique(const struct junit_place *place, const struct junit_name *name,
                      struct subunit2_view route_code)
{
	struct buffer mark = {0};
	struct subunit2_view key;
	if (place->mark.len > 0)
		buffer_add(&mark, place->mark);
	else
		junit_add_mark(&mark, route_code);
	key = junit_case_key(place->key, name, buffer_view(&mark));
	char *unique = unique_names_add(place->names, memory_copy_len(key.data, key.len));
	junit_case_add_attribute(place, subunit2_view_of(unique + name->class.len + 1));
	free(unique);
	buffer_clear(&mark);
}

static void
junit_case_add_name(const struct junit_place *place, const struct junit_name *name,
                    struct subunit2_view route_code, bool is_plain)
{
	struct unique_names *names = place->names;
	struct subunit2_view key = junit_case_key(place->key, name, place->mark);
	if (names && unique_names_count(names) < NAMES_MAX && !unique_names_add_new(names, key)) {
		junit_case_add_unique(place, name, route_code);
		return;
	}
	if (place->mark.len > 0)
		junit_case_add_attribute(place, place->mark);
	junit_case_add_part(place, name->name, is_plain);
}

static void
junit_case_add_names(const struct subunit2_test *test, const struct junit_place *place)
{
	struct buffer *line = place->line;
	struct junit_name name = junit_case_name(test, place->suite);
	/* Without tags, class and name are parts of the id. */
	bool is_plain = test->tags.count == 0 && xml_is_plain(test->id);
	if (subunit2_view_present(name.class)) {
		buffer_add_text(line, " classname=\"");
		junit_case_add_part(place, name.class, is_plain);
		buffer_add_char(line, '"');
	}
	buffer_add_text(line, " name=\"");
	junit_case_add_name(place, &name, test->route_code, is_plain);
	buffer_add_char(line, '"');
	if (subunit2_view_present(place->source)) {
		buffer_add_text(line, " file=\"");
		junit_case_add_attribute(place, place->source);
		buffer_add_char(line, '"');
	}
}

/* The element of a case that did not pass. */
struct telling {
	enum junit_outcome outcome;
	const char *type, *message; /* NULL: no message of its own */
};

static struct telling
junit_case_element_of(const struct subunit2_test *test)
{
	if (lost_input_or_damage(test->id))
		return (struct telling){JUNIT_ERROR, "damage", NULL};
	switch (test->status) {
	case SUBUNIT2_STATUS_SUCCESS:
		return (struct telling){JUNIT_PASSED, NULL, NULL};
	case SUBUNIT2_STATUS_SKIP:
		return (struct telling){JUNIT_SKIPPED, "skip", NULL};
	case SUBUNIT2_STATUS_XFAIL:
		return (struct telling){JUNIT_SKIPPED, "xfail", NULL};
	case SUBUNIT2_STATUS_FAIL:
		return (struct telling){JUNIT_FAILED, "fail", NULL};
	case SUBUNIT2_STATUS_UXSUCCESS:
		return (struct telling){JUNIT_FAILED, "uxsuccess", "unexpected success"};
	default:
		return (struct telling){JUNIT_ERROR, "unfinished", "never ended"};
	}
}

enum junit_outcome
junit_case_outcome(const struct subunit2_test *test, uint64_t failed_assertions)
{
	return failed_assertions > 0 ? JUNIT_SKIPPED : junit_case_element_of(test).outcome;
}

static bool
junit_case_is_stream(const struct subunit2_attachment *file)
{
	return junit_case_named(file, "stdout") || junit_case_named(file, "stderr");
}

/* Returns the element of an earlier attempt from which FILE was read, and as which it is written;
 * NULL if FILE is not of that kind. */
static const char *
junit_case_attempt_element(const struct subunit2_attachment *file)
{
	static const char *const elements[] = {"rerunFailure", "rerunError", "flakyFailure",
	                                       "flakyError"};
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++) {
		struct subunit2_view element = subunit2_view_of(elements[i]);
		if (subunit2_view_starts(file->name, element) &&
		    (file->name.len == element.len || file->name.data[element.len] == '-'))
			return elements[i];
	}
	return NULL;
}

static struct subunit2_view
junit_case_first_line(struct subunit2_view text)
{
	const char *newline = text.len ? memchr(text.data, '\n', text.len) : NULL;
	return newline ? (struct subunit2_view){text.data, (size_t)(newline - text.data)} : text;
}

static struct subunit2_view
junit_case_without_newline(struct subunit2_view text)
{
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	return text;
}

/* Returns true if FILE is text without an element of its own. */
static bool
junit_case_is_other(const struct subunit2_attachment *file)
{
	return !junit_case_is_stream(file) && !junit_case_attempt_element(file) &&
	       text_file_is_text(file);
}

static const struct subunit2_attachment *
junit_case_reason_file(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_case_named(&test->attachments[i], "reason"))
			return &test->attachments[i];
	return NULL;
}

/* Returns true if another file of TEST begins with REASON, which need not be repeated. */
static bool
junit_case_begins_with_reason(const struct subunit2_test *test, struct subunit2_view reason)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *file = &test->attachments[i];
		if (junit_case_is_other(file) && !junit_case_named(file, "reason") &&
		    reason.len > 0 && subunit2_view_starts(file->bytes, reason))
			return true;
	}
	return false;
}

static void
junit_case_put_bytes(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	while (subunit2_attachment_next(attachment, &rest, &piece))
		xml_put(file, piece);
}

static void
junit_case_put_lines(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view bytes = attachment->bytes;
	junit_case_put_bytes(file, attachment);
	if (bytes.len > 0 && bytes.data[bytes.len - 1] != '\n')
		put_char(file, '\n');
}

/* Writes the files that have no element of their own, each below its name, except SHOWN_REASON. A
 * traceback needs no name. */
static void
junit_case_put_other_files(FILE *file, const struct subunit2_test *test,
                           const struct subunit2_attachment *shown_reason)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		if (!junit_case_is_other(attachment) || attachment == shown_reason)
			continue;
		if (!junit_case_named(attachment, "traceback") &&
		    !junit_case_named(attachment, "details")) {
			xml_put(file, attachment->name);
			put_text(file, ":\n");
		}
		junit_case_put_lines(file, attachment);
	}
}

static void
junit_case_put_message(FILE *file, struct subunit2_view message)
{
	if (!subunit2_view_present(message))
		return;
	put_text(file, " message=\"");
	xml_put_attribute(file, message);
	put_char(file, '"');
}

static bool
junit_case_has_file(const struct subunit2_test *test, const char *name)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_case_named(&test->attachments[i], name))
			return true;
	return false;
}

static bool
junit_case_has_other_files(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_case_is_other(&test->attachments[i]))
			return true;
	return false;
}

/* Writes the last line of TEST's output, if there is one: GitLab shows no other output of a test
 * that failed. */
static void
junit_case_put_cause(FILE *file, const struct subunit2_test *test)
{
	if (!junit_case_has_file(test, "stdout") && !junit_case_has_file(test, "stderr"))
		return;
	struct cause cause;
	cause_find(&cause, test);
	xml_put(file, buffer_view(&cause.text));
	put_char(file, '\n');
	cause_clear(&cause);
}

/* Writes <failure>, <error> or <skipped>. The reason is an attribute and the start of the text,
 * since some readers show only one of them. */
static void
junit_case_put_element(FILE *file, const struct subunit2_test *test, const struct telling *telling)
{
	static const char *const elements[] = {
		[JUNIT_PASSED] = "",
		[JUNIT_SKIPPED] = "skipped",
		[JUNIT_FAILED] = "failure",
		[JUNIT_ERROR] = "error",
	};
	const char *element = elements[telling->outcome];
	const struct subunit2_attachment *shown_reason = junit_case_reason_file(test);
	struct subunit2_view reason = shown_reason ? junit_case_without_newline(shown_reason->bytes)
	                                           : subunit2_view_of(telling->message);
	if (reason.len > MESSAGE_MAX)
		reason = reason_of(test);
	put_char(file, '<');
	put_text(file, element);
	put_text(file, " type=\"");
	put_text(file, telling->type);
	put_char(file, '"');
	junit_case_put_message(file, reason);
	put_char(file, '>');
	if (shown_reason &&
	    !junit_case_begins_with_reason(test, junit_case_without_newline(shown_reason->bytes))) {
		junit_case_put_lines(file, shown_reason);
	} else if (!shown_reason && telling->message) {
		xml_put(file, reason);
		put_char(file, '\n');
	} else if (telling->outcome == JUNIT_FAILED && !junit_case_has_other_files(test)) {
		junit_case_put_cause(file, test);
	}
	junit_case_put_other_files(file, test, shown_reason);
	junit_case_put_end(file, element);
}

/* Writes <skipped> for a script that failed because of COUNT assertions, which are the failures. */
static void
junit_case_put_assertions(FILE *file, const struct subunit2_test *test, uint64_t count)
{
	fprintf(file, "<skipped type=\"assertions\" message=\"%llu assertion%s failed\">",
	        (unsigned long long)count, count == 1 ? "" : "s");
	junit_case_put_other_files(file, test, NULL);
	put_text(file, "</skipped>\n");
}

/* Writes the attempts before the last one. */
static void
junit_case_put_attempts(FILE *file, const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		const char *element = junit_case_attempt_element(attachment);
		struct subunit2_view message = junit_case_first_line(attachment->bytes);
		if (!element)
			continue;
		put_char(file, '<');
		put_text(file, element);
		if (message.len > 0)
			junit_case_put_message(file, message);
		put_char(file, '>');
		junit_case_put_bytes(file, attachment);
		junit_case_put_end(file, element);
	}
}

/* Writes the files of TEST that are called NAME. */
static void
junit_case_put_files(FILE *file, const struct subunit2_test *test, const char *name)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_case_named(&test->attachments[i], name))
			junit_case_put_bytes(file, &test->attachments[i]);
}

/* Writes stdout and the attachments that are not text; OTHERS: and before them the files that have
 * no element of their own. */
static enum subunit2_result
junit_case_put_out(FILE *file, const struct subunit2_test *test, const struct junit_place *place,
                   bool others, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool binary = junit_files_any(test);
	others = others && junit_case_has_other_files(test);
	if (!others && !binary && !junit_case_has_file(test, "stdout"))
		return SUBUNIT2_E_OK;
	put_text(file, "<system-out>");
	if (others)
		junit_case_put_other_files(file, test, NULL);
	if (binary)
		result = junit_files_put(place->files, file, test, error);
	junit_case_put_files(file, test, "stdout");
	put_text(file, "</system-out>\n");
	return result;
}

static void
junit_case_put_err(FILE *file, const struct subunit2_test *test)
{
	if (!junit_case_has_file(test, "stderr"))
		return;
	put_text(file, "<system-err>");
	junit_case_put_files(file, test, "stderr");
	put_text(file, "</system-err>\n");
}

/* Writes the elements within the element of TEST, a case at PLACE. */
static enum subunit2_result
junit_case_put_content(FILE *file, const struct subunit2_test *test,
                       const struct junit_place *place, struct subunit2_error *error)
{
	struct telling telling = junit_case_element_of(test);
	if (place->failed_assertions > 0)
		junit_case_put_assertions(file, test, place->failed_assertions);
	else if (telling.outcome != JUNIT_PASSED)
		junit_case_put_element(file, test, &telling);
	junit_case_put_attempts(file, test);
	enum subunit2_result result =
		junit_case_put_out(file, test, place, telling.outcome == JUNIT_PASSED, error);
	junit_case_put_err(file, test);
	return result;
}

enum subunit2_result
junit_put_case(const struct subunit2_test *test, const struct junit_place *place,
               struct subunit2_error *error)
{
	struct buffer *line = place->line;
	bool is_empty = place->outcome == JUNIT_PASSED && test->attachment_count == 0;
	char time[TIME_SIZE];
	line->len = 0;
	buffer_add_text(line, "<testcase");
	junit_case_add_names(test, place);
	if (place->has_length)
		buffer_add(line, junit_case_time(place->length_ns, time));
	buffer_add_text(line, is_empty ? "/>\n" : ">\n");
	if (is_empty)
		return spool_add(place->spools, place->spool, buffer_view(line), error);
	FILE *file = junit_case_file(place);
	put_view(file, buffer_view(line));
	enum subunit2_result result = junit_case_put_content(file, test, place, error);
	put_text(file, "</testcase>\n");
	return result;
}
