/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit1: version 1 of the protocol, lines of text. Its lines become the
 * events of tests, with the last time in the stream:
 *
 *     test: LABEL                          inprogress
 *     failure: LABEL                       fail; "error" too
 *     failure: LABEL [ … ]                 the lines as the file "traceback", before that;
 *                                          "reason" of a skip, "message" of a success
 *     failure: LABEL [ multipart … ]       the parts as files
 *     tags: NEW -GONE                      within a test of this test, else of all that follow
 *     time: 2010-06-28 12:00:00.000000Z
 *     progress: +3                         the file "progress", of no test
 *
 * Several tests may be open: an outcome belongs to the one with its label, and an
 * outcome without one is text, as are all other lines. A test that is open at the
 * end failed. Where Python's reader dies of a malformed line, it is text here,
 * and within details it is damage.
 */
#include "subunit1.h"
#include "line_reader.h"
#include "memory.h"
#include "subunit1_details.h"
#include "subunit1_line.h"
#include "subunit1_time.h"
#include "unique_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <subunit2/damage.h>
#include <uthash.h>

#define LINE_MAX_LEN 65536

struct open_test {
	char *id;
	struct subunit2_tagset tags; /* that the test will end with */
	UT_hash_handle hh;
	char label[];
};

struct subunit1_input {
	struct line_reader base;
	struct subunit2_sink *events; /* takes all but text */
	struct subunit1_scope scope;
	struct unique_names ids; /* of the scope's tests */

	bool runnable; /* the tests are */
	bool has_seen; /* SEEN is the time of events for which the stream gives none */
	struct subunit2_time seen;
	bool has_time;
	struct subunit2_time time;
	struct subunit2_tagset tags; /* of all tests that begin now */
	struct open_test *open;      /* by id, in the order in which they began */
	struct open_test *current;   /* the last that began; NULL: none */

	struct open_test *ended; /* whose details are being read; NULL: none */
	enum subunit2_status outcome;
	struct subunit1_details details;
	bool bracket; /* the last line of the details ended with "]" */
};

static const struct {
	enum subunit2_status status;
	const char *file_name, *mime_type; /* of lines in brackets */
} outcomes[] = {
	[SUBUNIT1_SUCCESS] = {SUBUNIT2_STATUS_SUCCESS, "message", "text/plain"},
	[SUBUNIT1_FAILURE] = {SUBUNIT2_STATUS_FAIL, "traceback",
                              "text/x-traceback; charset=\"utf8\""},
	[SUBUNIT1_ERROR] = {SUBUNIT2_STATUS_FAIL, "traceback",
                            "text/x-traceback; charset=\"utf8\""},
	[SUBUNIT1_SKIP] = {SUBUNIT2_STATUS_SKIP, "reason", "text/plain"},
	[SUBUNIT1_XFAIL] = {SUBUNIT2_STATUS_XFAIL, "traceback",
                            "text/x-traceback; charset=\"utf8\""},
	[SUBUNIT1_UXSUCCESS] = {SUBUNIT2_STATUS_UXSUCCESS, "traceback",
                                "text/x-traceback; charset=\"utf8\""},
};

static enum subunit2_result
subunit1_input_emit(struct subunit1_input *self, struct subunit2_event *event,
                    struct subunit2_error *error)
{
	event->has_timestamp = self->has_time || self->has_seen;
	event->timestamp = self->has_time ? self->time : self->seen;
	return subunit2_sink_event(self->events, event, error);
}

/* LABEL as a test id: itself, where a packet can hold it. Into BUFFER if not. */
static struct subunit2_view
subunit1_input_id_of(struct subunit2_view label, char buffer[LINE_MAX_LEN])
{
	if (subunit2_utf8_is_string(label))
		return label;
	return (struct subunit2_view){buffer, subunit2_utf8_escape(label, buffer, LINE_MAX_LEN)};
}

static struct open_test *
subunit1_input_test_named(struct subunit1_input *self, struct subunit2_view label)
{
	char buffer[LINE_MAX_LEN];
	struct subunit2_view id = subunit1_input_id_of(label, buffer);
	struct open_test *test;
	HASH_FIND(hh, self->open, id.data, id.len, test);
	return test;
}

