/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console.h"

#include "buffer.h"
#include "console_filter.h"
#include "lost_input.h"
#include "memory.h"
#include "scan.h"
#include "unique_names.h"

#include <stdint.h>
#include <stdlib.h>
#include <tap/events.h>
#include <unistd.h>

#define CONSOLE_LINE_MAX 4096 /* bytes; a longer line is text */
#define CONSOLE_HOLD_MS 50    /* for a line that may become a result */

/* In the order in which they are asked: a harness that announces itself comes before one
 * whose lines look the same. */
static const struct console_harness *const console_harnesses[] = {
	&console_dejagnu, &console_autotest, &console_ctest,
	&console_meson,   &console_prove,    &console_automake,
};

#define CONSOLE_HARNESSES (sizeof(console_harnesses) / sizeof(*console_harnesses))

/* A test that has begun and not ended. */
struct console_running {
	uint64_t number;
	char *id;
	bool flaky;   /* it failed, and runs again */
	bool emitted; /* its first event */
	struct subunit2_time start;
};

/* A test that failed, with what its last event will say. */
struct console_failed {
	char *id; /* NULL: no test is waiting for its output */
	bool runnable, has_number, has_time;
	uint64_t number;
	struct subunit2_time time;
	enum subunit2_status status;
	struct subunit2_tagset tags;
};

struct console {
	struct subunit2_sink *sink;
	struct console_options options;
	char *test_id, *route_code;

	char line[CONSOLE_LINE_MAX], scratch[CONSOLE_LINE_MAX];
	size_t len;   /* of a line whose end has not come */
	size_t given; /* bytes of it that were emitted as text already */
	bool in_text; /* the rest of the line is text */
	int64_t held_since_ms, now_ms;

	const struct console_harness *current;           /* the one that reads a line */
	struct console_state *states[CONSOLE_HARNESSES]; /* NULL: not looked for */
	struct console_running *running;
	size_t running_count, running_room;
	struct console_failed failed;
	bool output_follows; /* text is output of the test that failed */

	struct subunit2_text *output; /* of the test OUTPUT_ID; NULL: of none */
	char *output_id;

	struct make_dirs dirs;
	struct automake_logs logs;
	char *logged; /* path of the log that was attached last */
	bool any_failed;
	const char *empty; /* the harness that found no tests; NULL */
	bool has_last;
	struct subunit2_time last; /* when the last test ended */
	struct unique_names ids;
	struct buffer reason;
};

const struct console_harness *
console_harness_find(const char *name)
{
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		if (strcmp(console_harnesses[i]->name, name) == 0)
			return console_harnesses[i];
	return NULL;
}

/* Returns LINE without what ends it and its colours; SCRATCH has CONSOLE_LINE_MAX bytes. */
static struct subunit2_view
console_bare_line(struct subunit2_view line, char *scratch)
{
	if (line.len && line.data[line.len - 1] == '\n')
		line.len--;
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return scan_without_colors(line, scratch);
}

enum console_sign
console_line_sign(const struct console_harness *harness, struct subunit2_view line)
{
	char scratch[CONSOLE_LINE_MAX];
	return line.len < CONSOLE_LINE_MAX ? harness->sign(console_bare_line(line, scratch))
	                                   : CONSOLE_SIGN_NONE;
}

static void
console_open_states(struct console *console)
{
	const struct console_options *options = &console->options;
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++) {
		const struct console_harness *harness = console_harnesses[i];
		if (options->only && options->only != harness)
			continue;
		console->states[i] = memory_zeroed(1, harness->size);
		console->states[i]->armed =
			options->forced || (options->make_check && harness == &console_automake);
	}
}

struct console *
console_new(const struct console_options *options, struct subunit2_sink *sink)
{
	struct console *console = memory_zeroed(1, sizeof(*console));
	console->sink = sink;
	console->options = *options;
	if (options->test_id.data)
		console->test_id = memory_copy_len(options->test_id.data, options->test_id.len);
	if (options->route_code.data)
		console->route_code =
			memory_copy_len(options->route_code.data, options->route_code.len);
	make_dirs_init(&console->dirs, options->directory);
	if (options->directory)
		automake_logs_init(&console->logs, options->directory, options->make_directory,
		                   options->begun);
	unique_names_init(&console->ids, " (", ")");
	console_open_states(console);
	return console;
}

