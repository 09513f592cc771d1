/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_outcomes.h"

#include "subunit1_detect.h"
#include "subunit1_tests.h"

#include <stdio.h>
#include <string.h>
#include <subunit2/damage.h>

#define TRACEBACK_TYPE "text/x-traceback; charset=\"utf8\""

static const struct {
	enum subunit2_status status;
	const char *file_name, *mime_type; /* of lines in brackets */
} outcomes[] = {
	[SUBUNIT1_SUCCESS] = {SUBUNIT2_STATUS_SUCCESS, "message", "text/plain"},
	[SUBUNIT1_FAILURE] = {SUBUNIT2_STATUS_FAIL, "traceback", TRACEBACK_TYPE},
	[SUBUNIT1_ERROR] = {SUBUNIT2_STATUS_FAIL, "traceback", TRACEBACK_TYPE},
	[SUBUNIT1_SKIP] = {SUBUNIT2_STATUS_SKIP, "reason", "text/plain"},
	[SUBUNIT1_XFAIL] = {SUBUNIT2_STATUS_XFAIL, "traceback", TRACEBACK_TYPE},
	[SUBUNIT1_UXSUCCESS] = {SUBUNIT2_STATUS_UXSUCCESS, "traceback", TRACEBACK_TYPE},
};

static enum subunit2_result
subunit1_outcomes_emit_file(void *context, struct subunit2_event *event,
                            struct subunit2_error *error)
{
	struct subunit1_input *self = context;
	event->test_id = subunit2_view_of(self->ended->id);
	event->runnable = self->runnable;
	return subunit1_tests_emit(self, event, error);
}

void
subunit1_outcomes_init(struct subunit1_input *self)
{
	self->details.emit = subunit1_outcomes_emit_file;
	self->details.context = self;
}

/* Returns the open test whose label is LABEL without ENDING; NULL: none. */
static struct subunit1_test *
subunit1_outcomes_test_before(struct subunit1_input *self, struct subunit2_view label,
                              struct subunit2_view ending)
{
	if (!subunit2_view_ends(label, ending))
		return NULL;
	label.len -= ending.len;
	return subunit1_tests_find(self, label);
}

/* Returns the open test that READ names before " [ TEXT ]" on the same line, as cmocka
 * writes it, with TEXT in *MESSAGE; NULL: none. A failure of cmocka's groups opens one. */
static struct subunit1_test *
subunit1_outcomes_test_of_message(struct subunit1_input *self, struct subunit1_line read,
                                  struct subunit2_view *message)
{
	const char *mark = memmem(read.rest.data, read.rest.len, " [ ", 3);
	if (!mark || !subunit2_view_ends(read.rest, SUBUNIT2_LITERAL(" ]")))
		return NULL;
	struct subunit2_view label = {read.rest.data, (size_t)(mark - read.rest.data)};
	*message = (struct subunit2_view){mark + 3, read.rest.len - label.len - 3};
	if (message->len < 2)
		return NULL;
	message->len -= 2;
	struct subunit1_test *test = subunit1_tests_find(self, label);
	return test || !subunit1_is_group_error(read) ? test : subunit1_tests_open(self, label);
}

static enum subunit2_result
subunit1_outcomes_on_message(struct subunit1_input *self, struct subunit1_test *test,
                             enum subunit1_keyword keyword, struct subunit2_view message,
                             struct subunit2_error *error)
{
	char buffer[SUBUNIT1_LINE_MAX];
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.runnable = self->runnable,
		.file_name = subunit2_view_of(outcomes[keyword].file_name),
		.file_bytes = subunit1_tests_escape(message, buffer),
		.mime_type = subunit2_view_of(outcomes[keyword].mime_type),
		.eof = true,
	};
	enum subunit2_result result = subunit1_tests_emit(self, &event, error);
	return result == SUBUNIT2_E_OK
	               ? subunit1_tests_end(self, test, outcomes[keyword].status, error)
	               : result;
}

/* If READ has the label STARTED, opens that test. Returns it if the line ends after the label. */
static struct subunit1_test *
subunit1_outcomes_open_started(struct subunit1_input *self, struct subunit1_line read)
{
	struct subunit2_view label = buffer_view(&self->started);
	if (label.len == 0 || !subunit2_view_starts(read.rest, label))
		return NULL;
	struct subunit2_view rest = {read.rest.data + label.len, read.rest.len - label.len};
	if (rest.len > 0 && !subunit2_view_starts(rest, SUBUNIT2_LITERAL(" [")))
		return NULL;
	struct subunit1_test *test = subunit1_tests_find(self, label);
	if (!test)
		test = subunit1_tests_open(self, label);
	self->started.len = 0;
	return rest.len == 0 ? test : NULL;
}

