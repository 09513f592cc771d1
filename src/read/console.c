/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "console.h"

#include "console_files.h"
#include "console_filter.h"
#include "console_tests.h"
#include "lost_input.h"
#include "memory.h"
#include "scan.h"

#include <stdint.h>
#include <stdlib.h>

#define CONSOLE_HOLD_MS 50 /* for a line that may become a result */

/* In the order in which they are asked: a harness that announces itself comes before one
 * whose lines look the same. */
static const struct console_harness *const console_harnesses[] = {
	&console_dejagnu, &console_autotest, &console_ctest,
	&console_meson,   &console_prove,    &console_automake,
};

_Static_assert(sizeof(console_harnesses) / sizeof(*console_harnesses) == CONSOLE_HARNESSES,
               "CONSOLE_HARNESSES is the number of rows");

const struct console_harness *
console_harness_find(const char *name)
{
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		if (strcmp(console_harnesses[i]->name, name) == 0)
			return console_harnesses[i];
	return NULL;
}

/* Returns LINE without its end and its colors. SCRATCH has CONSOLE_LINE_MAX bytes. */
static struct subunit2_view
console_bare_line(struct subunit2_view line, char *scratch)
{
	if (line.len && line.data[line.len - 1] == '\n')
		line.len--;
	while (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return scan_without_colors(line, scratch);
}

enum console_sign
console_line_sign(const struct console_harness *harness, struct subunit2_view line)
{
	char scratch[CONSOLE_LINE_MAX];
	if (line.len >= CONSOLE_LINE_MAX)
		return CONSOLE_SIGN_NONE;
	line = console_bare_line(line, scratch);
	return harness->sign(harness->redraws ? scan_after_return(line) : line);
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
	console_files_init(console);
	console_tests_init(console);
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
	console_tests_clear(console);
	console_files_clear(console);
	make_dirs_clear(&console->dirs);
	free(console->test_id);
	free(console->route_code);
	buffer_clear(&console->reason);
	free(console);
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
	return console_files_add_output(console, console->failed.id, console->failed.runnable,
	                                bytes, error);
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
		struct console_harness_state *state = console->states[i];
		if (!state || (muted && console_harnesses[i] != &console_automake))
			continue;
		console->current = console_harnesses[i];
		result = console_harnesses[i]->line(
			console, state,
			console_harnesses[i]->redraws ? scan_after_return(line) : line, use, error);
		state->armed |= *use == CONSOLE_RESULT;
		state->seen |= *use == CONSOLE_RESULT;
		if (*use == CONSOLE_RESULT && !console_harnesses[i]->output_follows &&
		    result == SUBUNIT2_E_OK)
			result = console_tests_end_failed(console, error);
		if (*use == CONSOLE_MARK && result == SUBUNIT2_E_OK && console->output_follows)
			result = console_tests_end_failed(console, error);
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

/* Emits as text the held bytes of a line that were not emitted yet. */
static enum subunit2_result
console_emit_held(struct console *console, struct subunit2_error *error)
{
	struct subunit2_view held = {console->line + console->given, console->len - console->given};
	console->given = console->len;
	return console_text(console, held, error);
}

/* Ends the held line, which is too long or cannot be a result. */
static enum subunit2_result
console_drop_line(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = console_emit_held(console, error);
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

bool
console_is_idle(const struct console *console)
{
	return !console->len && !console->in_text && !console->output_follows;
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
		result = console_emit_held(console, error);
	if (result == SUBUNIT2_E_OK && console->output)
		result = subunit2_text_tick(console->output, now_ms, error);
	return result;
}

static void
console_add_reason(struct console *console, char *reason)
{
	if (!reason)
		return;
	if (console->reason.len)
		buffer_add(&console->reason, SUBUNIT2_LITERAL("\n"));
	buffer_add(&console->reason, subunit2_view_of(reason));
	free(reason);
}

/* Returns whether any harness printed a result, or one came in another form. */
static bool
console_has_result(const struct console *console)
{
	if (console_is_reported(console))
		return true;
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		if (console->states[i] && console->states[i]->seen)
			return true;
	return false;
}

/* Compares each harness's totals with its results. */
static void
console_check(struct console *console)
{
	bool any = console_has_result(console);
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++) {
		if (!console->states[i] ||
		    (console_is_muted(console) && console_harnesses[i] != &console_automake))
			continue;
		console_add_reason(console,
		                   console_harnesses[i]->check(console, console->states[i]));
		uint64_t uncounted = console->states[i]->uncounted;
		if (uncounted && !any)
			console_add_reason(
				console,
				memory_format("%s's summary counts %llu test%s, but no result was "
			                      "seen",
			                      console_harnesses[i]->name,
			                      (unsigned long long)uncounted,
			                      uncounted == 1 ? "" : "s"));
	}
	if (console->reason.len)
		buffer_add_char(&console->reason, '\0');
}

/* Ends the input for the harnesses, and the tests that wait. */
static enum subunit2_result
console_finish_harnesses(struct console *console, struct subunit2_error *error)
{
	enum subunit2_result result = console_tests_end_failed(console, error);
	for (size_t i = 0; i < CONSOLE_HARNESSES && result == SUBUNIT2_E_OK; i++)
		if (console->states[i] && console_harnesses[i]->finish)
			result = console_harnesses[i]->finish(console, console->states[i], error);
	if (result == SUBUNIT2_E_OK)
		result = console_tests_end_failed(console, error);
	return result == SUBUNIT2_E_OK ? console_end_waiting(console, error) : result;
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
		result = console_finish_harnesses(console, error);
	if (result == SUBUNIT2_E_OK)
		result = console_files_end_output(console, error);
	if (result == SUBUNIT2_E_OK && !console_is_muted(console))
		result = console_tests_emit_running(console, error);
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
