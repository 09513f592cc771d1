/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake.h"

#include "automake_line.h"
#include "automake_log.h"
#include "make_dirs.h"
#include "memory.h"
#include "unique_names.h"

#include <stdint.h>
#include <stdlib.h>
#include <tap/events.h>
#include <unistd.h>

#define LINE_SIZE 4096 /* bytes; a longer line is text */
#define HOLD_MS 50     /* for a line that may become a result */

struct automake {
	struct subunit2_sink *sink;
	struct automake_options options;
	char *test_id, *route_code;

	char line[LINE_SIZE], uncolored[LINE_SIZE];
	size_t len;
	bool in_text; /* the line at hand is text, and its beginning has gone out */
	int64_t held_since_ms;

	struct make_dirs dirs;

	bool armed, seen;
	uint64_t counts[AUTOMAKE_RESULTS];     /* seen */
	uint64_t summarised[AUTOMAKE_RESULTS]; /* of them, up to the last summary */
	uint64_t totals[AUTOMAKE_RESULTS];     /* of all summaries */
	bool has_last;
	struct subunit2_time last; /* of the result before */
	struct automake_logs logs;
	char *logged; /* the log that was attached last */
	struct unique_names ids;
	char *reason;
};

struct automake *
automake_new(const struct automake_options *options, struct subunit2_sink *sink)
{
	struct automake *automake = memory_zeroed(1, sizeof(*automake));
	automake->sink = sink;
	automake->options = *options;
	automake->test_id = memory_copy_len(options->test_id.data, options->test_id.len);
	if (options->route_code.data)
		automake->route_code =
			memory_copy_len(options->route_code.data, options->route_code.len);
	make_dirs_init(&automake->dirs, options->directory);
	automake_logs_init(&automake->logs, options->directory, options->make_directory,
	                   options->begun);
	automake->armed = options->forced;
	unique_names_init(&automake->ids, " (", ")");
	return automake;
}

void
automake_free(struct automake *automake)
{
	unique_names_clear(&automake->ids);
	automake_logs_clear(&automake->logs);
	make_dirs_clear(&automake->dirs);
	free(automake->test_id);
	free(automake->route_code);
	free(automake->logged);
	free(automake->reason);
	free(automake);
}

static char *
automake_id_of(struct automake *automake, const struct automake_line *line)
{
	char *directory = make_dirs_prefix(&automake->dirs), *name = NULL;
	if (line->name.len)
		name = memory_format("::%.*s", (int)line->name.len, line->name.data);
	else if (line->number.data)
		name = memory_format("::#%.*s", (int)line->number.len, line->number.data);
	char *below = memory_format("%s%.*s%s", directory, (int)line->test.len, line->test.data,
	                            name ? name : "");
	size_t room = tap_id_room(strlen(automake->test_id));
	char *escaped = memory_zeroed(room, 1);
	size_t len = subunit2_utf8_escape(subunit2_view_of(below), escaped, room);
	char *id = memory_format("%s::%.*s", automake->test_id, (int)len, escaped);
	free(escaped);
	free(below);
	free(name);
	free(directory);
	return unique_names_add(&automake->ids, id);
}

static struct subunit2_event
automake_event_for(const struct automake *automake, const char *id)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(automake->route_code),
	};
}

static void
automake_stamp(const struct automake *automake, struct subunit2_event *event)
{
	if (!automake->options.clock)
		return;
	event->timestamp = automake->options.clock(automake->options.context);
	event->has_timestamp = true;
}

static enum subunit2_result
automake_attach_log(struct automake *automake, const char *id, const struct automake_line *line,
                    struct subunit2_error *error)
{
	char *path;
	int fd = automake_log_open(&automake->logs, make_dirs_here(&automake->dirs), line->test,
	                           &path);
	struct subunit2_event event = automake_event_for(automake, id);
	enum subunit2_result result = SUBUNIT2_E_OK;
	automake_stamp(automake, &event);
	/* One log serves all the failures of a script. */
	if (fd >= 0 && (!automake->logged || strcmp(path, automake->logged) != 0)) {
		result = automake_log_send(fd, path, &event, automake->sink, error);
		free(automake->logged);
		automake->logged = path;
	} else {
		if (fd >= 0)
			close(fd);
		free(path);
	}
	return result;
}

