/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_content.h"

#include "cause.h"
#include "lost_input.h"
#include "putters.h"
#include "reason.h"
#include "text_file.h"
#include "xml.h"

#include <string.h>

#define MESSAGE_MAX 4096 /* bytes of a reason in an attribute; a longer one is cut to a line */

static bool
junit_content_is_named(const struct subunit2_attachment *file, const char *name)
{
	return subunit2_view_equal(file->name, subunit2_view_of(name));
}

static void
junit_content_put_end(FILE *file, const char *element)
{
	put_text(file, "</");
	put_text(file, element);
	put_text(file, ">\n");
}

struct junit_ending
junit_content_ending(const struct subunit2_test *test)
{
	if (lost_input_or_damage(test->id))
		return (struct junit_ending){JUNIT_ERROR, "damage", NULL};
	switch (test->status) {
	case SUBUNIT2_STATUS_SUCCESS:
		return (struct junit_ending){JUNIT_PASSED, NULL, NULL};
	case SUBUNIT2_STATUS_SKIP:
		return (struct junit_ending){JUNIT_SKIPPED, "skip", NULL};
	case SUBUNIT2_STATUS_XFAIL:
		return (struct junit_ending){JUNIT_SKIPPED, "xfail", NULL};
	case SUBUNIT2_STATUS_FAIL:
		return (struct junit_ending){JUNIT_FAILED, "fail", NULL};
	case SUBUNIT2_STATUS_UXSUCCESS:
		return (struct junit_ending){JUNIT_FAILED, "uxsuccess", "unexpected success"};
	default:
		return (struct junit_ending){JUNIT_ERROR, "unfinished", "never ended"};
	}
}

static bool
junit_content_is_stream(const struct subunit2_attachment *file)
{
	return junit_content_is_named(file, "stdout") || junit_content_is_named(file, "stderr");
}

/* Returns the element of an earlier attempt from which FILE was read, and as which it is written;
 * NULL if FILE is not of that kind. */
static const char *
junit_content_attempt_element(const struct subunit2_attachment *file)
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
junit_content_first_line(struct subunit2_view text)
{
	const char *newline = text.len ? memchr(text.data, '\n', text.len) : NULL;
	return newline ? (struct subunit2_view){text.data, (size_t)(newline - text.data)} : text;
}

static struct subunit2_view
junit_content_without_newline(struct subunit2_view text)
{
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	return text;
}

/* Returns true if FILE is text without an element of its own. */
static bool
junit_content_is_other_text(const struct subunit2_attachment *file)
{
	return !junit_content_is_stream(file) && !junit_content_attempt_element(file) &&
	       text_file_is_text(file);
}

static const struct subunit2_attachment *
junit_content_reason_file(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_content_is_named(&test->attachments[i], "reason"))
			return &test->attachments[i];
	return NULL;
}

/* Returns true if another file of TEST begins with REASON, which need not be repeated. */
static bool
junit_content_begins_with_reason(const struct subunit2_test *test, struct subunit2_view reason)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *file = &test->attachments[i];
		if (junit_content_is_other_text(file) && !junit_content_is_named(file, "reason") &&
		    reason.len > 0 && subunit2_view_starts(file->bytes, reason))
			return true;
	}
	return false;
}

static void
junit_content_put_bytes(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	while (subunit2_attachment_next(attachment, &rest, &piece))
		xml_put(file, piece);
}

static void
junit_content_put_lines(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view bytes = attachment->bytes;
	junit_content_put_bytes(file, attachment);
	if (bytes.len > 0 && bytes.data[bytes.len - 1] != '\n')
		put_char(file, '\n');
}

/* Writes the files that have no element of their own, each below its name, except SHOWN_REASON. A
 * traceback needs no name. */
static void
junit_content_put_other_texts(FILE *file, const struct subunit2_test *test,
                              const struct subunit2_attachment *shown_reason)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		if (!junit_content_is_other_text(attachment) || attachment == shown_reason)
			continue;
		if (!junit_content_is_named(attachment, "traceback") &&
		    !junit_content_is_named(attachment, "details")) {
			xml_put(file, attachment->name);
			put_text(file, ":\n");
		}
		junit_content_put_lines(file, attachment);
	}
}

static void
junit_content_put_message(FILE *file, struct subunit2_view message)
{
	if (!subunit2_view_present(message))
		return;
	put_text(file, " message=\"");
	xml_put_attribute(file, message);
	put_char(file, '"');
}

static bool
junit_content_has_file(const struct subunit2_test *test, const char *name)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_content_is_named(&test->attachments[i], name))
			return true;
	return false;
}

static bool
junit_content_has_other_text(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_content_is_other_text(&test->attachments[i]))
			return true;
	return false;
}