/* Returns the id of the test LABEL, to be freed. A label that repeats the scope's id, or
 * begins with it, is an id already. */
static char *
subunit1_input_id(struct subunit1_input *self, struct subunit2_view label)
{
	struct subunit2_view script = self->scope.script;
	char *id = memory_copy_len(label.data, label.len);
	if (!subunit2_view_present(script) || subunit2_view_equal(label, script))
		return id;
	if (!subunit2_view_starts(label, script) ||
	    strncmp(id + script.len, "::", strlen("::")) != 0) {
		char *scoped = memory_format("%.*s::%s", (int)script.len, script.data, id);
		free(id);
		id = scoped;
	}
	return unique_names_add(&self->ids, id);
}

static struct open_test *
subunit1_input_open_named(struct subunit1_input *self, struct subunit2_view label)
{
	char buffer[LINE_MAX_LEN];
	struct subunit2_view key = subunit1_input_id_of(label, buffer);
	struct open_test *test = memory_zeroed(1, sizeof(*test) + key.len);
	memcpy(test->label, key.data, key.len);
	test->id = subunit1_input_id(self, key);
	HASH_ADD_KEYPTR(hh, self->open, test->label, key.len, test);
	return test;
}

static void
subunit1_input_forget(struct subunit1_input *self, struct open_test *test)
{
	HASH_DEL(self->open, test);
	if (self->current == test)
		self->current = NULL;
	subunit2_tagset_clear(&test->tags);
	free(test->id);
	free(test);
}

static enum subunit2_result
subunit1_input_start_test(struct subunit1_input *self, struct subunit2_view label,
                          struct subunit2_error *error)
{
	struct open_test *test = subunit1_input_test_named(self, label);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!test) {
		test = subunit1_input_open_named(self, label);
		result = subunit2_tagset_add_all(&test->tags, subunit2_tagset_view(&self->tags),
		                                 error);
	}
	self->current = test;
	if (result != SUBUNIT2_E_OK)
		return result;
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = self->runnable,
	};
	return subunit1_input_emit(self, &event, error);
}

static enum subunit2_result
subunit1_input_end_test(struct subunit1_input *self, struct open_test *test,
                        enum subunit2_status status, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.status = status,
		.tags = subunit2_tagset_view(&test->tags),
		.runnable = self->runnable,
	};
	enum subunit2_result result = subunit1_input_emit(self, &event, error);
	self->ended = NULL;
	subunit1_input_forget(self, test);
	return result;
}

static enum subunit2_result
subunit1_input_emit_file(void *context, struct subunit2_event *event, struct subunit2_error *error)
{
	struct subunit1_input *self = context;
	event->test_id = subunit2_view_of(self->ended->id);
	event->runnable = self->runnable;
	return subunit1_input_emit(self, event, error);
}

static enum subunit2_result
subunit1_input_on_stray_text(struct subunit1_input *self, struct subunit2_view line,
                             struct subunit2_error *error)
{
	return self->scope.text(self->scope.context, line, self->base.fed_ms, error);
}

/* The open test with LABEL, which may end with ENDING; NULL: none. */
static struct open_test *
subunit1_input_test_before(struct subunit1_input *self, struct subunit2_view label,
                           struct subunit2_view ending)
{
	if (!subunit2_view_ends(label, ending))
		return NULL;
	label.len -= ending.len;
	return subunit1_input_test_named(self, label);
}

/* Returns the open test that READ names before " [ TEXT ]" on the same line, as cmocka
 * writes it, with TEXT in *MESSAGE; NULL: none. A failure of cmocka's groups opens one. */
static struct open_test *
subunit1_input_test_of_message(struct subunit1_input *self, struct subunit1_line read,
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
	struct open_test *test = subunit1_input_test_named(self, label);
	return test || !subunit1_is_group_error(read) ? test
	                                              : subunit1_input_open_named(self, label);
}

