/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * gojson: what `go test -json` prints. A package is a runnable test, its tests
 * and their subtests are PACKAGE::NAME; output belongs to the test it was printed
 * in, and to the package if that test has ended. A failed build is the test
 * "go build IMPORTPATH", or, before go 1.24, the package. A result without a package is
 * that of the test "go test". Lines that are not of this format are text, or damage if the
 * user named the format or they have a part of an action.
 *
 * A test takes as long as Elapsed says, from its start; the time of waiting for others is left out.
 */
#include "gojson_tests.h"
#include "json_event.h"
#include "line_reader.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <subunit2/damage.h>

struct gojson_input {
	struct line_reader base;
	bool declared;
	struct gojson_tests tests;
};

static enum subunit2_result
gojson_input_emit(struct gojson_input *self, const struct gojson_action *action,
                  struct subunit2_event *event, struct subunit2_error *error)
{
	event->runnable = subunit2_view_present(event->test_id) && !action->test;
	event->has_timestamp = action->has_time;
	event->timestamp = action->time;
	return subunit2_sink_event(&self->base.stray_text.sink, event, error);
}

/* Begins the test ID if it is not open. */
static enum subunit2_result
gojson_input_begin(struct gojson_input *self, const struct gojson_action *action, const char *id,
                   struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_INPROGRESS,
	};
	gojson_tests_open(&self->tests, action, id);
	return gojson_input_emit(self, action, &event, error);
}

/* Begins ACTION's package with its first event. */
static enum subunit2_result
gojson_input_begin_package(struct gojson_input *self, const struct gojson_action *action,
                           struct subunit2_error *error)
{
	struct gojson_action package = *action;
	package.test = NULL;
	if (!action->package || gojson_tests_find(&self->tests, action->package))
		return SUBUNIT2_E_OK;
	return gojson_input_begin(self, &package, action->package, error);
}

/* Emits how many tests of the package ID failed, if they are why it does. */
static enum subunit2_result
gojson_input_emit_failures(struct gojson_input *self, const struct gojson_action *action,
                           const char *id, struct subunit2_error *error)
{
	const struct gojson_test *package = gojson_tests_find(&self->tests, id);
	if (action->test || !package || package->failures == 0 || package->open_tests > 0)
		return SUBUNIT2_E_OK;
	char *text = memory_format("%llu of %llu assertions failed",
	                           (unsigned long long)package->failures,
	                           (unsigned long long)package->results);
	struct subunit2_event reason = {
		.test_id = subunit2_view_of(id),
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = subunit2_view_of(text),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	enum subunit2_result result = gojson_input_emit(self, action, &reason, error);
	free(text);
	return result;
}

/* Ends the test ID, of which ACTION says how long it took. If its beginning had
 * no time, or was not emitted, emits one here. */
static enum subunit2_result
gojson_input_end(struct gojson_input *self, const struct gojson_action *action, const char *id,
                 enum subunit2_status status, struct subunit2_error *error)
{
	const struct gojson_test *test = gojson_tests_find(&self->tests, id);
	struct gojson_action timed = *action;
	struct subunit2_event event = {.test_id = subunit2_view_of(id), .status = status};
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (action->has_elapsed && test && test->has_time) {
		timed.time = subunit2_time_add(test->time, action->elapsed_ns);
	} else if (action->has_elapsed) {
		struct subunit2_time end = action->time;
		timed.time = subunit2_time_add(end, -action->elapsed_ns);
		if (!action->has_time || timed.time.sec < 0)
			timed.time = (struct subunit2_time){0, 0};
		timed.has_time = true;
		result = gojson_input_begin(self, &timed, id, error);
		timed.time = subunit2_time_add(timed.time, action->elapsed_ns);
	}
	timed.has_time |= action->has_elapsed;
	gojson_tests_count(&self->tests, action, status);
	if (status == SUBUNIT2_STATUS_FAIL && result == SUBUNIT2_E_OK)
		result = gojson_input_emit_failures(self, &timed, id, error);
	gojson_tests_close(&self->tests, action, id);
	return result == SUBUNIT2_E_OK ? gojson_input_emit(self, &timed, &event, error) : result;
}

/* Ends TEST with the result in its output. */
static enum subunit2_result
gojson_input_end_found(struct gojson_input *self, const struct gojson_action *package,
                       struct gojson_test *test, struct subunit2_error *error)
{
	struct gojson_action action = *package;
	char *id = memory_copy(test->id);
	action.test = id; /* not the name, but no package either */
	action.has_elapsed = !test->measured;
	action.elapsed_ns = test->result.elapsed_ns;
	if (test->measured && test->has_measured_time)
		action.time = test->measured_time;
	enum subunit2_result result =
		gojson_input_end(self, &action, id, test->result.status, error);
	free(id);
	return result;
}

/* Ends the tests of a package that ends, if their output has a result: before go 1.20 the action is
 * missing if output without a newline stands before it, since go 1.20 if a benchmark passed. */
static enum subunit2_result
gojson_input_end_all_found(struct gojson_input *self, const struct gojson_action *action,
                           struct subunit2_error *error)
{
	struct gojson_test *test;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (action->test || action->import_path)
		return SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && (test = gojson_tests_next_found(&self->tests, action)))
		result = gojson_input_end_found(self, action, test, error);
	return result;
}

