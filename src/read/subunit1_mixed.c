/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_mixed.h"

#include "buffer.h"
#include "memory.h"
#include "subunit1_detect.h"
#include "subunit1_line.h"

#include <stdlib.h>
#include <uthash.h>

#define EVENT_BUFFER_MAX 65536u
#define EVENT_BUFFER_MS 100

#define RELEASED SIZE_MAX

/* A test that began before version 1 was identified. */
struct subunit1_candidate {
	struct subunit2_time seen;
	size_t at; /* of its line in the held bytes; RELEASED: it was passed on as text */
	size_t len;
	UT_hash_handle hh;
	char label[];
};

struct subunit1_mixed {
	struct subunit1_mixed_options options;
	struct subunit2_sink *sink;
	struct input *input; /* NULL: version 1 was not identified */
	struct subunit1_candidate *candidates;
	size_t labels_len; /* of all candidates */

	struct buffer held;
	size_t line; /* where the last held line begins, if it has not ended; else held.len */
	bool keeps;  /* a held line is more than the beginning of one */
	bool within; /* the beginning of the line that comes next was passed on */
	int64_t deadline, now_ms;
};

struct subunit1_mixed *
subunit1_mixed_new(const struct subunit1_mixed_options *options, struct subunit2_sink *sink)
{
	struct subunit1_mixed *mixed = memory_zeroed(1, sizeof(*mixed));
	mixed->options = *options;
	mixed->sink = sink;
	mixed->deadline = INT64_MAX;
	if (options->forced)
		mixed->input = subunit1_open_within(&options->scope, sink);
	return mixed;
}

static void
subunit1_mixed_forget(struct subunit1_mixed *mixed, struct subunit1_candidate *candidate)
{
	HASH_DEL(mixed->candidates, candidate);
	mixed->labels_len -= candidate->len;
	free(candidate);
}

static void
subunit1_mixed_forget_all(struct subunit1_mixed *mixed)
{
	while (mixed->candidates)
		subunit1_mixed_forget(mixed, mixed->candidates);
}

void
subunit1_mixed_free(struct subunit1_mixed *mixed)
{
	if (!mixed)
		return;
	subunit1_mixed_forget_all(mixed);
	buffer_clear(&mixed->held);
	if (mixed->input)
		mixed->input->free(mixed->input);
	free(mixed);
}

bool
subunit1_mixed_found(const struct subunit1_mixed *mixed)
{
	return mixed->input;
}

bool
subunit1_mixed_is_idle(const struct subunit1_mixed *mixed)
{
	return !mixed->input && !mixed->held.len && !mixed->within;
}

static enum subunit2_result
subunit1_mixed_pass(struct subunit1_mixed *mixed, struct subunit2_view text,
                    struct subunit2_error *error)
{
	if (!text.len)
		return SUBUNIT2_E_OK;
	mixed->within = text.data[text.len - 1] != '\n';
	return mixed->options.scope.text(mixed->options.scope.context, text, mixed->now_ms, error);
}

/* Passes on all held bytes as text. */
static enum subunit2_result
subunit1_mixed_release(struct subunit1_mixed *mixed, struct subunit2_error *error)
{
	struct subunit1_candidate *candidate, *next;
	HASH_ITER(hh, mixed->candidates, candidate, next)
	{
		candidate->at = RELEASED;
	}
	enum subunit2_result result = subunit1_mixed_pass(mixed, buffer_view(&mixed->held), error);
	mixed->held.len = mixed->line = 0;
	mixed->keeps = false;
	mixed->deadline = INT64_MAX;
	return result;
}

static struct subunit1_candidate *
subunit1_mixed_find(const struct subunit1_mixed *mixed, struct subunit2_view label)
{
	struct subunit1_candidate *candidate;
	HASH_FIND(hh, mixed->candidates, label.data, label.len, candidate);
	return candidate;
}

static void
subunit1_mixed_add(struct subunit1_mixed *mixed, struct subunit2_view label, size_t at)
{
	if (subunit1_mixed_find(mixed, label))
		return;
	struct subunit1_candidate *candidate = memory_zeroed(1, sizeof(*candidate) + label.len);
	candidate->seen = mixed->options.clock(NULL);
	candidate->at = at;
	candidate->len = label.len;
	memcpy(candidate->label, label.data, label.len);
	HASH_ADD_KEYPTR(hh, mixed->candidates, candidate->label, label.len, candidate);
	mixed->labels_len += label.len;
	while (mixed->labels_len > EVENT_BUFFER_MAX)
		subunit1_mixed_forget(mixed, mixed->candidates);
}

