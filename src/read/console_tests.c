/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console_tests.h"

#include "console_files.h"
#include "memory.h"

#include <stdlib.h>
#include <tap/events.h>

#define CONSOLE_WAITING_MAX 10000 /* tests; if so many wait, others do not */

void
console_tests_init(struct console *console)
{
	unique_names_init(&console->ids, " (", ")");
}

static void
console_tests_clear_failed(struct console_failed *failed)
{
	free(failed->id);
	free(failed->key);
	subunit2_tagset_clear(&failed->tags);
	*failed = (struct console_failed){0};
}

void
console_tests_clear(struct console *console)
{
	for (size_t i = 0; i < console->running_count; i++)
		free(console->running[i].id);
	free(console->running);
	console_tests_clear_failed(&console->failed);
	for (size_t i = 0; i < console->waiting_count; i++)
		console_tests_clear_failed(&console->waiting[i]);
	free(console->waiting);
	unique_names_clear(&console->ids);
}

/* Returns "COMMAND::NAME::PART", which is not given out again; to be freed. */
static char *
console_tests_id(struct console *console, const struct console_test *test)
{
	const char *command = console->test_id ? console->test_id : "";
	char *below = memory_format("%.*s%s%.*s", (int)test->name.len, test->name.data,
	                            test->part.data ? "::" : "", (int)test->part.len,
	                            test->part.data ? test->part.data : "");
	size_t room = tap_id_room(strlen(command));
	char *escaped = memory_zeroed(room, 1);
	size_t len = subunit2_utf8_escape(subunit2_view_of(below), escaped, room);
	char *id = memory_format("%s%s%.*s", command, *command ? "::" : "", (int)len, escaped);
	free(escaped);
	free(below);
	return unique_names_add(&console->ids, id);
}

static struct subunit2_event
console_tests_event(const struct console *console, const char *id, bool runnable)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(console->route_code),
		.runnable = runnable,
	};
}

/* Sets the time of EVENT to that of the clock, if there is one. */
static void
console_tests_stamp(const struct console *console, struct subunit2_event *event)
{
	if (!console->options.clock)
		return;
	event->timestamp = console->options.clock(console->options.context);
	event->has_timestamp = true;
}

/* Emits the last event of FAILED, and clears it. */
static enum subunit2_result
console_tests_emit_last(struct console *console, struct console_failed *failed,
                        struct subunit2_error *error)
{
	struct subunit2_event event = console_tests_event(console, failed->id, failed->runnable);
	event.status = failed->status;
	event.has_timestamp = failed->has_time;
	event.timestamp = failed->time;
	event.tags = subunit2_tagset_view(&failed->tags);
	enum subunit2_result result = subunit2_sink_event(console->sink, &event, error);
	console_tests_clear_failed(failed);
	return result;
}

enum subunit2_result
console_tests_end_failed(struct console *console, struct subunit2_error *error)
{
	struct console_failed *failed = &console->failed;
	console->output_follows = false;
	if (!failed->id)
		return SUBUNIT2_E_OK;
	enum subunit2_result result = console_files_end_output(console, error);
	if (result == SUBUNIT2_E_OK &&
	    (!failed->key || console->waiting_count == CONSOLE_WAITING_MAX))
		return console_tests_emit_last(console, failed, error);
	console->waiting = memory_grow(console->waiting, &console->waiting_room,
	                               console->waiting_count + 1, sizeof(*console->waiting));
	console->waiting[console->waiting_count++] = *failed;
	*failed = (struct console_failed){0};
	return result;
}

bool
console_has_failed(const struct console *console)
{
	return console->any_failed;
}

bool
console_is_reported(const struct console *console)
{
	return console->options.reported && console->options.reported(console->options.context);
}

void
console_note_output(struct console *console)
{
	free(console->failed.key);
	console->failed.key = NULL;
}

bool
console_is_waiting(const struct console *console)
{
	return console->waiting_count > 0;
}

