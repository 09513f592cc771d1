/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/classic.h>

#include "classic_tests.h"
#include "private/byte_block.h"
#include "sized_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

struct subunit2_classic {
	struct subunit2_sink *next;
	struct subunit2_time (*clock)(void *context);
	void *clock_context;
	bool runnable;
	bool has_time;
	struct subunit2_time time; /* the last one set; valid if has_time */
	struct classic_tests tests;
	size_t current;              /* the open test that was started last, or CLASSIC_NO_TEST */
	struct subunit2_tagset tags; /* of tests that start */
	struct subunit2_event event; /* of each status without tags and files */
};

struct subunit2_classic *
subunit2_classic_new(struct subunit2_sink *next, const struct subunit2_classic_options *options)
{
	struct subunit2_classic_options known = {.size = sizeof(known)};
	struct subunit2_classic *classic;

	if (options && !sized_options_copy(&known, sizeof(known), options, sizeof(known)))
		return NULL;
	classic = calloc(1, sizeof(*classic));
	if (!classic)
		return NULL;
	classic->next = next;
	classic->clock = known.clock;
	classic->clock_context = known.clock_context;
	classic->runnable = !subunit2_view_present(known.script);
	classic->current = CLASSIC_NO_TEST;
	if (classic_tests_init(&classic->tests, known.script))
		return classic;
	free(classic);
	return NULL;
}

void
subunit2_classic_free(struct subunit2_classic *classic)
{
	if (!classic)
		return;
	classic_tests_clear(&classic->tests);
	subunit2_tagset_clear(&classic->tags);
	free(classic);
}

static inline enum subunit2_result
classic_emit(struct subunit2_classic *classic, struct subunit2_event *event,
             struct subunit2_error *error)
{
	if (classic->has_time) {
		event->has_timestamp = true;
		event->timestamp = classic->time;
	} else if (classic->clock) {
		event->has_timestamp = true;
		event->timestamp = classic->clock(classic->clock_context);
	}
	return subunit2_sink_event(classic->next, event, error);
}

/* Emit EVENT for the test NUMBER. */
static enum subunit2_result
classic_emit_test(struct subunit2_classic *classic, size_t number, struct subunit2_event *event,
                  struct subunit2_error *error)
{
	event->test_id = classic_tests_id(&classic->tests, number);
	event->runnable = classic->runnable;
	return classic_emit(classic, event, error);
}

/* Emit STATUS of the test NUMBER, without tags and files. Most statuses have none: they share an
 * event, of which only the fields that differ are set, which saves 20 instructions. */
static enum subunit2_result
classic_emit_status(struct subunit2_classic *classic, size_t number, enum subunit2_status status,
                    struct subunit2_error *error)
{
	classic->event.status = status;
	return classic_emit_test(classic, number, &classic->event, error);
}

/* Refuse an empty name. */
static enum subunit2_result
classic_check_name(struct subunit2_view name, struct subunit2_error *error)
{
	if (name.len)
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, SUBUNIT2_E_INVALID, "test id", "is empty");
}

/* Set *NUMBER to the number of the test NAME, and open the test if it is not open. NAME has no
 * bytes that need escapes in an id. */
static enum subunit2_result
classic_open_named(struct subunit2_classic *classic, struct subunit2_view name, size_t *number,
                   struct subunit2_error *error)
{
	bool opened = false;

	*number = classic_tests_open(&classic->tests, name, &opened);
	if (*number == CLASSIC_NO_TEST)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "test", "out of memory");
	if (!opened || !classic->tags.data)
		return SUBUNIT2_E_OK;
	return subunit2_tagset_add_all(&classic->tests.list[*number].tags,
	                               subunit2_tagset_view(&classic->tags), error);
}

/* Do the same for a NAME that may need escapes. Not inlined, because of its large buffer. */
static __attribute__((noinline)) enum subunit2_result
classic_open_escaped(struct subunit2_classic *classic, struct subunit2_view name, size_t *number,
                     struct subunit2_error *error)
{
	char buffer[CLASSIC_NAME_MAX];
	enum subunit2_result result = classic_check_name(name, error);