void
console_free(struct console *console)
{
	if (!console)
		return;
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++) {
		if (console->states[i] && console_harnesses[i]->clear)
			console_harnesses[i]->clear(console->states[i]);
		free(console->states[i]);
	}
	for (size_t i = 0; i < console->running_count; i++)
		free(console->running[i].id);
	free(console->running);
	free(console->failed.id);
	subunit2_tagset_clear(&console->failed.tags);
	if (console->output)
		subunit2_text_free(console->output);
	free(console->output_id);
	unique_names_clear(&console->ids);
	automake_logs_clear(&console->logs);
	make_dirs_clear(&console->dirs);
	free(console->test_id);
	free(console->route_code);
	free(console->logged);
	buffer_clear(&console->reason);
	free(console);
}

struct make_dirs *
console_dirs(struct console *console)
{
	return &console->dirs;
}

int
console_open_file(const struct console *console, const char *name)
{
	if (!console->options.directory)
		return -1;
	return automake_log_open_file(&console->logs, make_dirs_here(&console->dirs), name);
}

/* Returns "COMMAND::NAME::PART", which is not given out again; to be freed. */
static char *
console_id(struct console *console, const struct console_test *test)
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
console_event(const struct console *console, const char *id, bool runnable)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(console->route_code),
		.runnable = runnable,
	};
}

/* Sets the time of EVENT to that of the clock, if there is one. */
static void
console_stamp(const struct console *console, struct subunit2_event *event)
{
	if (!console->options.clock)
		return;
	event->timestamp = console->options.clock(console->options.context);
	event->has_timestamp = true;
}

/* Ends the output that goes to a test. */
static enum subunit2_result
console_end_output(struct console *console, struct subunit2_error *error)
{
	if (!console->output)
		return SUBUNIT2_E_OK;
	enum subunit2_result result = subunit2_text_flush(console->output, error);
	subunit2_text_free(console->output);
	free(console->output_id);
	console->output = NULL;
	console->output_id = NULL;
	return result;
}

/* Emits BYTES as output of the test ID. */
static enum subunit2_result
console_output_to(struct console *console, const char *id, bool runnable,
                  struct subunit2_view bytes, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (console->output && strcmp(console->output_id, id) != 0)
		result = console_end_output(console, error);
	if (!console->output) {
		console->output = memory_have(subunit2_text_new(
			console->sink, SUBUNIT2_LITERAL("stdout"), subunit2_view_of(id),
			subunit2_view_of(console->route_code), runnable));
		console->output_id = memory_copy(id);
	}
	return result == SUBUNIT2_E_OK
	               ? subunit2_text_feed(console->output, bytes, console->now_ms, error)
	               : result;
}

/* Emits the last event of the test that failed. */
static enum subunit2_result
console_end_failed(struct console *console, struct subunit2_error *error)
{
	struct console_failed *failed = &console->failed;
	console->output_follows = false;
	if (!failed->id)
		return SUBUNIT2_E_OK;
	enum subunit2_result result = console_end_output(console, error);
	struct subunit2_event event = console_event(console, failed->id, failed->runnable);
	event.status = failed->status;
	event.has_timestamp = failed->has_time;
	event.timestamp = failed->time;
	event.tags = subunit2_tagset_view(&failed->tags);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_event(console->sink, &event, error);
	free(failed->id);
	subunit2_tagset_clear(&failed->tags);
	*failed = (struct console_failed){0};
	return result;
}

static struct console_running *
console_find_running(struct console *console, uint64_t number)
{
	for (size_t i = 0; i < console->running_count; i++)
		if (console->running[i].number == number)
			return &console->running[i];
	return NULL;
}

static void
console_add_running(struct console *console, uint64_t number, char *id, bool flaky)
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
console_take_running(struct console *console, const struct console_test *test,
                     struct console_running *taken)
{
	struct console_running *running =
		test->has_number ? console_find_running(console, test->number) : NULL;
	if (!running)
		return false;
	*taken = *running;
	*running = console->running[--console->running_count];
	return true;
}

static bool
console_is_runnable(const struct console *console, const struct console_test *test)
{
	return !console->test_id && !test->part.data;
}