static enum subunit2_result
subunit1_input_on_message(struct subunit1_input *self, struct open_test *test,
                          enum subunit1_keyword keyword, struct subunit2_view message,
                          struct subunit2_error *error)
{
	char buffer[LINE_MAX_LEN];
	struct subunit2_event event = {
		.test_id = subunit2_view_of(test->id),
		.runnable = self->runnable,
		.file_name = subunit2_view_of(outcomes[keyword].file_name),
		.file_bytes = subunit1_input_id_of(message, buffer),
		.mime_type = subunit2_view_of(outcomes[keyword].mime_type),
		.eof = true,
	};
	enum subunit2_result result = subunit1_input_emit(self, &event, error);
	return result == SUBUNIT2_E_OK
	               ? subunit1_input_end_test(self, test, outcomes[keyword].status, error)
	               : result;
}

static enum subunit2_result
subunit1_input_on_outcome(struct subunit1_input *self, struct subunit2_view line,
                          struct subunit1_line read, struct subunit2_error *error)
{
	struct open_test *test = subunit1_input_test_named(self, read.rest);
	struct subunit2_view message;
	if (test)
		return subunit1_input_end_test(self, test, outcomes[read.keyword].status, error);
	if ((test = subunit1_input_test_of_message(self, read, &message)))
		return subunit1_input_on_message(self, test, read.keyword, message, error);