/* Writes the last line of TEST's output, if there is one: GitLab shows no other output of a test
 * that failed. */
static void
junit_content_put_cause(FILE *file, const struct subunit2_test *test)
{
	if (!junit_content_has_file(test, "stdout") && !junit_content_has_file(test, "stderr"))
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
junit_content_put_ending(FILE *file, const struct subunit2_test *test,
                         const struct junit_ending *ending)
{
	static const char *const elements[] = {
		[JUNIT_PASSED] = "",
		[JUNIT_SKIPPED] = "skipped",
		[JUNIT_FAILED] = "failure",
		[JUNIT_ERROR] = "error",
	};
	const char *element = elements[ending->outcome];
	const struct subunit2_attachment *shown_reason = junit_content_reason_file(test);
	struct subunit2_view reason = shown_reason
	                                      ? junit_content_without_newline(shown_reason->bytes)
	                                      : subunit2_view_of(ending->message);
	if (reason.len > MESSAGE_MAX)
		reason = reason_of(test);
	put_char(file, '<');
	put_text(file, element);
	put_text(file, " type=\"");
	put_text(file, ending->type);
	put_char(file, '"');
	junit_content_put_message(file, reason);
	put_char(file, '>');
	if (shown_reason && !junit_content_begins_with_reason(
				    test, junit_content_without_newline(shown_reason->bytes))) {
		junit_content_put_lines(file, shown_reason);
	} else if (!shown_reason && ending->message) {
		xml_put(file, reason);
		put_char(file, '\n');
	} else if (ending->outcome == JUNIT_FAILED && !junit_content_has_other_text(test)) {
		junit_content_put_cause(file, test);
	}
	junit_content_put_other_texts(file, test, shown_reason);
	junit_content_put_end(file, element);
}

/* Writes <skipped> for a script that failed because of COUNT assertions, which are the failures. */
static void
junit_content_put_assertions(FILE *file, const struct subunit2_test *test, uint64_t count)
{
	fprintf(file, "<skipped type=\"assertions\" message=\"%llu assertion%s failed\">",
	        (unsigned long long)count, count == 1 ? "" : "s");
	junit_content_put_other_texts(file, test, NULL);
	put_text(file, "</skipped>\n");
}

/* Writes the attempts before the last one. */
static void
junit_content_put_attempts(FILE *file, const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		const char *element = junit_content_attempt_element(attachment);
		struct subunit2_view message = junit_content_first_line(attachment->bytes);
		if (!element)
			continue;
		put_char(file, '<');
		put_text(file, element);
		if (message.len > 0)
			junit_content_put_message(file, message);
		put_char(file, '>');
		junit_content_put_bytes(file, attachment);
		junit_content_put_end(file, element);
	}
}

/* Writes the files of TEST that are called NAME. */
static void
junit_content_put_files(FILE *file, const struct subunit2_test *test, const char *name)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (junit_content_is_named(&test->attachments[i], name))
			junit_content_put_bytes(file, &test->attachments[i]);
}

/* Writes stdout and the attachments that are not text; OTHERS: and before them the files that have
 * no element of their own. */
static enum subunit2_result
junit_content_put_out(FILE *file, const struct subunit2_test *test, struct junit_files *files,
                      bool others, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool binary = junit_files_any(test);
	others = others && junit_content_has_other_text(test);
	if (!others && !binary && !junit_content_has_file(test, "stdout"))
		return SUBUNIT2_E_OK;
	put_text(file, "<system-out>");
	if (others)
		junit_content_put_other_texts(file, test, NULL);
	if (binary)
		result = junit_files_put(files, file, test, error);
	junit_content_put_files(file, test, "stdout");
	put_text(file, "</system-out>\n");
	return result;
}

static void
junit_content_put_err(FILE *file, const struct subunit2_test *test)
{
	if (!junit_content_has_file(test, "stderr"))
		return;
	put_text(file, "<system-err>");
	junit_content_put_files(file, test, "stderr");
	put_text(file, "</system-err>\n");
}

enum subunit2_result
junit_content_put(FILE *file, const struct subunit2_test *test, uint64_t failed_assertions,
                  struct junit_files *files, struct subunit2_error *error)
{
	struct junit_ending ending = junit_content_ending(test);
	if (failed_assertions > 0)
		junit_content_put_assertions(file, test, failed_assertions);
	else if (ending.outcome != JUNIT_PASSED)
		junit_content_put_ending(file, test, &ending);
	junit_content_put_attempts(file, test);
	enum subunit2_result result =
		junit_content_put_out(file, test, files, ending.outcome == JUNIT_PASSED, error);
	junit_content_put_err(file, test);
	return result;
}