/* Returns LINE as version 1 reads it, if its keyword has a colon. */
static struct subunit1_line
subunit1_mixed_read(struct subunit2_view line)
{
	struct subunit1_line read = subunit1_line_read(line);
	if (read.keyword != SUBUNIT1_NONE && read.rest.data[-2] != ':')
		read.keyword = SUBUNIT1_NONE;
	return read;
}

/* Returns true if LINE is the outcome of a candidate. Its label ends with the line, or before the
 * first or the last " [": a search for all of them would take quadratic time. */
static bool
subunit1_mixed_is_outcome(const struct subunit1_mixed *mixed, struct subunit1_line line)
{
	if (line.keyword < SUBUNIT1_SUCCESS || line.keyword > SUBUNIT1_UXSUCCESS)
		return false;
	if (subunit1_mixed_find(mixed, line.rest) || subunit1_is_group_error(line))
		return true;
	struct subunit2_view label = line.rest;
	const char *first = memmem(label.data, label.len, " [", 2);
	if (!first)
		return false;
	while (!subunit2_view_ends(label, SUBUNIT2_LITERAL(" [")))
		label.len--;
	label.len -= 2;
	return subunit1_mixed_find(mixed, label) ||
	       subunit1_mixed_find(
		       mixed, (struct subunit2_view){label.data, (size_t)(first - label.data)});
}

/* Returns whether LINE, a whole one, may be a part of version 1. */
static bool
subunit1_mixed_matters(const struct subunit1_mixed *mixed, struct subunit2_view line)
{
	struct subunit1_line read = subunit1_mixed_read(line);
	return read.keyword == SUBUNIT1_TEST || subunit1_is_certain(read) ||
	       subunit1_mixed_is_outcome(mixed, read);
}

static enum subunit2_result
subunit1_mixed_feed_input(struct subunit1_mixed *mixed, const char *data, size_t len,
                          struct subunit2_error *error)
{
	return len ? mixed->input->feed(mixed->input, data, len, mixed->now_ms, error)
	           : SUBUNIT2_E_OK;
}

static enum subunit2_result
subunit1_mixed_start(struct subunit1_mixed *mixed, const struct subunit1_candidate *candidate,
                     struct subunit2_error *error)
{
	char *line = memory_format("test: %.*s\n", (int)candidate->len, candidate->label);
	enum subunit2_result result = subunit1_mixed_feed_input(mixed, line, strlen(line), error);
	free(line);
	return result;
}

/* Begins version 1: reads the held lines, each test at the time at which it began. */
static enum subunit2_result
subunit1_mixed_identify(struct subunit1_mixed *mixed, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	size_t read = 0;
	bool last_held = false; /* the line of the last test is in the held lines */
	struct buffer held = mixed->held;
	struct subunit1_candidate *candidate, *next;
	mixed->held = (struct buffer){0};
	mixed->deadline = INT64_MAX;
	mixed->input = subunit1_open_within(&mixed->options.scope, mixed->sink);
	HASH_ITER(hh, mixed->candidates, candidate, next)
	{
		bool released = candidate->at == RELEASED;
		if (result == SUBUNIT2_E_OK && !released)
			result = subunit1_mixed_feed_input(mixed, held.data + read,
			                                   candidate->at - read, error);
		if (result == SUBUNIT2_E_OK && !released)
			read = candidate->at;
		last_held = !released;
		subunit1_set_seen(mixed->input, &candidate->seen);
		if (result == SUBUNIT2_E_OK && released)
			result = subunit1_mixed_start(mixed, candidate, error);
	}
	/* The line of the last test, and then the present. */
	const char *newline = last_held && held.len > read
	                              ? memchr(held.data + read, '\n', held.len - read)
	                              : NULL;
	size_t end = read;
	if (last_held)
		end = newline ? (size_t)(newline + 1 - held.data) : held.len;
	if (result == SUBUNIT2_E_OK)
		result = subunit1_mixed_feed_input(mixed, held.data + read, end - read, error);
	subunit1_set_seen(mixed->input, NULL);
	if (result == SUBUNIT2_E_OK)
		result = subunit1_mixed_feed_input(mixed, held.data + end, held.len - end, error);
	buffer_clear(&held);
	subunit1_mixed_forget_all(mixed);
	return result;
}