	self->bracket = false;
	self->ended = subunit1_input_test_before(self, read.rest, SUBUNIT1_MULTIPART);
	if (self->ended) {
		subunit1_details_begin_parts(&self->details);
	} else {
		self->ended = subunit1_input_test_before(self, read.rest, SUBUNIT1_SIMPLE);
		if (!self->ended)
			return subunit1_input_on_stray_text(self, line, error);
		subunit1_details_begin_lines(&self->details, outcomes[read.keyword].file_name,
		                             outcomes[read.keyword].mime_type);
	}
	self->outcome = outcomes[read.keyword].status;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_input_on_tags(struct subunit1_input *self, struct subunit2_view rest,
                       struct subunit2_error *error)
{
	struct subunit2_tagset *set = self->current ? &self->current->tags : &self->tags;
	struct subunit2_view tag;
	while (subunit1_next_tag(&rest, &tag)) {
		if (!subunit2_utf8_is_string(tag))
			continue;
		if (*tag.data == '-') {
			subunit2_tagset_remove(set,
			                       (struct subunit2_view){tag.data + 1, tag.len - 1});
			continue;
		}
		enum subunit2_result result = subunit2_tagset_add(set, tag, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_input_on_time(struct subunit1_input *self, struct subunit2_view line,
                       struct subunit2_view rest, struct subunit2_error *error)
{
	struct subunit2_time time;
	if (!subunit1_time_read(rest, &time))
		return subunit1_input_on_stray_text(self, line, error);
	self->has_time = true;
	self->time = time;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_input_on_progress(struct subunit1_input *self, struct subunit2_view line,
                           struct subunit2_view rest, struct subunit2_error *error)
{
	rest = subunit1_without_blanks(rest);
	if (!subunit1_is_progress(rest))
		return subunit1_input_on_stray_text(self, line, error);
	char text[SUBUNIT1_PROGRESS_MAX + 1];
	memcpy(text, rest.data, rest.len);
	text[rest.len] = '\n';
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("progress"),
		.file_bytes = {text, rest.len + 1},
		.mime_type = SUBUNIT1_PROGRESS_TYPE,
		.eof = true,
	};
	return subunit1_input_emit(self, &event, error);
}

static enum subunit2_result
subunit1_input_on_line(struct subunit1_input *self, struct subunit2_view line,
                       struct subunit2_error *error)
{
	if (self->base.lines.within || self->base.lines.open)
		return subunit1_input_on_stray_text(self, line, error);
	struct subunit1_line read = subunit1_line_read(line);
	switch (read.keyword) {
	case SUBUNIT1_NONE:
		return subunit1_input_on_stray_text(self, line, error);
	case SUBUNIT1_TEST:
		return subunit1_input_start_test(self, read.rest, error);
	case SUBUNIT1_PROGRESS:
		return subunit1_input_on_progress(self, line, read.rest, error);
	case SUBUNIT1_TAGS:
		return subunit1_input_on_tags(self, read.rest, error);
	case SUBUNIT1_TIME:
		return subunit1_input_on_time(self, line, read.rest, error);
	default:
		return subunit1_input_on_outcome(self, line, read, error);
	}
}

/* Reports a line where only details may follow as damage, and ends the test with its outcome. */
static enum subunit2_result
subunit1_input_on_damage(struct subunit1_input *self, struct subunit2_view line,
                         struct subunit2_error *error)
{
	char reason[128];
	snprintf(reason, sizeof(reason), "line %llu: %s in the details of a test",
	         (unsigned long long)self->base.lines.count, self->details.damage);
	enum subunit2_result result = subunit2_damage_emit(
		self->events, line, SUBUNIT2_DAMAGE_FIRST, reason, NULL, error);
	return result == SUBUNIT2_E_OK
	               ? subunit1_input_end_test(self, self->ended, self->outcome, error)
	               : result;
}

/* Subunit.pm writes the "]" after details on their last line if they end without a newline.
 * Returns whether LINE follows such details: it begins the next test. */
static bool
subunit1_input_details_lack_end(const struct subunit1_input *self, struct subunit2_view line)
{
	struct subunit1_line read = subunit1_line_read(line);
	return self->bracket && self->details.state == SUBUNIT1_DETAILS_LINES &&
	       ((read.keyword == SUBUNIT1_TEST && read.rest.data[-2] == ':') ||
	        subunit1_is_certain(read));
}

static enum subunit2_result
subunit1_input_end_details(struct subunit1_input *self, struct subunit2_error *error)
{
	enum subunit2_result result = subunit1_details_cut(&self->details, error);
	return result == SUBUNIT2_E_OK
	               ? subunit1_input_end_test(self, self->ended, self->outcome, error)
	               : result;
}

static enum subunit2_result
subunit1_input_on_any_line(struct line_reader *base, struct subunit2_view line,
                           struct subunit2_error *error)
{
	struct subunit1_input *self = (struct subunit1_input *)base;
	if (self->ended && subunit1_input_details_lack_end(self, line)) {
		enum subunit2_result ended = subunit1_input_end_details(self, error);
		if (ended != SUBUNIT2_E_OK)
			return ended;
	}
	if (!self->ended)
		return subunit1_input_on_line(self, line, error);
	self->bracket = subunit2_view_ends(subunit1_without_newline(line), SUBUNIT2_LITERAL("]"));
	enum subunit2_result result =
		subunit1_details_line(&self->details, &self->base.lines, line, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (self->details.damage)
		return subunit1_input_on_damage(self, line, error);
	if (self->details.ended)
		return subunit1_input_end_test(self, self->ended, self->outcome, error);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                    struct subunit2_error *error)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	struct subunit2_view rest = {data, len}, line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	self->base.fed_ms = now_ms;
	while (result == SUBUNIT2_E_OK && rest.len > 0) {
		if (self->ended && subunit1_details_want_bytes(&self->details))
			result = subunit1_details_bytes(&self->details, &rest, error);
		else if (lines_take(&self->base.lines, &rest, &line))
			result = subunit1_input_on_any_line(&self->base, line, error);
	}
	return result;
}

static enum subunit2_result
subunit1_input_on_text(struct line_reader *base, struct subunit2_view text,
                       struct subunit2_error *error)
{
	return subunit1_input_on_stray_text((struct subunit1_input *)base, text, error);
}

static bool
subunit1_input_may_begin(const struct line_reader *base, struct subunit2_view head)
{
	const struct subunit1_input *self = (const struct subunit1_input *)base;
	return self->ended || subunit1_line_may_begin(head);
}

/* The stream ended within TEST, in its details or before its outcome. */
static enum subunit2_result
subunit1_input_fail_unfinished_test(struct subunit1_input *self, struct open_test *test,
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
		.mime_type = SUBUNIT2_LITERAL("text/x-traceback; charset=\"utf8\""),
		.eof = true,
	};
	result = subunit1_input_emit(self, &event, error);
	return result == SUBUNIT2_E_OK
	               ? subunit1_input_end_test(self, test, SUBUNIT2_STATUS_FAIL, error)
	               : result;
}

static enum subunit2_result
subunit1_input_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	enum subunit2_result result = line_reader_end(&self->base, error);
	if (result == SUBUNIT2_E_OK && self->ended && self->bracket &&
	    self->details.state == SUBUNIT1_DETAILS_LINES)
		result = subunit1_input_end_details(self, error);
	while (result == SUBUNIT2_E_OK && self->open)
		result = subunit1_input_fail_unfinished_test(self, self->open, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->base.stray_text.text, error)
	                               : result;
}

static void
subunit1_input_free(struct input *input)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	while (self->open)
		subunit1_input_forget(self, self->open);
	subunit2_tagset_clear(&self->tags);
	line_reader_clear(&self->base);
	subunit1_details_clear(&self->details);
	unique_names_clear(&self->ids);
	free(self);
}

static struct subunit1_input *
subunit1_input_new(struct subunit2_sink *sink)
{
	static const struct line_reader_handler handler = {
		subunit1_input_on_any_line, subunit1_input_on_text, subunit1_input_may_begin};
	struct subunit1_input *self = memory_zeroed(1, sizeof(*self));
	self->base.input =
		(struct input){subunit1_input_feed, line_reader_deadline, line_reader_tick,
	                       subunit1_input_finish, subunit1_input_free};
	line_reader_init(&self->base, &handler, LINE_MAX_LEN, sink);
	self->details.emit = subunit1_input_emit_file;
	self->details.context = self;
	unique_names_init(&self->ids, " (", ")");
	return self;
}

struct input *
input_subunit1(const struct input_options *options, struct subunit2_sink *sink,
               struct subunit2_error *error)
{
	(void)options, (void)error;
	struct subunit1_input *self = subunit1_input_new(sink);
	self->events = &self->base.stray_text.sink;
	self->scope =
		(struct subunit1_scope){.text = stray_text_feed, .context = &self->base.stray_text};
	self->runnable = true;
	return &self->base.input;
}

struct input *
subunit1_open_within(const struct subunit1_scope *scope, struct subunit2_sink *sink)
{
	struct subunit1_input *self = subunit1_input_new(sink);
	self->events = sink;
	self->scope = *scope;
	return &self->base.input;
}

void
subunit1_set_seen(struct input *input, const struct subunit2_time *time)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	self->has_seen = time;
	if (time)
		self->seen = *time;
}