	if (result != SUBUNIT2_E_OK)
		return result;
	return classic_open_named(classic, classic_tests_name(name, buffer), number, error);
}

/* Do the same for any NAME. Most names are printable ASCII and need no escapes. Not inlined, so
 * that the functions that call classic_open save few registers. */
static __attribute__((noinline)) enum subunit2_result
classic_open_other(struct subunit2_classic *classic, struct subunit2_view name, size_t *number,
                   struct subunit2_error *error)
{
	if (!name.len || name.len > CLASSIC_NAME_MAX ||
	    byte_block_has(name.data, name.len, byte_block_mark_other_than_printable))
		return classic_open_escaped(classic, name, number, error);
	return classic_open_named(classic, name, number, error);
}

/* Do the same for any NAME. Most calls name the current test. */
static inline enum subunit2_result
classic_open(struct subunit2_classic *classic, struct subunit2_view name, size_t *number,
             struct subunit2_error *error)
{
	*number = classic->current;
	if (*number != CLASSIC_NO_TEST && classic_tests_is_named(&classic->tests, *number, name))
		return SUBUNIT2_E_OK;
	return classic_open_other(classic, name, number, error);
}

enum subunit2_result
subunit2_classic_start(struct subunit2_classic *classic, struct subunit2_view name,
                       struct subunit2_error *error)
{
	enum subunit2_result result;
	size_t number;

	result = classic_open(classic, name, &number, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	classic->current = number;
	return classic_emit_status(classic, number, SUBUNIT2_STATUS_INPROGRESS, error);
}

static void
classic_close(struct subunit2_classic *classic, size_t number)
{
	classic_tests_close(&classic->tests, number);
	if (classic->current == number)
		classic->current = CLASSIC_NO_TEST;
}

/* End the test NAME with STATUS. DETAILS, unless they are absent, become the file FILE_NAME. */
static enum subunit2_result
classic_end(struct subunit2_classic *classic, struct subunit2_view name,
            enum subunit2_status status, struct subunit2_view file_name,
            struct subunit2_view details, struct subunit2_error *error)
{
	struct subunit2_event event = {.status = status};
	enum subunit2_result result;
	size_t number;

	result = classic_open(classic, name, &number, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (subunit2_view_present(details)) {
		event.file_name = file_name;
		event.file_bytes = details;
		event.mime_type =
			subunit2_utf8_is_string(details) ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
		event.eof = true;
	}
	event.tags = subunit2_tagset_view(&classic->tests.list[number].tags);
	result = classic_emit_test(classic, number, &event, error);
	classic_close(classic, number);
	return result;
}

enum subunit2_result
subunit2_classic_success(struct subunit2_classic *classic, struct subunit2_view name,
                         struct subunit2_error *error)
{
	enum subunit2_result result;
	size_t number;

	result = classic_open(classic, name, &number, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (classic->tests.list[number].tags.data)
		return classic_end(classic, name, SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_ABSENT,
		                   SUBUNIT2_ABSENT, error);
	result = classic_emit_status(classic, number, SUBUNIT2_STATUS_SUCCESS, error);
	classic_close(classic, number);
	return result;
}

enum subunit2_result
subunit2_classic_failure(struct subunit2_classic *classic, struct subunit2_view name,
                         struct subunit2_view details, struct subunit2_error *error)
{
	return classic_end(classic, name, SUBUNIT2_STATUS_FAIL, SUBUNIT2_LITERAL("traceback"),
	                   details, error);
}

enum subunit2_result
subunit2_classic_error(struct subunit2_classic *classic, struct subunit2_view name,
                       struct subunit2_view details, struct subunit2_error *error)
{
	return subunit2_classic_failure(classic, name, details, error);
}

enum subunit2_result
subunit2_classic_skip(struct subunit2_classic *classic, struct subunit2_view name,
                      struct subunit2_view reason, struct subunit2_error *error)
{
	return classic_end(classic, name, SUBUNIT2_STATUS_SKIP, SUBUNIT2_LITERAL("reason"), reason,
	                   error);
}

enum subunit2_result
subunit2_classic_expected_failure(struct subunit2_classic *classic, struct subunit2_view name,
                                  struct subunit2_view details, struct subunit2_error *error)
{
	return classic_end(classic, name, SUBUNIT2_STATUS_XFAIL, SUBUNIT2_LITERAL("traceback"),
	                   details, error);
}

enum subunit2_result
subunit2_classic_unexpected_success(struct subunit2_classic *classic, struct subunit2_view name,
                                    struct subunit2_view details, struct subunit2_error *error)
{
	return classic_end(classic, name, SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_LITERAL("traceback"),
	                   details, error);
}

enum subunit2_result
subunit2_classic_stop(struct subunit2_classic *classic, struct subunit2_view name,
                      struct subunit2_error *error)
{
	char buffer[CLASSIC_NAME_MAX];
	enum subunit2_result result = classic_check_name(name, error);

