/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "inputs.h"

#include "clock.h"
#include "exit_status.h"
#include "input_file.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	OPTION_FROM = OPTIONS_INPUTS,
};

const struct poptOption inputs_table[] = {
	{"from", '\0', POPT_ARG_STRING, NULL, OPTION_FROM,
         "the format that is read (default: detected)", "FORMAT"},
	POPT_TABLEEND,
};

int
inputs_parse_option(struct inputs_options *opts, struct options *options, int option)
{
	(void)option;
	if (strcmp(options->value, "auto") == 0) {
		opts->from = NULL;
		return 0;
	}
	opts->from = format_named(subunit2_view_of(options->value));
	opts->must_hold = AUTODETECT_RESULTS;
	if (opts->from && opts->from->in)
		return 0;
	char *reason = format_refusal(subunit2_view_of(options->value), false);
	int result = options_refuse_value(options, reason);
	free(reason);
	return result;
}

bool
inputs_check_arguments(struct options *options)
{
	unsigned times = 0;
	for (const char **path = options_arguments(options); *path; path++)
		times += strcmp(*path, "-") == 0;
	if (times < 2)
		return true;
	options_refuse(options, "-: standard input can be read only once");
	return false;
}

bool
inputs_are_several(const char *const *paths)
{
	return paths[0] && paths[1];
}

/* The state that all inputs share, and the input that is read now. */
struct pump {
	const struct inputs_options *opts;
	struct subunit2_sink *sink;
	struct subunit2_sink numbered; /* before the sink: sets the number of the input */
	unsigned number;
	bool any_test; /* an event of this input names a test */
	struct outputs *outputs;

	struct interactive_input *interactive; /* NULL: none */

	struct input_file *input_file;
	struct autodetect *autodetect;
	enum input_file_change change; /* not INPUT_FILE_SAME: read it again from its start */
	char *buffer;                  /* of INPUT_FILE_PIECE_MAX bytes */
};

static enum subunit2_result
inputs_numbered_event(struct subunit2_sink *self, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct pump *pump = (struct pump *)((char *)self - offsetof(struct pump, numbered));
	struct subunit2_event changed = *event;
	changed.stream = pump->number;
	pump->any_test |= subunit2_view_present(event->test_id);
	return subunit2_sink_event(pump->sink, &changed, error);
}

static void
inputs_flush(struct pump *pump)
{
	if (pump->outputs)
		outputs_flush(pump->outputs);
}

/* Returns false if all outputs have failed. */
static bool
inputs_has_reader(const struct pump *pump)
{
	return !pump->outputs || !outputs_all_failed(pump->outputs);
}

/* Returns 0 for a file: the time matters only for an input that may pause. */
static int64_t
inputs_now_ms(const struct pump *pump)
{
	return input_file_can_wait(pump->input_file) ? clock_ns() / CLOCK_MS : 0;
}