static enum subunit2_result
gojson_input_on_status(struct gojson_input *self, const struct gojson_action *action,
                       const char *id, enum subunit2_status status, struct subunit2_error *error)
{
	if (!subunit2_status_is_final(status)) {
		if (gojson_action_is_benchmark(action))
			gojson_tests_note_benchmark(&self->tests, action, SUBUNIT2_STATUS_NONE);
		return gojson_input_begin(self, action, id, error);
	}
	enum subunit2_result result = gojson_input_end_all_found(self, action, error);
	return result == SUBUNIT2_E_OK ? gojson_input_end(self, action, id, status, error) : result;
}

static enum subunit2_result
gojson_input_on_output(struct gojson_input *self, const struct gojson_action *action,
                       const char *id, struct subunit2_error *error)
{
	struct gojson_action of = *action;
	struct subunit2_event event = {
		.file_name = action->import_path ? SUBUNIT2_LITERAL("stderr")
	                                         : SUBUNIT2_LITERAL("stdout"),
		.file_bytes = action->output,
		.mime_type = SUBUNIT2_TEXT_TYPE,
	};
	gojson_tests_note_output(&self->tests, action, id);
	if (action->import_path || gojson_tests_is_open(&self->tests, id)) {
		event.test_id = subunit2_view_of(id);
	} else if (gojson_tests_is_open(&self->tests, action->package)) {
		event.test_id = subunit2_view_of(action->package);
		of.test = NULL;
	}
	return gojson_input_emit(self, &of, &event, error);
}

/* *KNOWN: the action is one, and was taken. */
static enum subunit2_result
gojson_input_on_action(struct gojson_input *self, const struct gojson_action *action, bool *known,
                       struct subunit2_error *error)
{
	enum subunit2_status status = SUBUNIT2_STATUS_NONE;
	bool output = action->action && gojson_action_is_output(action);
	*known = output || (action->action && gojson_action_status(action->action, &status));
	if (!*known)
		return SUBUNIT2_E_OK;
	char *id = gojson_action_id(action);
	bool begins = status == SUBUNIT2_STATUS_INPROGRESS && !action->test;
	enum subunit2_result result =
		begins ? SUBUNIT2_E_OK : gojson_input_begin_package(self, action, error);
	if (output && result == SUBUNIT2_E_OK)
		result = gojson_input_on_output(self, action, id, error);
	else if (status != SUBUNIT2_STATUS_NONE && result == SUBUNIT2_E_OK)
		result = gojson_input_on_status(self, action, id, status, error);
	free(id);
	return result;
}

/* Returns NAME, which is not from JSON, as an id: bytes that are not UTF-8 are escaped. */
static char *
gojson_input_valid_id(struct subunit2_view name)
{
	size_t size = 4 * name.len; /* all are escaped */
	char *id = memory_resize(NULL, size + 1, 1);
	id[subunit2_utf8_escape(name, id, size)] = '\0';
	return id;
}