	if (result != SUBUNIT2_E_OK ||
	    !classic_tests_is_open(&classic->tests, classic_tests_name(name, buffer)))
		return result;
	return classic_end(classic, name, SUBUNIT2_STATUS_FAIL, SUBUNIT2_LITERAL("reason"),
	                   SUBUNIT2_LITERAL("the test stopped without an outcome"), error);
}

enum subunit2_result
subunit2_classic_file(struct subunit2_classic *classic, struct subunit2_view name,
                      struct subunit2_view file_name, struct subunit2_view mime_type,
                      struct subunit2_view bytes, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.file_name = file_name,
		.file_bytes = bytes,
		.mime_type = mime_type,
		.eof = true,
	};
	enum subunit2_result result;
	size_t number;

	if (!file_name.len || !subunit2_view_present(bytes))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID,
		                          file_name.len ? "file content" : "file name",
		                          file_name.len ? "is absent" : "is empty");
	result = classic_open(classic, name, &number, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	return classic_emit_test(classic, number, &event, error);
}

enum subunit2_result
subunit2_classic_tags(struct subunit2_classic *classic, struct subunit2_tags add,
                      struct subunit2_tags discard, struct subunit2_error *error)
{
	struct subunit2_tagset *set = classic->current == CLASSIC_NO_TEST
	                                      ? &classic->tags
	                                      : &classic->tests.list[classic->current].tags;
	enum subunit2_result result = subunit2_tagset_add_all(set, add, error);
	struct subunit2_view tag;

	if (result != SUBUNIT2_E_OK)
		return result;
	while (subunit2_tags_next(&discard, &tag))
		subunit2_tagset_remove(set, tag);
	return SUBUNIT2_E_OK;
}

void
subunit2_classic_time(struct subunit2_classic *classic, struct subunit2_time time)
{
	classic->has_time = true;
	classic->time = time;
}

enum subunit2_result
subunit2_classic_progress(struct subunit2_classic *classic, enum subunit2_classic_whence whence,
                          int64_t offset, struct subunit2_error *error)
{
	char text[32];
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("progress"),
		.mime_type = CLASSIC_PROGRESS_TYPE,
		.eof = true,
	};

	switch (whence) {
	case SUBUNIT2_CLASSIC_SET:
		if (offset < 0)
			return subunit2_error_set(error, SUBUNIT2_E_INVALID, "offset",
			                          "is negative");
		snprintf(text, sizeof(text), "%" PRId64 "\n", offset);
		break;
	case SUBUNIT2_CLASSIC_CUR:
		snprintf(text, sizeof(text), "%+" PRId64 "\n", offset);
		break;
	case SUBUNIT2_CLASSIC_POP:
	case SUBUNIT2_CLASSIC_PUSH:
		strcpy(text, whence == SUBUNIT2_CLASSIC_POP ? "pop\n" : "push\n");
		break;
	default:
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "whence", "is unknown");
	}
	event.file_bytes = subunit2_view_of(text);
	return classic_emit(classic, &event, error);
}
