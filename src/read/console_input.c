/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * automake, ctest, meson, prove, autotest, dejagnu: the saved console of a harness. See
 * console.h; each of those files says what its lines look like.
 *
 * If the user named the format, only this harness is looked for; else all of them, since one
 * console may hold the output of several.
 */
#include "automake_suite_log.h"
#include "console.h"
#include "input.h"
#include "memory.h"
#include "stray_text.h"

#include <stdlib.h>
#include <tap/detect.h>

struct console_input {
	struct input input;
	struct automake_suite_log log;
	struct console *console;
	struct stray_text stray_text;
	int64_t now_ms;
};

static enum subunit2_result
console_input_outside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct console_input *self = context;
	return console_feed(self->console, bytes, self->now_ms, error);
}

static enum subunit2_result
console_input_inside(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct console_input *self = context;
	return stray_text_feed(&self->stray_text, bytes, self->now_ms, error);
}

static enum subunit2_result
console_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                   struct subunit2_error *error)
{
	struct console_input *self = (struct console_input *)input;
	self->now_ms = now_ms;
	return automake_suite_log_feed(&self->log, (struct subunit2_view){data, len},
	                               console_input_outside, console_input_inside, self, error);
}

static int64_t
console_input_deadline(const struct input *input)
{
	const struct console_input *self = (const struct console_input *)input;
	int64_t console = console_deadline(self->console);
	int64_t text = subunit2_text_deadline(self->stray_text.text);
	return console < text ? console : text;
}

static enum subunit2_result
console_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct console_input *self = (struct console_input *)input;
	enum subunit2_result result = console_tick(self->console, now_ms, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_tick(self->stray_text.text, now_ms, error)
	                               : result;
}

static enum subunit2_result
console_input_finish(struct input *input, struct subunit2_error *error)
{
	struct console_input *self = (struct console_input *)input;
	enum subunit2_result result =
		automake_suite_log_finish(&self->log, console_input_inside, self, error);
	if (result == SUBUNIT2_E_OK)
		result = console_finish(self->console, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_flush(self->stray_text.text, error) : result;
}

static void
console_input_free(struct input *input)
{
	struct console_input *self = (struct console_input *)input;
	console_free(self->console);
	stray_text_clear(&self->stray_text);
	free(self);
}

static struct input *
console_input_open(const struct console_harness *harness, const struct input_options *options,
                   struct subunit2_sink *sink)
{
	struct console_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){console_input_feed, console_input_deadline, console_input_tick,
	                             console_input_finish, console_input_free};
	stray_text_init(&self->stray_text, SUBUNIT2_ABSENT, sink);
	const struct console_options console = {
		.test_id = subunit2_view_of(options->id),
		.only = options->declared ? harness : NULL,
		.forced = options->declared,
		.text = stray_text_feed,
		.context = &self->stray_text,
	};
	self->console = console_new(&console, &self->stray_text.sink);
	return &self->input;
}

#define CONSOLE_INPUT(harness)                                                                     \
	struct input *input_##harness(const struct input_options *options,                         \
	                              struct subunit2_sink *sink, struct subunit2_error *error)    \
	{                                                                                          \
		(void)error;                                                                       \
		return console_input_open(&console_##harness, options, sink);                      \
	}

CONSOLE_INPUT(automake)
CONSOLE_INPUT(ctest)
CONSOLE_INPUT(meson)
CONSOLE_INPUT(prove)
CONSOLE_INPUT(autotest)
CONSOLE_INPUT(dejagnu)

/* Returns where HEAD shows HARNESS: the first line that is a sign of it, or, if SIGN is needed,
 * the first of those that count once a sign follows. */
static struct detect_result
console_recognise(const struct console_harness *harness, const struct detect_head *head)
{
	struct detect_result found = detect_at(DETECT_NONE);
	struct subunit2_view rest = head->lines;
	size_t first = DETECT_NONE;
	bool likely = false;
	while (rest.len > 0) {
		size_t at = (size_t)(rest.data - head->lines.data);
		struct subunit2_view line = detect_take_line(&rest);
		enum console_sign sign = console_line_sign(harness, line);
		if (sign != CONSOLE_SIGN_NONE && first == DETECT_NONE)
			first = at;
		likely |= sign == CONSOLE_SIGN_LIKELY;
		if (sign == CONSOLE_SIGN_CERTAIN) {
			found.at = first;
			return found;
		}
	}
	if (likely && head->ends)
		found.at = DETECT_NONE - 1;
	found.promise = first;
	return found;
}

#define CONSOLE_RECOGNISE(harness)                                                                 \
	struct detect_result recognise_##harness(const struct detect_head *head)                   \
	{                                                                                          \
		return console_recognise(&console_##harness, head);                                \
	}

CONSOLE_RECOGNISE(automake)
CONSOLE_RECOGNISE(ctest)
CONSOLE_RECOGNISE(meson)
CONSOLE_RECOGNISE(autotest)
CONSOLE_RECOGNISE(dejagnu)

/* With -v the console of prove holds TAP, which is read as such. */
struct detect_result
recognise_prove(const struct detect_head *head)
{
	size_t promise;
	if (tap_detect(head->lines.data, head->lines.len, &promise) != DETECT_NONE)
		return detect_at(DETECT_NONE);
	return console_recognise(&console_prove, head);
}
