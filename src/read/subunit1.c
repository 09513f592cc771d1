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
 * end failed. If "test: LABEL" follows output on the same line, that line is text, but an outcome
 * with that label then begins and ends the test. A malformed line, at which Python's reader
 * fails, is text here; within details it is damage.
 */
#include "memory.h"
#include "subunit1_outcomes.h"
#include "subunit1_tests.h"
#include "subunit1_time.h"

#include <stdlib.h>
#include <string.h>

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
		return subunit1_input_text(self, line, error);
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
		return subunit1_input_text(self, line, error);
	char text[SUBUNIT1_PROGRESS_MAX + 1];
	memcpy(text, rest.data, rest.len);
	text[rest.len] = '\n';
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("progress"),
		.file_bytes = {text, rest.len + 1},
		.mime_type = SUBUNIT1_PROGRESS_TYPE,
		.eof = true,
	};
	return subunit1_tests_emit(self, &event, error);
}

/* Passes LINE on as text. If "test: LABEL" stands within it, keeps LABEL in STARTED. */
static enum subunit2_result
subunit1_input_on_other(struct subunit1_input *self, struct subunit2_view line,
                        struct subunit2_error *error)
{
	static const char word[] = "test: ";
	struct subunit2_view text = subunit1_without_newline(line);
	const char *at = memmem(text.data, text.len, word, sizeof(word) - 1);
	size_t before = at ? (size_t)(at - text.data) + sizeof(word) - 1 : text.len;
	if (before < text.len) {
		self->started.len = 0;
		buffer_add(&self->started,
		           (struct subunit2_view){text.data + before, text.len - before});
	}
	return subunit1_input_text(self, line, error);
}

static enum subunit2_result
subunit1_input_on_line(struct subunit1_input *self, struct subunit2_view line,
                       struct subunit2_error *error)
{
	if (self->base.lines.within || self->base.lines.open)
		return subunit1_input_on_other(self, line, error);
	struct subunit1_line read = subunit1_line_read(line);
	switch (read.keyword) {
	case SUBUNIT1_NONE:
		return subunit1_input_on_other(self, line, error);
	case SUBUNIT1_TEST:
		return subunit1_tests_start(self, read.rest, error);
	case SUBUNIT1_PROGRESS:
		return subunit1_input_on_progress(self, line, read.rest, error);
	case SUBUNIT1_TAGS:
		return subunit1_input_on_tags(self, read.rest, error);
	case SUBUNIT1_TIME:
		return subunit1_input_on_time(self, line, read.rest, error);
	default:
		return subunit1_outcomes_read(self, line, read, error);
	}
}

static enum subunit2_result
subunit1_input_on_any_line(struct line_reader *base, struct subunit2_view line,
                           struct subunit2_error *error)
{
	struct subunit1_input *self = (struct subunit1_input *)base;
	if (self->ended && subunit1_outcomes_is_missing_end(self, line)) {
		enum subunit2_result ended = subunit1_outcomes_end_details(self, error);
		if (ended != SUBUNIT2_E_OK)
			return ended;
	}
	if (!self->ended)
		return subunit1_input_on_line(self, line, error);
	return subunit1_outcomes_details_line(self, line, error);
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
	return subunit1_input_text((struct subunit1_input *)base, text, error);
}

static bool
subunit1_input_may_begin(const struct line_reader *base, struct subunit2_view head)
{
	const struct subunit1_input *self = (const struct subunit1_input *)base;
	return self->ended || subunit1_line_may_begin(head);
}

static enum subunit2_result
subunit1_input_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	enum subunit2_result result = line_reader_end(&self->base, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit1_outcomes_finish(self, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->base.stray_text.text, error)
	                               : result;
}

static void
subunit1_input_free(struct input *input)
{
	struct subunit1_input *self = (struct subunit1_input *)input;
	subunit1_tests_clear(self);
	buffer_clear(&self->started);
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
	line_reader_init(&self->base, &handler, SUBUNIT1_LINE_MAX, sink);
	subunit1_outcomes_init(self);
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
