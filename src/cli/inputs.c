/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "inputs.h"

#include "autodetect.h"
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
         "the format that is read; it is found out without this", "FORMAT"},
	POPT_TABLEEND,
};

int
inputs_take(struct inputs_options *said, struct options *options, int option)
{
	(void)option;
	if (strcmp(options->value, "auto") == 0) {
		said->from = NULL;
		return 0;
	}
	said->from = format_named(subunit2_view_of(options->value));
	said->must_fit = true;
	if (said->from && said->from->in)
		return 0;
	return options_refuse_value(options,
	                            said->from ? "this format is only written" : "no such format");
}

bool
inputs_admit(struct options *options)
{
	unsigned times = 0;
	for (const char **path = options_arguments(options); *path; path++)
		times += strcmp(*path, "-") == 0;
	if (times < 2)
		return true;
	options_refuse(options, "-: standard input can be read only once");
	return false;
}

/* What all of the inputs share, and the one that is read now. */
struct pump {
	const struct inputs_options *said;
	struct subunit2_sink *sink;
	struct subunit2_sink numbered; /* before it, for all but the first of the inputs */
	unsigned number;
	struct outputs *outputs;

	struct watch *watch; /* NULL: none */

	struct source *source;
	struct feed *feed;
	enum source_change change; /* not SOURCE_SAME: it is read once more */
	char *buffer;              /* of SOURCE_PIECE_MAX bytes */
};

static int
numbered_event(struct subunit2_sink *self, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct pump *pump = (struct pump *)((char *)self - offsetof(struct pump, numbered));
	struct subunit2_event changed = *event;
	changed.stream = pump->number;
	return subunit2_sink_event(pump->sink, &changed, error);
}

static void
flush(struct pump *pump)
{
	if (pump->outputs)
		outputs_flush(pump->outputs);
}

/* False when nobody is left to have what is read. */
static bool
is_heard(const struct pump *pump)
{
	return !pump->outputs || !outputs_all_failed(pump->outputs);
}

/* A file cannot grow silent, so that its clock stands still. */
static int64_t
now_ms(const struct pump *pump)
{
	return source_can_wait(pump->source) ? clock_ns() / CLOCK_MS : 0;
}