/* Takes "FAIL\tPACKAGE [build failed]". *KNOWN: LINE is that, of a package without a result. */
static enum subunit2_result
gojson_input_on_failed_build(struct gojson_input *self, struct subunit2_view line, bool *known,
                             struct subunit2_error *error)
{
	struct subunit2_view package, why;
	*known = gojson_failed_build(line, &package, &why);
	if (!*known)
		return SUBUNIT2_E_OK;
	char *id = gojson_input_valid_id(package);
	const struct gojson_action action = {.package = id};
	struct subunit2_event reason = {
		.test_id = subunit2_view_of(id),
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = why,
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	const struct gojson_test *test = gojson_tests_find(&self->tests, id);
	enum subunit2_result result = SUBUNIT2_E_OK;
	*known = !test || !test->ended;
	if (!test)
		result = gojson_input_begin_package(self, &action, error);
	if (*known && result == SUBUNIT2_E_OK)
		result = gojson_input_emit(self, &action, &reason, error);
	if (*known && result == SUBUNIT2_E_OK)
		result = gojson_input_end(self, &action, id, SUBUNIT2_STATUS_FAIL, error);
	free(id);
	return result;
}

/* Returns true if LINE, which is not JSON, has a part of an action. */
static bool
gojson_input_is_broken(struct subunit2_view line)
{
	return subunit2_view_starts(line, SUBUNIT2_LITERAL("{\"")) ||
	       memmem(line.data, line.len, "\"Action\":\"", 10);
}

/* Takes LINE, which is not an action; BROKEN: it is damage even if the format was detected. */
static enum subunit2_result
gojson_input_on_other(struct gojson_input *self, struct subunit2_view line, const char *why,
                      bool broken, struct subunit2_error *error)
{
	char reason[JSON_EVENT_REASON_SIZE];
	bool known;
	enum subunit2_result result = gojson_input_on_failed_build(self, line, &known, error);
	if (result != SUBUNIT2_E_OK || known)
		return result;
	if (!self->declared && !broken)
		return stray_text_feed(&self->base.stray_text, line, self->base.fed_ms, error);
	snprintf(reason, sizeof(reason), "line %llu: %s",
	         (unsigned long long)self->base.lines.count, why);
	return subunit2_damage_emit(&self->base.stray_text.sink, line, SUBUNIT2_DAMAGE_FIRST,
	                            reason, NULL, error);
}

/* Reads LINE if it is a JSON object, and sets *IS_OBJECT to whether it is one. If not, *SYNTAX says
 * why. */
static enum subunit2_result
gojson_input_on_object(struct gojson_input *self, struct subunit2_view line, bool *is_object,
                       json_error_t *syntax, struct subunit2_error *error)
{
	json_t *object =
		json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, syntax);
	*is_object = object;
	if (!object)
		return SUBUNIT2_E_OK;
	struct gojson_action action;
	bool known = false, named = gojson_action_read(object, &action);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (named)
		result = gojson_input_on_action(self, &action, &known, error);
	if (!known)
		result = gojson_input_on_other(
			self, line, named ? "no action of go test" : "a name holds a NUL", !named,
			error);
	json_decref(object);
	return result;
}

/* Returns the offset of the first action after the start of LINE, or the length of LINE. Reads LINE
 * no further, so that a line of many actions takes linear time. Finds no action within a string,
 * where quotes are escaped. */
static size_t
gojson_input_next_action(struct subunit2_view line)
{
	static const char *const members[] = {"{\"Time\":", "{\"Action\":", "{\"ImportPath\":"};
	const char *end = line.data + line.len, *at = line.data;
	while ((size_t)(end - at) > 1 && (at = memmem(at + 1, (size_t)(end - at) - 1, "{\"", 2))) {
		struct subunit2_view rest = {at, (size_t)(end - at)};
		for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
			if (subunit2_view_starts(rest, subunit2_view_of(members[i])))
				return (size_t)(at - line.data);
	}
	return line.len;
}