static enum subunit2_result
automake_attach_comment(struct automake *automake, const char *id, struct subunit2_view comment,
                        struct subunit2_error *error)
{
	struct subunit2_event event = automake_event_for(automake, id);
	if (!comment.len)
		return SUBUNIT2_E_OK;
	event.file_name = SUBUNIT2_LITERAL("reason");
	event.mime_type =
		subunit2_utf8_is_string(comment) ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event.file_bytes = comment;
	event.eof = true;
	automake_stamp(automake, &event);
	return subunit2_sink_event(automake->sink, &event, error);
}

static enum subunit2_result
automake_begin(struct automake *automake, const char *id, struct subunit2_error *error)
{
	struct subunit2_event event = automake_event_for(automake, id);
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	automake_stamp(automake, &event);
	if (automake->has_last)
		event.timestamp = automake->last;
	return subunit2_sink_event(automake->sink, &event, error);
}

static enum subunit2_result
automake_end(struct automake *automake, const char *id, enum automake_result which,
             struct subunit2_error *error)
{
	static const enum subunit2_status statuses[AUTOMAKE_RESULTS] = {
		SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_SKIP,      SUBUNIT2_STATUS_XFAIL,
		SUBUNIT2_STATUS_FAIL,    SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_FAIL,
	};
	struct subunit2_event event = automake_event_for(automake, id);
	struct subunit2_tagset tags = {0};
	enum subunit2_result result = SUBUNIT2_E_OK;
	event.status = statuses[which];
	automake_stamp(automake, &event);
	automake->last = event.timestamp;
	automake->has_last = event.has_timestamp;
	if (which == AUTOMAKE_ERROR)
		result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("error"), error);
	event.tags = subunit2_tagset_view(&tags);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_event(automake->sink, &event, error);
	subunit2_tagset_clear(&tags);
	return result;
}

static enum subunit2_result
automake_on_result(struct automake *automake, const struct automake_line *line,
                   struct subunit2_error *error)
{
	bool bad = line->result >= AUTOMAKE_FAIL;
	char *id = automake_id_of(automake, line);
	enum subunit2_result result = automake_begin(automake, id, error);
	automake->seen = true;
	automake->counts[line->result]++;
	if (result == SUBUNIT2_E_OK)
		result = automake_attach_comment(automake, id, line->comment, error);
	if (result == SUBUNIT2_E_OK && bad)
		result = automake_attach_log(automake, id, line, error);
	if (result == SUBUNIT2_E_OK)
		result = automake_end(automake, id, line->result, error);
	free(id);
	return result;
}

/* A summary ends with its errors. */
static void
automake_on_total(struct automake *automake, const struct automake_line *line)
{
	automake->totals[line->result] += line->total;
	if (line->result == AUTOMAKE_ERROR)
		memcpy(automake->summarised, automake->counts, sizeof(automake->counts));
}

/* Holds the summaries together against what was seen, since directories may run
 * side by side; what no summary followed is not automake's to count. */
static void
automake_check_totals(struct automake *automake)
{
	for (int i = 0; i < AUTOMAKE_RESULTS && !automake->reason; i++) {
		uint64_t total = automake->totals[i], seen = automake->counts[i];
		if (total < automake->summarised[i])
			seen = automake->summarised[i];
		else if (total <= seen)
			continue;
		automake->reason = memory_format(
			"automake's summary counts %llu %s, but %llu of them were seen",
			(unsigned long long)total, automake_result_names[i],
			(unsigned long long)seen);
	}
}

static enum subunit2_result
automake_on_text(struct automake *automake, struct subunit2_view bytes, int64_t now_ms,
                 struct subunit2_error *error)
{
	if (!bytes.len)
		return SUBUNIT2_E_OK;
	return automake->options.text(automake->options.context, bytes, now_ms, error);
}