enum subunit2_result
console_begin(struct console *console, const struct console_test *test,
              struct subunit2_error *error)
{
	enum subunit2_result result = console_end_failed(console, error);
	if (result != SUBUNIT2_E_OK || console_find_running(console, test->number))
		return result;
	char *id = console_id(console, test);
	if (console->options.clock) {
		console_add_running(console, test->number, id, false);
		console_find_running(console, test->number)->start =
			console->options.clock(console->options.context);
		return SUBUNIT2_E_OK;
	}
	struct subunit2_event event =
		console_event(console, id, console_is_runnable(console, test));
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	if (console->current->timed) {
		event.timestamp = console->last;
		event.has_timestamp = true;
	}
	console_add_running(console, test->number, id, false);
	console_find_running(console, test->number)->emitted = true;
	return subunit2_sink_event(console->sink, &event, error);
}

void
console_retry(struct console *console, uint64_t number)
{
	struct console_failed *failed = &console->failed;
	if (!failed->id || !failed->has_number || failed->number != number)
		return;
	console_add_running(console, number, failed->id, true);
	failed->id = NULL;
	subunit2_tagset_clear(&failed->tags);
	console->output_follows = false;
}

/* Emits the first event of a test that has begun, unless it was emitted. */
static enum subunit2_result
console_emit_running(struct console *console, struct console_running *running,
                     struct subunit2_error *error)
{
	if (running->emitted)
		return SUBUNIT2_E_OK;
	struct subunit2_event event = console_event(console, running->id, !console->test_id);
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
	struct console_running *running = console_find_running(console, number);
	if (!running)
		return false;
	bool runnable = !console->test_id;
	*result = console_emit_running(console, running, error);
	if (*result == SUBUNIT2_E_OK)
		*result = console_output_to(console, running->id, runnable, line, error);
	if (*result == SUBUNIT2_E_OK)
		*result = console_output_to(console, running->id, runnable, SUBUNIT2_LITERAL("\n"),
		                            error);
	return true;
}

/* Sets the times of START and END, from the duration of TEST. In a saved console it began at
 * BEGAN. */
static void
console_time(struct console *console, const struct console_test *test, struct subunit2_time began,
             struct subunit2_event *start, struct subunit2_event *end)
{
	bool known = test->duration_ns >= 0;
	if (console->options.clock) {
		console_stamp(console, end);
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

static enum subunit2_result
console_emit_reason(struct console *console, struct subunit2_event event,
                    struct subunit2_view reason, struct subunit2_error *error)
{
	if (!reason.len)
		return SUBUNIT2_E_OK;
	event.status = SUBUNIT2_STATUS_NONE;
	event.file_name = SUBUNIT2_LITERAL("reason");
	event.mime_type =
		subunit2_utf8_is_string(reason) ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event.file_bytes = reason;
	event.eof = true;
	return subunit2_sink_event(console->sink, &event, error);
}

/* Emits the log file of TEST, once for all failures that name it one after another. */
static enum subunit2_result
console_emit_log(struct console *console, struct subunit2_event event,
                 const struct console_test *test, struct subunit2_error *error)
{
	char *path = NULL;
	int fd = -1;
	for (size_t i = 0; i < 3 && fd < 0 && test->logs[i].data && console->options.directory; i++)
		fd = automake_log_open(&console->logs, make_dirs_here(&console->dirs),
		                       test->logs[i], &path);
	if (fd < 0)
		return SUBUNIT2_E_OK;
	if (console->logged && strcmp(path, console->logged) == 0) {
		close(fd);
		free(path);
		return SUBUNIT2_E_OK;
	}
	free(console->logged);
	console->logged = path;
	event.status = SUBUNIT2_STATUS_NONE;
	return automake_log_send(fd, path, &event, console->sink, error);
}

/* Keeps the last event of a test that failed until its output has come. */
static enum subunit2_result
console_keep_failed(struct console *console, const struct console_test *test, char *id, bool flaky,
                    const struct subunit2_event *end, struct subunit2_error *error)
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
	enum subunit2_result result = console_end_failed(console, error);
	struct console_running running = {.start = console->last};
	bool begun = console_take_running(console, test, &running);
	char *id = begun ? running.id : console_id(console, test);
	struct subunit2_event start =
		console_event(console, id, console_is_runnable(console, test));
	struct subunit2_event end = start;
	console_time(console, test, running.start, &start, &end);
	start.status = SUBUNIT2_STATUS_INPROGRESS;
	if (result == SUBUNIT2_E_OK)
		result = console_end_output(console, error);
	if (result == SUBUNIT2_E_OK && !running.emitted)
		result = subunit2_sink_event(console->sink, &start, error);
	if (result == SUBUNIT2_E_OK)
		result = console_emit_reason(console, end, test->reason, error);
	if (result == SUBUNIT2_E_OK && bad)
		result = console_emit_log(console, end, test, error);
	enum subunit2_result kept =
		console_keep_failed(console, test, id, running.flaky && !bad, &end, error);
	if (result == SUBUNIT2_E_OK)
		result = kept;
	return result == SUBUNIT2_E_OK && !bad ? console_end_failed(console, error) : result;
}

/* Removes empty lines from the front of BYTES, and returns them. */
static struct subunit2_view
console_take_empty_lines(struct subunit2_view *bytes)
{
	struct subunit2_view rest = *bytes;
	while (scan_take(&rest, "\n") || scan_take(&rest, "\r\n"))
		;
	struct subunit2_view lines = {bytes->data, bytes->len - rest.len};
	*bytes = rest;
	return lines;
}

static enum subunit2_result
console_emit_text(struct console *console, struct subunit2_view bytes, struct subunit2_error *error)
{
	return bytes.len ? console->options.text(console->options.context, bytes, console->now_ms,
	                                         error)
	                 : SUBUNIT2_E_OK;
}

/* Emits BYTES as output of the test that failed last, else as text. Empty lines before its
 * output are text. */
static enum subunit2_result
console_text(struct console *console, struct subunit2_view bytes, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!console->output_follows)
		return console_emit_text(console, bytes, error);
	if (!console->output)
		result = console_emit_text(console, console_take_empty_lines(&bytes), error);
	if (result != SUBUNIT2_E_OK || !bytes.len)
		return result;
	return console_output_to(console, console->failed.id, console->failed.runnable, bytes,
	                         error);
}