enum subunit2_result
console_attach(struct console *console, struct subunit2_view key, struct subunit2_view stdout_text,
               struct subunit2_view stderr_text, struct subunit2_error *error)
{
	size_t at = 0;
	while (at < console->waiting_count &&
	       !subunit2_view_equal(subunit2_view_of(console->waiting[at].key), key))
		at++;
	if (at == console->waiting_count)
		return SUBUNIT2_E_OK;
	struct console_failed failed = console->waiting[at];
	console->waiting_count--;
	memmove(console->waiting + at, console->waiting + at + 1,
	        (console->waiting_count - at) * sizeof(*console->waiting));
	enum subunit2_result result = console_files_add_text(console, failed.id, failed.runnable,
	                                                     "stdout", stdout_text, error);
	if (result == SUBUNIT2_E_OK)
		result = console_files_add_text(console, failed.id, failed.runnable, "stderr",
		                                stderr_text, error);
	if (result == SUBUNIT2_E_OK)
		return console_tests_emit_last(console, &failed, error);
	console_tests_clear_failed(&failed);
	return result;
}

enum subunit2_result
console_end_waiting(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t i = 0; i < console->waiting_count; i++) {
		if (result == SUBUNIT2_E_OK)
			result = console_tests_emit_last(console, &console->waiting[i], error);
		else
			console_tests_clear_failed(&console->waiting[i]);
	}
	console->waiting_count = 0;
	return result;
}

static struct console_running *
console_tests_find_running(struct console *console, uint64_t number)
{
	for (size_t i = 0; i < console->running_count; i++)
		if (console->running[i].number == number)
			return &console->running[i];
	return NULL;
}

static void
console_tests_add_running(struct console *console, uint64_t number, char *id, bool flaky)
{
	console->running = memory_grow(console->running, &console->running_room,
	                               console->running_count + 1, sizeof(*console->running));
	console->running[console->running_count++] =
		(struct console_running){.number = number,
	                                 .id = id,
	                                 .flaky = flaky,
	                                 .start = console->last,
	                                 .emitted = flaky};
}

/* Removes TEST from those that have begun. False: it has not. The id is the caller's to
 * free. */
static bool
console_tests_take_running(struct console *console, const struct console_test *test,
                           struct console_running *taken)
{
	struct console_running *running =
		test->has_number ? console_tests_find_running(console, test->number) : NULL;
	if (!running)
		return false;
	*taken = *running;
	*running = console->running[--console->running_count];
	return true;
}

static bool
console_tests_is_runnable(const struct console *console, const struct console_test *test)
{
	return !console->test_id && !test->part.data;
}

enum subunit2_result
console_begin(struct console *console, const struct console_test *test,
              struct subunit2_error *error)
{
	enum subunit2_result result = console_tests_end_failed(console, error);
	if (result != SUBUNIT2_E_OK || console_tests_find_running(console, test->number))
		return result;
	char *id = console_tests_id(console, test);
	if (console->options.clock) {
		console_tests_add_running(console, test->number, id, false);
		console_tests_find_running(console, test->number)->start =
			console->options.clock(console->options.context);
		return SUBUNIT2_E_OK;
	}
	struct subunit2_event event =
		console_tests_event(console, id, console_tests_is_runnable(console, test));
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	if (console->current->timed) {
		event.timestamp = console->last;
		event.has_timestamp = true;
	}
	console_tests_add_running(console, test->number, id, false);
	console_tests_find_running(console, test->number)->emitted = true;
	return subunit2_sink_event(console->sink, &event, error);
}

void
console_retry(struct console *console, uint64_t number)
{
	struct console_failed *failed = &console->failed;
	if (!failed->id || !failed->has_number || failed->number != number)
		return;
	console_tests_add_running(console, number, failed->id, true);
	failed->id = NULL;
	console_tests_clear_failed(failed);
	console->output_follows = false;
}

/* Emits the first event of a test that has begun, unless it was emitted. */
static enum subunit2_result
console_tests_emit_first(struct console *console, struct console_running *running,
                         struct subunit2_error *error)
{
	if (running->emitted)
		return SUBUNIT2_E_OK;
	struct subunit2_event event = console_tests_event(console, running->id, !console->test_id);
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	event.has_timestamp = console->options.clock != NULL;
	event.timestamp = running->start;
	running->emitted = true;
	return subunit2_sink_event(console->sink, &event, error);
}