/* Until the input wants its tick; -1: for ever. */
static int
timeout_ms(const struct pump *pump)
{
	int64_t deadline = feed_deadline(pump->feed);
	if (deadline == INT64_MAX)
		return -1;
	int64_t left = deadline - now_ms(pump);
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static bool
wait_for(const struct pump *pump, int timeout_ms)
{
	return pump->watch ? watch_wait(pump->watch, pump->source, timeout_ms)
	                   : source_wait(pump->source, timeout_ms);
}

static bool
is_over(const struct pump *pump)
{
	return pump->watch && pump->watch->over;
}

/* Whether reading ends where there was nothing to read. */
static bool
ends_here(struct pump *pump)
{
	if (pump->watch && pump->watch->follow && source_can_wait(pump->source))
		pump->change = source_change(pump->source);
	return is_over(pump) || pump->change != SOURCE_SAME;
}

/* Takes what is ready, or waits for it. */
static int
step(struct pump *pump, bool *ended, struct subunit2_error *error)
{
	struct subunit2_view piece;
	if (!wait_for(pump, 0)) {
		flush(pump);
		if (!wait_for(pump, timeout_ms(pump))) {
			*ended = ends_here(pump);
			return *ended ? SUBUNIT2_OK : feed_tick(pump->feed, now_ms(pump), error);
		}
	}
	int result = source_read(pump->source, pump->buffer, &piece, error);
	if (result != SUBUNIT2_OK)
		return result;
	*ended = !subunit2_view_present(piece);
	return *ended ? SUBUNIT2_OK : feed_bytes(pump->feed, piece, now_ms(pump), error);
}

static int
pump_source(struct pump *pump, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	for (bool ended = false; result == SUBUNIT2_OK && !ended;)
		result = step(pump, &ended, error);
	/* An input that broke off has still been read until there. */
	struct subunit2_error finish_error;
	if (result <= SUBUNIT2_OK && is_heard(pump)) {
		int finished = feed_finish(pump->feed, &finish_error);
		if (result == SUBUNIT2_OK && finished != SUBUNIT2_OK) {
			result = finished;
			*error = finish_error;
		}
	}
	return result;
}

static int
pump_path(struct pump *pump, const char *path, struct subunit2_error *error)
{
	pump->source = source_open(path, error);
	if (!pump->source)
		return error->code;
	pump->change = SOURCE_SAME;
	if (pump->watch && pump->watch->follow)
		source_follow(pump->source);
	const struct feed_options options = {
		.from = pump->said->from,
		.name = source_name(pump->source),
		.id = pump->said->id,
		.strict = pump->said->strict,
		.must_fit = pump->said->must_fit,
	};
	pump->feed = feed_new(&options, pump->number ? &pump->numbered : pump->sink);
	int result = pump_source(pump, error);
	feed_free(pump->feed);
	return result;
}

/* Waits until there is a file to follow. */
static void
await(struct pump *pump, const char *path)
{
	if (access(path, F_OK) == 0)
		return;
	message("%s: not there yet: waiting for it", path);
	flush(pump);
	while (!pump->watch->over && access(path, F_OK) < 0)
		watch_wait(pump->watch, NULL, -1);
}

/* Reports that NAME could not be read to its end. False: the sink wants no more. */
static bool
pump_lose(struct pump *pump, const char *name, const struct subunit2_error *why)
{
	message_error(name, why);
	if (pump->outputs)
		outputs_lack_input(pump->outputs);
	int result = lost_input_emit(pump->sink, pump->number, name, why, NULL);
	return result == SUBUNIT2_OK && is_heard(pump);
}

/* Reads one file. True when the next one is to be read, too. */
static bool
read_path(struct pump *pump, const char *path, int *status)
{
	struct subunit2_error error;
	if (pump->watch && pump->watch->follow)
		await(pump, path);
	if (is_over(pump))
		return false;
	int result = pump_path(pump, path, &error);
	bool go_on = result != SUBUNIT2_STOP && is_heard(pump);
	if (result < 0 && go_on) {
		go_on = pump_lose(pump, pump->source ? source_name(pump->source) : path, &error);
		*status = COMMAND_IO;
	}
	if (pump->source)
		source_close(pump->source);
	return go_on;
}

/* As often as it begins anew. */
static bool
read_path_whole(struct pump *pump, const char *path, int *status)
{
	for (;;) {
		bool go_on = read_path(pump, path, status);
		if (!go_on || pump->change == SOURCE_SAME || is_over(pump))
			return go_on;
		message(pump->change == SOURCE_TRUNCATED
		                ? "%s: was truncated: reading it from its start"
		                : "%s: was replaced: reading the new file",
		        path);
	}
}

int
inputs_read(const char *const *paths, const struct inputs_options *said, struct subunit2_sink *sink,
            struct outputs *outputs)
{
	static const char *const standard_input[] = {"-", NULL};
	struct pump pump = {.said = said, .sink = sink, .outputs = outputs, .watch = said->watch};
	pump.buffer = memory_resize(NULL, SOURCE_PIECE_MAX, 1);
	pump.numbered = (struct subunit2_sink){numbered_event, NULL, NULL};
	int status = COMMAND_GOOD;
	for (const char *const *path = *paths ? paths : standard_input; *path;
	     path++, pump.number++)
		if (!read_path_whole(&pump, *path, &status))
			break;
	free(pump.buffer);
	struct subunit2_error error;
	int result = subunit2_sink_finish(sink, &error);
	if (result < 0 && is_heard(&pump)) {
		message_error(NULL, &error);
		status = COMMAND_IO;
	}
	return status;
}