/* Returns the time until the next tick of the input; -1: no tick. */
static int
inputs_timeout_ms(const struct pump *pump)
{
	int64_t deadline = autodetect_deadline(pump->autodetect);
	if (deadline == INT64_MAX)
		return -1;
	int64_t left = deadline - inputs_now_ms(pump);
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static bool
inputs_wait_for(const struct pump *pump, int timeout_ms)
{
	return pump->interactive
	               ? interactive_input_wait(pump->interactive, pump->input_file, timeout_ms)
	               : input_file_wait(pump->input_file, timeout_ms);
}

static bool
inputs_is_over(const struct pump *pump)
{
	return pump->interactive && pump->interactive->over;
}

/* Returns true if the end of a read without bytes ends the reading. */
static bool
inputs_ends_here(struct pump *pump)
{
	if (pump->interactive && pump->interactive->follow && input_file_can_wait(pump->input_file))
		pump->change = input_file_change(pump->input_file);
	return inputs_is_over(pump) || pump->change != INPUT_FILE_SAME;
}

/* Reads the bytes that are ready, or waits for some. */
static enum subunit2_result
inputs_step(struct pump *pump, bool *ended, struct subunit2_error *error)
{
	struct subunit2_view piece;
	if (!inputs_wait_for(pump, 0)) {
		inputs_flush(pump);
		if (!inputs_wait_for(pump, inputs_timeout_ms(pump))) {
			*ended = inputs_ends_here(pump);
			return *ended ? SUBUNIT2_E_OK
			              : autodetect_tick(pump->autodetect, inputs_now_ms(pump),
			                                error);
		}
	}
	enum subunit2_result result =
		input_file_read(pump->input_file, pump->buffer, &piece, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	*ended = !subunit2_view_present(piece);
	return *ended ? SUBUNIT2_E_OK
	              : autodetect_bytes(pump->autodetect, piece, inputs_now_ms(pump), error);
}

static enum subunit2_result
inputs_pump_source(struct pump *pump, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (bool ended = false; result == SUBUNIT2_E_OK && !ended;)
		result = inputs_step(pump, &ended, error);
	/* Finish an input that broke off, too: its events until there count. */
	struct subunit2_error finish_error;
	if (result <= SUBUNIT2_E_OK && inputs_has_reader(pump)) {
		enum subunit2_result finished = autodetect_finish(pump->autodetect, &finish_error);
		if (result == SUBUNIT2_E_OK && finished != SUBUNIT2_E_OK) {
			result = finished;
			*error = finish_error;
		}
	}
	return result;
}

static enum subunit2_result
inputs_pump_path(struct pump *pump, const char *path, struct subunit2_error *error)
{
	pump->input_file = input_file_open(path, error);
	if (!pump->input_file)
		return error->code;
	pump->change = INPUT_FILE_SAME;
	if (pump->interactive && pump->interactive->follow)
		input_file_follow(pump->input_file);
	const struct autodetect_options options = {
		.from = pump->opts->from,
		.name = input_file_name(pump->input_file),
		.id = pump->opts->id,
		.strict = pump->opts->strict,
		.must_hold = pump->opts->must_hold,
	};
	bool numbered = pump->number || pump->opts->expects_tests;
	pump->any_test = false;
	pump->autodetect = autodetect_new(&options, numbered ? &pump->numbered : pump->sink);
	enum subunit2_result result = inputs_pump_source(pump, error);
	autodetect_free(pump->autodetect);
	return result;
}

/* Waits until a file to follow exists. */
static void
inputs_wait_for_file(struct pump *pump, const char *path)
{
	if (access(path, F_OK) == 0)
		return;
	message("%s: not there yet: waiting for it", path);
	inputs_flush(pump);
	while (!pump->interactive->over && access(path, F_OK) < 0)
		interactive_input_wait(pump->interactive, NULL, -1);
}

/* Reports that NAME could not be read to its end. Returns false if the sink stops the reading. */
static bool
inputs_pump_lose(struct pump *pump, const char *name, const struct subunit2_error *why)
{
	message_error(name, why);
	if (pump->outputs)
		outputs_note_lost_input(pump->outputs);
	enum subunit2_result result = lost_input_emit(pump->sink, pump->number, name, why, NULL);
	return result == SUBUNIT2_E_OK && inputs_has_reader(pump);
}

/* Reports that PATH, which was read to its end, holds no test. Returns false if the sink stops the
 * reading. */
static bool
inputs_pump_report_empty(struct pump *pump, const char *path)
{
	char *reason = memory_format("%s: no test in it", path);
	message("%s", reason);
	enum subunit2_result result =
		lost_input_emit_reason(pump->sink, pump->number, reason, NULL);
	free(reason);
	return result == SUBUNIT2_E_OK && inputs_has_reader(pump);
}

/* Reads one file. Returns true if the next one is to be read, too. */
static bool
inputs_read_path(struct pump *pump, const char *path, int *status)
{
	struct subunit2_error error;
	if (pump->interactive && pump->interactive->follow)
		inputs_wait_for_file(pump, path);
	if (inputs_is_over(pump))
		return false;
	enum subunit2_result result = inputs_pump_path(pump, path, &error);
	bool go_on = result != SUBUNIT2_E_STOP && inputs_has_reader(pump);
	if (result < 0 && go_on) {
		go_on = inputs_pump_lose(
			pump, pump->input_file ? input_file_name(pump->input_file) : path, &error);
		*status = EXIT_STATUS_IO;
	} else if (go_on && pump->opts->expects_tests && !pump->any_test &&
	           pump->change == INPUT_FILE_SAME && !inputs_is_over(pump)) {
		go_on = inputs_pump_report_empty(pump, input_file_name(pump->input_file));
	}
	if (pump->input_file)
		input_file_close(pump->input_file);
	return go_on;
}

/* Reads a file, and again each time it was truncated or replaced. */
static bool
inputs_read_path_whole(struct pump *pump, const char *path, int *status)
{
	for (;;) {
		bool go_on = inputs_read_path(pump, path, status);
		if (!go_on || pump->change == INPUT_FILE_SAME || inputs_is_over(pump))
			return go_on;
		message(pump->change == INPUT_FILE_TRUNCATED
		                ? "%s: was truncated: reading it from its start"
		                : "%s: was replaced: reading the new file",
		        path);
	}
}

int
inputs_read(const char *const *paths, const struct inputs_options *opts, struct subunit2_sink *sink,
            struct outputs *outputs)
{
	static const char *const standard_input[] = {"-", NULL};
	struct pump pump = {
		.opts = opts, .sink = sink, .outputs = outputs, .interactive = opts->interactive};
	pump.buffer = memory_to_read_into(INPUT_FILE_PIECE_MAX);
	pump.numbered = (struct subunit2_sink){inputs_numbered_event, NULL, NULL};
	int status = EXIT_STATUS_GOOD;
	for (const char *const *path = *paths ? paths : standard_input; *path;
	     path++, pump.number++)
		if (!inputs_read_path_whole(&pump, *path, &status))
			break;
	free(pump.buffer);
	struct subunit2_error error;
	enum subunit2_result result = subunit2_sink_finish(sink, &error);
	if (result < 0 && inputs_has_reader(&pump)) {
		message_error(NULL, &error);
		status = EXIT_STATUS_IO;
	}
	return status;
}