static bool
console_is_muted(const struct console *console)
{
	return console->options.muted && console->options.muted(console->options.context);
}

/* Asks each harness what LINE is. */
static enum subunit2_result
console_ask(struct console *console, struct subunit2_view line, enum console_use *use,
            struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool muted = console_is_muted(console);
	*use = CONSOLE_OTHER;
	for (size_t i = 0; i < CONSOLE_HARNESSES && *use == CONSOLE_OTHER; i++) {
		struct console_state *state = console->states[i];
		if (!state || (muted && console_harnesses[i] != &console_automake))
			continue;
		console->current = console_harnesses[i];
		result = console_harnesses[i]->line(console, state, line, use, error);
		state->armed |= *use == CONSOLE_RESULT;
		state->seen |= *use == CONSOLE_RESULT;
		if (*use == CONSOLE_RESULT && !console_harnesses[i]->output_follows &&
		    result == SUBUNIT2_E_OK)
			result = console_end_failed(console, error);
		if (*use == CONSOLE_MARK && result == SUBUNIT2_E_OK && console->output_follows)
			result = console_end_failed(console, error);
	}
	return result;
}

static void
console_note_empty(struct console *console, struct subunit2_view line)
{
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		if (console->states[i] && console_harnesses[i]->no_tests &&
		    subunit2_view_equal(line, subunit2_view_of(console_harnesses[i]->no_tests)))
			console->empty = console_harnesses[i]->name;
}

/* Reads a whole line, with its newline, of which GIVEN bytes were emitted already. */
static enum subunit2_result
console_line(struct console *console, struct subunit2_view whole, size_t given,
             struct subunit2_error *error)
{
	struct subunit2_view line = console_bare_line(whole, console->scratch);
	enum console_use use = CONSOLE_OTHER;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!console_filter_is_text(console_filter_line(whole))) {
		console_note_empty(console, line);
		result = console_ask(console, line, &use, error);
	}
	if (result != SUBUNIT2_E_OK || use == CONSOLE_RESULT || use == CONSOLE_OUTPUT)
		return result;
	return console_text(console, scan_skip(whole, given), error);
}

/* Emits as text what is held of a line, and did not go out yet. */
static enum subunit2_result
console_give(struct console *console, struct subunit2_error *error)
{
	struct subunit2_view held = {console->line + console->given, console->len - console->given};
	console->given = console->len;
	return console_text(console, held, error);
}

/* Ends the line at hand: it is too long, or cannot be a result. */
static enum subunit2_result
console_drop_line(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = console_give(console, error);
	console->len = console->given = 0;
	console->in_text = true;
	return result;
}