enum subunit2_result
subunit1_outcomes_read(struct subunit1_input *self, struct subunit2_view line,
                       struct subunit1_line read, struct subunit2_error *error)
{
	struct subunit1_test *test = subunit1_tests_find(self, read.rest);
	struct subunit2_view message;
	if (!test)
		test = subunit1_outcomes_open_started(self, read);
	if (test)
		return subunit1_tests_end(self, test, outcomes[read.keyword].status, error);
	if ((test = subunit1_outcomes_test_of_message(self, read, &message)))
		return subunit1_outcomes_on_message(self, test, read.keyword, message, error);

	self->bracket = false;
	self->ended = subunit1_outcomes_test_before(self, read.rest, SUBUNIT1_MULTIPART);
	if (self->ended) {
		subunit1_details_begin_parts(&self->details);
	} else {
		self->ended = subunit1_outcomes_test_before(self, read.rest, SUBUNIT1_SIMPLE);
		if (!self->ended)
			return subunit1_input_text(self, line, error);
		subunit1_details_begin_lines(&self->details, outcomes[read.keyword].file_name,
		                             outcomes[read.keyword].mime_type);
	}
	self->outcome = outcomes[read.keyword].status;
	return SUBUNIT2_E_OK;
}

/* Reports a line where only details may follow as damage, and ends the test with its outcome. */
static enum subunit2_result
subunit1_outcomes_on_damage(struct subunit1_input *self, struct subunit2_view line,
                            struct subunit2_error *error)
{
	char reason[128];
	snprintf(reason, sizeof(reason), "line %llu: %s in the details of a test",
	         (unsigned long long)self->base.lines.count, self->details.damage);
	enum subunit2_result result = subunit2_damage_emit(
		self->events, line, SUBUNIT2_DAMAGE_FIRST, reason, NULL, error);
	return result == SUBUNIT2_E_OK ? subunit1_tests_end(self, self->ended, self->outcome, error)
	                               : result;
}

bool
subunit1_outcomes_is_missing_end(const struct subunit1_input *self, struct subunit2_view line)
{
	struct subunit1_line read = subunit1_line_read(line);
	return self->bracket && self->details.state == SUBUNIT1_DETAILS_LINES &&
	       ((read.keyword == SUBUNIT1_TEST && read.rest.data[-2] == ':') ||
	        subunit1_is_certain(read));
}

enum subunit2_result
subunit1_outcomes_end_details(struct subunit1_input *self, struct subunit2_error *error)
{
	enum subunit2_result result = subunit1_details_cut(&self->details, error);
	return result == SUBUNIT2_E_OK ? subunit1_tests_end(self, self->ended, self->outcome, error)
	                               : result;
}

enum subunit2_result
subunit1_outcomes_details_line(struct subunit1_input *self, struct subunit2_view line,
                               struct subunit2_error *error)
{
	self->bracket = subunit2_view_ends(subunit1_without_newline(line), SUBUNIT2_LITERAL("]"));
	enum subunit2_result result =
		subunit1_details_line(&self->details, &self->base.lines, line, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (self->details.damage)
		return subunit1_outcomes_on_damage(self, line, error);
	if (self->details.ended)
		return subunit1_tests_end(self, self->ended, self->outcome, error);
	return SUBUNIT2_E_OK;
}

/* Fails TEST, since the stream ended in its details or before its outcome. */
static enum subunit2_result
subunit1_outcomes_fail_unfinished(struct subunit1_input *self, struct subunit1_test *test,
                                  struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (test == self->ended)
		result = subunit1_details_cut(&self->details, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.runnable = self->runnable,
		.file_name = SUBUNIT2_LITERAL("traceback"),
		.file_bytes = SUBUNIT2_LITERAL("the stream ended in this test\n"),
		.mime_type = SUBUNIT2_LITERAL(TRACEBACK_TYPE),
		.eof = true,
	};
	result = subunit1_tests_emit(self, &event, error);
	return result == SUBUNIT2_E_OK ? subunit1_tests_end(self, test, SUBUNIT2_STATUS_FAIL, error)
	                               : result;
}

enum subunit2_result
subunit1_outcomes_finish(struct subunit1_input *self, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (self->ended && self->bracket && self->details.state == SUBUNIT1_DETAILS_LINES)
		result = subunit1_outcomes_end_details(self, error);
	while (result == SUBUNIT2_E_OK && self->open)
		result = subunit1_outcomes_fail_unfinished(self, self->open, error);
	return result;
}