/* A whole line, with its newline. */
static enum subunit2_result
automake_on_line(struct automake *automake, struct subunit2_view whole, int64_t now_ms,
                 struct subunit2_error *error)
{
	struct subunit2_view bare = {whole.data, whole.len - 1};
	struct automake_line line = automake_line(bare, automake->uncolored);
	switch (line.kind) {
	case AUTOMAKE_RESULT:
		if (automake->armed)
			return automake_on_result(automake, &line, error);
		break;
	case AUTOMAKE_ENTERING:
		make_dirs_enter(&automake->dirs, line.directory);
		automake->armed = true;
		break;
	case AUTOMAKE_LEAVING:
		make_dirs_leave(&automake->dirs);
		break;
	case AUTOMAKE_MAKING:
		make_dirs_making(&automake->dirs, line.directory);
		automake->armed = true;
		break;
	case AUTOMAKE_CHECKING:
		automake->armed = true;
		break;
	case AUTOMAKE_TOTAL:
		if (automake->seen)
			automake_on_total(automake, &line);
		break;
	case AUTOMAKE_OTHER:
		break;
	}
	return automake_on_text(automake, whole, now_ms, error);
}

/* What is held of a line turns out to be text. */
static enum subunit2_result
automake_release_held(struct automake *automake, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit2_view held = {automake->line, automake->len};
	automake->len = 0;
	automake->in_text = true;
	return automake_on_text(automake, held, now_ms, error);
}

/* The first PIECE of a line, or more of the one at hand; ENDS: with its newline. */
static enum subunit2_result
automake_on_piece(struct automake *automake, struct subunit2_view piece, bool ends, int64_t now_ms,
                  struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!automake->len && !automake->in_text && ends && piece.len < LINE_SIZE)
		return automake_on_line(automake, piece, now_ms, error);
	if (!automake->in_text && automake->len + piece.len < LINE_SIZE) {
		if (!automake->len)
			automake->held_since_ms = now_ms;
		memcpy(automake->line + automake->len, piece.data, piece.len);
		automake->len += piece.len;
		struct subunit2_view held = {automake->line, automake->len};
		if (ends) {
			automake->len = 0;
			return automake_on_line(automake, held, now_ms, error);
		}
		if (!automake_line_may_begin(held))
			result = automake_release_held(automake, now_ms, error);
		return result;
	}
	result = automake_release_held(automake, now_ms, error);
	automake->in_text = !ends;
	return result == SUBUNIT2_E_OK ? automake_on_text(automake, piece, now_ms, error) : result;
}

/* How many of BYTES, where a line begins, are whole lines that are only text. */
static size_t
automake_text_len(struct subunit2_view bytes)
{
	const char *at = bytes.data, *end = bytes.data + bytes.len, *newline;
	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		struct subunit2_view line = {at, (size_t)(newline - at)};
		if (!automake_line_is_other(line))
			break;
		at = newline + 1;
	}
	return (size_t)(at - bytes.data);
}

enum subunit2_result
automake_feed(struct automake *automake, struct subunit2_view bytes, int64_t now_ms,
              struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && bytes.len) {
		bool begins = !automake->len && !automake->in_text;
		struct subunit2_view piece = {bytes.data, begins ? automake_text_len(bytes) : 0};
		if (piece.len) {
			result = automake_on_text(automake, piece, now_ms, error);
		} else {
			const char *newline = memchr(bytes.data, '\n', bytes.len);
			piece.len = newline ? (size_t)(newline + 1 - bytes.data) : bytes.len;
			result = automake_on_piece(automake, piece, newline != NULL, now_ms, error);
		}
		bytes.data += piece.len;
		bytes.len -= piece.len;
	}
	return result;
}

int64_t
automake_deadline(const struct automake *automake)
{
	return automake->len ? automake->held_since_ms + HOLD_MS : INT64_MAX;
}

enum subunit2_result
automake_tick(struct automake *automake, int64_t now_ms, struct subunit2_error *error)
{
	if (now_ms < automake_deadline(automake))
		return SUBUNIT2_E_OK;
	return automake_release_held(automake, now_ms, error);
}

enum subunit2_result
automake_finish(struct automake *automake, struct subunit2_error *error)
{
	automake_check_totals(automake);
	return automake->len ? automake_release_held(automake, automake->held_since_ms, error)
	                     : SUBUNIT2_E_OK;
}

struct automake_verdict
automake_verdict(const struct automake *automake)
{
	return (struct automake_verdict){automake->seen, automake->reason};
}