/* Reads LINE. If newlines were lost, its action may follow text, or other actions. */
static enum subunit2_result
gojson_input_on_line(struct line_reader *base, struct subunit2_view line,
                     struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)base;
	if (self->base.lines.within || self->base.lines.open)
		return gojson_input_on_other(self, line, "too long", gojson_input_is_broken(line),
		                             error);
	json_error_t syntax;
	bool is_object;
	enum subunit2_result result =
		gojson_input_on_object(self, line, &is_object, &syntax, error);
	for (struct subunit2_view rest = line; result == SUBUNIT2_E_OK && !is_object && rest.len;) {
		struct subunit2_view part = {rest.data, gojson_input_next_action(rest)};
		bool is_part = part.len < line.len, part_is_object = false;
		rest = (struct subunit2_view){part.data + part.len, rest.len - part.len};
		if (is_part)
			result =
				gojson_input_on_object(self, part, &part_is_object, &syntax, error);
		if (result == SUBUNIT2_E_OK && !part_is_object)
			result = gojson_input_on_other(self, part, syntax.text,
			                               gojson_input_is_broken(part), error);
	}
	return result;
}

static enum subunit2_result
gojson_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                  struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)input;
	struct subunit2_view rest = {data, len}, line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	self->base.fed_ms = now_ms;
	while (result == SUBUNIT2_E_OK && lines_take(&self->base.lines, &rest, &line))
		result = gojson_input_on_line(&self->base, line, error);
	return result;
}

static enum subunit2_result
gojson_input_on_text(struct line_reader *base, struct subunit2_view text,
                     struct subunit2_error *error)
{
	return gojson_input_on_other((struct gojson_input *)base, text, "not JSON",
	                             gojson_input_is_broken(text), error);
}

static bool
gojson_input_may_begin(const struct line_reader *base, struct subunit2_view head)
{
	(void)base;
	return *head.data == '{';
}

static enum subunit2_result
gojson_input_finish(struct input *input, struct subunit2_error *error)
{
	struct gojson_input *self = (struct gojson_input *)input;
	enum subunit2_result result = line_reader_end(&self->base, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->base.stray_text.text, error)
	                               : result;
}

static void
gojson_input_free(struct input *input)
{
	struct gojson_input *self = (struct gojson_input *)input;
	gojson_tests_clear(&self->tests);
	line_reader_clear(&self->base);
	free(self);
}

struct input *
input_gojson(const struct input_options *options, struct subunit2_sink *sink,
             struct subunit2_error *error)
{
	static const struct line_reader_handler handler = {
		gojson_input_on_line, gojson_input_on_text, gojson_input_may_begin};
	(void)error;
	struct gojson_input *self = memory_zeroed(1, sizeof(*self));
	self->base.input = (struct input){gojson_input_feed, line_reader_deadline, line_reader_tick,
	                                  gojson_input_finish, gojson_input_free};
	line_reader_init(&self->base, &handler, JSON_EVENT_MAX, sink);
	self->declared = options->declared;
	return &self->base.input;
}

static bool
gojson_input_is_action(struct subunit2_view rest)
{
	if (*rest.data != '{')
		return false;
	struct subunit2_view line = detect_take_line(&rest);
	return memmem(line.data, line.len, "\"Action\":", 9);
}

static bool
gojson_input_is_failed_build(struct subunit2_view rest)
{
	struct subunit2_view package, why;
	return gojson_failed_build(detect_take_line(&rest), &package, &why);
}

/* Takes a build that failed for a sign only together with an action, or if the input has no other
 * format. */
struct detect_result
recognise_gojson(const struct detect_head *head)
{
	struct detect_result sign = detect_at(detect_line(head, gojson_input_is_action));
	size_t failed = detect_line(head, gojson_input_is_failed_build);
	if (failed == DETECT_NONE)
		return sign;
	if (sign.at != DETECT_NONE)
		sign.at = failed < sign.at ? failed : sign.at;
	else if (head->ends)
		sign.at = DETECT_NONE - 1;
	else
		sign.promise = failed;
	return sign;
}