bool
subunit1_is_group_error(struct subunit1_line line)
{
	return line.keyword == SUBUNIT1_ERROR &&
	       (subunit2_view_ends(line.rest, SUBUNIT2_LITERAL(" [ [  FAILED  ] GROUP SETUP ]")) ||
	        subunit2_view_ends(line.rest,
	                           SUBUNIT2_LITERAL(" [ [  FAILED  ] GROUP TEARDOWN ]")));
}

/* True when LINE can only be of this format. */
bool
subunit1_is_certain(struct subunit1_line line)
{
	struct subunit2_time time;
	return (line.keyword == SUBUNIT1_TIME && subunit1_time_read_strictly(line.rest, &time)) ||
	       (line.keyword == SUBUNIT1_PROGRESS &&
	        subunit1_is_progress(subunit1_without_blanks(line.rest)));
}

/* True when LINE is the outcome of the test LABEL. */
static bool
subunit1_input_is_outcome_of(struct subunit1_line line, struct subunit2_view label)
{
	return line.keyword >= SUBUNIT1_SUCCESS && line.keyword <= SUBUNIT1_UXSUCCESS &&
	       line.rest.len >= label.len && memcmp(line.rest.data, label.data, label.len) == 0;
}

/* A test shows the format where it begins, once its outcome is there as well. */
struct detect_result
recognise_subunit1(const struct detect_head *head)
{
	struct detect_result sign = detect_at(DETECT_NONE);
	struct subunit2_view started = SUBUNIT2_ABSENT, rest = head->lines;
	while (rest.len > 0) {
		size_t at = (size_t)(rest.data - head->lines.data);
		struct subunit2_view whole = detect_take_line(&rest);
		struct subunit1_line line = subunit1_line_read(whole);
		if (subunit1_is_certain(line))
			return detect_at(at);
		if (started.data && subunit1_input_is_outcome_of(line, started))
			return detect_at(sign.promise);
		if (line.keyword != SUBUNIT1_TEST)
			continue;
		if (at == 0 && head->begins &&
		    memchr(whole.data, ':', (size_t)(line.rest.data - whole.data)))
			return detect_at(at);
		started = line.rest;
		sign.promise = at;
	}
	return sign;
}