/* Reads the line that begins at mixed->line in the held bytes, and that has ended. */
static enum subunit2_result
subunit1_mixed_on_held_line(struct subunit1_mixed *mixed, struct subunit2_error *error)
{
	struct subunit2_view line = {mixed->held.data + mixed->line, mixed->held.len - mixed->line};
	struct subunit1_line read = subunit1_mixed_read(line);
	if (subunit1_mixed_is_outcome(mixed, read))
		return subunit1_mixed_identify(mixed, error);
	if (read.keyword == SUBUNIT1_TEST)
		subunit1_mixed_add(mixed, read.rest, mixed->line);
	mixed->keeps |= subunit1_mixed_matters(mixed, line);
	mixed->line = mixed->held.len;
	return mixed->keeps ? SUBUNIT2_E_OK : subunit1_mixed_release(mixed, error);
}

/* Takes LINE, a line or the beginning of one, after what is held. */
static enum subunit2_result
subunit1_mixed_hold(struct subunit1_mixed *mixed, struct subunit2_view line,
                    struct subunit2_error *error)
{
	if (!mixed->held.len)
		mixed->deadline = mixed->now_ms + EVENT_BUFFER_MS;
	buffer_add(&mixed->held, line);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (line.data[line.len - 1] == '\n')
		result = subunit1_mixed_on_held_line(mixed, error);
	return result == SUBUNIT2_E_OK && mixed->held.len > EVENT_BUFFER_MAX
	               ? subunit1_mixed_release(mixed, error)
	               : result;
}

/* Returns how much of BYTES, from the beginning of a line on, is text; less than all of it
 * if a line follows that may be a part of version 1. */
static size_t
subunit1_mixed_text_len(const struct subunit1_mixed *mixed, struct subunit2_view bytes)
{
	struct subunit2_view rest = bytes;
	while (rest.len) {
		size_t at = bytes.len - rest.len;
		struct subunit2_view line = detect_take_line(&rest);
		if (!subunit1_line_may_start(line))
			continue;
		bool whole = line.data[line.len - 1] == '\n';
		if (whole ? subunit1_mixed_matters(mixed, line) : subunit1_line_may_begin(line))
			return at;
	}
	return bytes.len;
}

static enum subunit2_result
subunit1_mixed_take(struct subunit1_mixed *mixed, struct subunit2_view *rest,
                    struct subunit2_error *error)
{
	struct subunit2_view piece = {rest->data, 0};
	if (mixed->within || mixed->held.len) {
		piece = detect_take_line(rest);
		return mixed->within ? subunit1_mixed_pass(mixed, piece, error)
		                     : subunit1_mixed_hold(mixed, piece, error);
	}
	piece.len = subunit1_mixed_text_len(mixed, *rest);
	rest->data += piece.len;
	rest->len -= piece.len;
	enum subunit2_result result = subunit1_mixed_pass(mixed, piece, error);
	if (result != SUBUNIT2_E_OK || !rest->len)
		return result;
	return subunit1_mixed_hold(mixed, detect_take_line(rest), error);
}

enum subunit2_result
subunit1_mixed_feed(struct subunit1_mixed *mixed, struct subunit2_view bytes, int64_t now_ms,
                    struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	mixed->now_ms = now_ms;
	while (result == SUBUNIT2_E_OK && bytes.len && !mixed->input)
		result = subunit1_mixed_take(mixed, &bytes, error);
	return result == SUBUNIT2_E_OK && mixed->input
	               ? subunit1_mixed_feed_input(mixed, bytes.data, bytes.len, error)
	               : result;
}

int64_t
subunit1_mixed_deadline(const struct subunit1_mixed *mixed)
{
	return mixed->input ? mixed->input->deadline(mixed->input) : mixed->deadline;
}

enum subunit2_result
subunit1_mixed_tick(struct subunit1_mixed *mixed, int64_t now_ms, struct subunit2_error *error)
{
	mixed->now_ms = now_ms;
	if (mixed->input)
		return mixed->input->tick(mixed->input, now_ms, error);
	return now_ms >= mixed->deadline ? subunit1_mixed_release(mixed, error) : SUBUNIT2_E_OK;
}

enum subunit2_result
subunit1_mixed_finish(struct subunit1_mixed *mixed, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!mixed->input && mixed->line < mixed->held.len)
		result = subunit1_mixed_on_held_line(mixed, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	return mixed->input ? mixed->input->finish(mixed->input, error)
	                    : subunit1_mixed_release(mixed, error);
}