bool
console_output(struct console *console, uint64_t number, struct subunit2_view line,
               enum subunit2_result *result, struct subunit2_error *error)
{
	struct console_running *running = console_tests_find_running(console, number);
	if (!running)
		return false;
	bool runnable = !console->test_id;
	*result = console_tests_emit_first(console, running, error);
	if (*result == SUBUNIT2_E_OK)
		*result = console_files_add_output(console, running->id, runnable, line, error);
	if (*result == SUBUNIT2_E_OK)
		*result = console_files_add_output(console, running->id, runnable,
		                                   SUBUNIT2_LITERAL("\n"), error);
	return true;
}

/* Sets the times of START and END, from the duration of TEST. In a saved console it began at
 * BEGAN. */
static void
console_tests_time(struct console *console, const struct console_test *test,
                   struct subunit2_time began, struct subunit2_event *start,
                   struct subunit2_event *end)
{
	bool known = test->duration_ns >= 0;
	if (console->options.clock) {
		console_tests_stamp(console, end);
		*start = *end;
		if (known)
			start->timestamp = subunit2_time_add(end->timestamp, -test->duration_ns);
		else if (began.sec)
			start->timestamp = began;
		else if (console->has_last)
			start->timestamp = console->last;
	} else if (known) {
		start->timestamp = began;
		end->timestamp = subunit2_time_add(began, test->duration_ns);
		start->has_timestamp = end->has_timestamp = true;
	}
	if (end->has_timestamp && !test->part.data) {
		if (console->options.clock ||
		    subunit2_time_compare(end->timestamp, console->last) > 0)
			console->last = end->timestamp;
		console->has_last = true;
	}
}

/* Keeps the last event of a test that failed until its output has come. */
static enum subunit2_result
console_tests_keep_failed(struct console *console, const struct console_test *test, char *id,
                          bool flaky, const struct subunit2_event *end,
                          struct subunit2_error *error)
{
	struct console_failed *failed = &console->failed;
	*failed = (struct console_failed){
		.id = id,
		.runnable = end->runnable,
		.has_number = test->has_number,
		.number = test->number,
		.has_time = end->has_timestamp,
		.time = end->timestamp,
		.status = test->status,
	};
	if (test->key.data && console->options.directory && subunit2_status_is_bad(test->status))
		failed->key = memory_copy_len(test->key.data, test->key.len);
	console->output_follows = true;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (flaky)
		result = subunit2_tagset_add(&failed->tags, SUBUNIT2_LITERAL("flaky"), error);
	if (test->tag.data && result == SUBUNIT2_E_OK)
		result = subunit2_tagset_add(&failed->tags, test->tag, error);
	return result;
}

enum subunit2_result
console_report(struct console *console, const struct console_test *test,
               struct subunit2_error *error)
{
	bool bad = subunit2_status_is_bad(test->status);
	console->any_failed |= bad;
	enum subunit2_result result = console_tests_end_failed(console, error);
	struct console_running running = {.start = console->last};
	bool begun = console_tests_take_running(console, test, &running);
	char *id = begun ? running.id : console_tests_id(console, test);
	struct subunit2_event start =
		console_tests_event(console, id, console_tests_is_runnable(console, test));
	struct subunit2_event end = start;
	console_tests_time(console, test, running.start, &start, &end);
	start.status = SUBUNIT2_STATUS_INPROGRESS;
	if (result == SUBUNIT2_E_OK)
		result = console_files_end_output(console, error);
	if (result == SUBUNIT2_E_OK && !running.emitted)
		result = subunit2_sink_event(console->sink, &start, error);
	if (result == SUBUNIT2_E_OK)
		result = console_files_add_reason(console, end, test->reason, error);
	if (result == SUBUNIT2_E_OK && bad)
		result = console_files_add_log(console, end, test, error);
	enum subunit2_result kept =
		console_tests_keep_failed(console, test, id, running.flaky && !bad, &end, error);
	if (result == SUBUNIT2_E_OK)
		result = kept;
	return result == SUBUNIT2_E_OK && !bad ? console_tests_end_failed(console, error) : result;
}

enum subunit2_result
console_tests_emit_running(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t i = 0; i < console->running_count && result == SUBUNIT2_E_OK; i++)
		result = console_tests_emit_first(console, &console->running[i], error);
	return result;
}