/* Takes PIECE, a part of a line; ENDS: it has the newline. */
static enum subunit2_result
console_piece(struct console *console, struct subunit2_view piece, bool ends,
              struct subunit2_error *error)
{
	enum subunit2_result result;
	if (!console->len && !console->in_text && ends && piece.len < CONSOLE_LINE_MAX)
		return console_line(console, piece, 0, error);
	if (console->in_text || console->len + piece.len >= CONSOLE_LINE_MAX) {
		result = console_drop_line(console, error);
		console->in_text = !ends;
		return result == SUBUNIT2_E_OK ? console_text(console, piece, error) : result;
	}
	if (!console->len)
		console->held_since_ms = console->now_ms;
	memcpy(console->line + console->len, piece.data, piece.len);
	console->len += piece.len;
	struct subunit2_view held = {console->line, console->len};
	if (!ends)
		return console_filter_is_text_so_far(held) ? console_drop_line(console, error)
		                                           : SUBUNIT2_E_OK;
	size_t given = console->given;
	console->len = console->given = 0;
	return console_line(console, held, given, error);
}

enum subunit2_result
console_feed(struct console *console, struct subunit2_view bytes, int64_t now_ms,
             struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	console->now_ms = now_ms;
	while (result == SUBUNIT2_E_OK && bytes.len) {
		bool begins = !console->len && !console->in_text;
		struct subunit2_view piece = {bytes.data,
		                              begins ? console_filter_text_len(bytes) : 0};
		if (piece.len) {
			result = console_text(console, piece, error);
		} else {
			const char *newline = memchr(bytes.data, '\n', bytes.len);
			piece.len = newline ? (size_t)(newline + 1 - bytes.data) : bytes.len;
			result = console_piece(console, piece, newline != NULL, error);
		}
		bytes = scan_skip(bytes, piece.len);
	}
	return result;
}

int64_t
console_deadline(const struct console *console)
{
	int64_t output = console->output ? subunit2_text_deadline(console->output) : INT64_MAX;
	int64_t held = console->len > console->given ? console->held_since_ms + CONSOLE_HOLD_MS
	                                             : INT64_MAX;
	return output < held ? output : held;
}

enum subunit2_result
console_tick(struct console *console, int64_t now_ms, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	console->now_ms = now_ms;
	if (console->len > console->given && now_ms >= console->held_since_ms + CONSOLE_HOLD_MS)
		result = console_give(console, error);
	if (result == SUBUNIT2_E_OK && console->output)
		result = subunit2_text_tick(console->output, now_ms, error);
	return result;
}

/* Compares each harness's totals with its results. */
static void
console_check(struct console *console)
{
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++) {
		if (!console->states[i] ||
		    (console_is_muted(console) && console_harnesses[i] != &console_automake))
			continue;
		char *reason = console_harnesses[i]->check(console->states[i]);
		if (!reason)
			continue;
		if (console->reason.len)
			buffer_add(&console->reason, SUBUNIT2_LITERAL("\n"));
		buffer_add(&console->reason, subunit2_view_of(reason));
		free(reason);
	}
	if (console->reason.len)
		buffer_add(&console->reason, (struct subunit2_view){"", 1});
}

enum subunit2_result
console_finish(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	struct subunit2_view held = {console->line, console->len};
	size_t given = console->given;
	console->len = console->given = 0;
	if (held.len)
		result = console_line(console, held, given, error);
	if (result == SUBUNIT2_E_OK)
		result = console_end_failed(console, error);
	if (result == SUBUNIT2_E_OK)
		result = console_end_output(console, error);
	for (size_t i = 0; i < console->running_count && !console_is_muted(console); i++)
		if (result == SUBUNIT2_E_OK)
			result = console_emit_running(console, &console->running[i], error);
	console_check(console);
	if (result == SUBUNIT2_E_OK && console->reason.data)
		result = lost_input_emit_reason(console->sink, 0, console->reason.data, error);
	return result;
}

struct console_verdict
console_verdict(const struct console *console)
{
	struct console_verdict verdict = {
		.failed = console->any_failed,
		.reason = console->reason.data,
	};
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		verdict.seen |= console->states[i] && console->states[i]->seen;
	verdict.empty = verdict.seen ? NULL : console->empty;
	return verdict;
}
