/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * tap2subunit: reads TAP. The ids are those of Python's tool, "test 3 - name", so that
 * old and new runs of a history have the same ids. It reads less than tap/ does:
 * indented lines and all unknown lines are text.
 *
 * A test is emitted when the next result, bail-out or the end of the input is read.
 * Until then, comments are added to its file "tap comment".
 */
#include "compat.h"
#include "conversion.h"
#include "lines.h"
#include "memory.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define LINE_MAX_LEN 65536
#define LOG_SIZE (2 * LINE_MAX_LEN) /* bytes of comments that are kept */
#define GAP_MAX 1000                /* more missing tests in a row are reported as one test */

#define TEXT_TYPE SUBUNIT2_LITERAL("text/plain; charset=UTF8")

struct tap {
	struct input input;
	struct subunit2_sink *sink;
	struct lines lines;
	bool planned;        /* a plan or a bail-out was read: further plans are text */
	uint64_t next, last; /* the number of the next test, and of the last planned one */

	char *id; /* of the test that is not emitted yet; NULL: none */
	enum subunit2_status status;
	char *log; /* the comments; those before the first test belong to that test */
	size_t log_len;
	bool logged;       /* there are comments, which may be empty */
	bool emitted;      /* a piece of the comments was emitted */
	bool emitted_text; /* the first piece was valid UTF-8 */
};

/*
 * Emitting.
 */

static enum subunit2_result
compat_tap_emit(struct tap *tap, const char *id, struct subunit2_event *event,
                struct subunit2_error *error)
{
	size_t len = strlen(id);
	char *escaped = memory_resize(NULL, 4 * len + 1, 1);
	event->test_id = subunit2_view_of(id);
	if (!subunit2_utf8_is_string(event->test_id))
		event->test_id = (struct subunit2_view){
			escaped, subunit2_utf8_escape(event->test_id, escaped, 4 * len)};
	enum subunit2_result result = subunit2_sink_event(tap->sink, event, error);
	free(escaped);
	return result;
}

static enum subunit2_result
compat_tap_emit_missing(struct tap *tap, const char *id, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.status = SUBUNIT2_STATUS_FAIL,
		.file_name = SUBUNIT2_LITERAL("tap meta"),
		.file_bytes = SUBUNIT2_LITERAL("test missing from TAP output"),
		.mime_type = TEXT_TYPE,
		.eof = true,
	};
	return compat_tap_emit(tap, id, &event, error);
}

/* Reports the tests from tap->next up to UNTIL, which is not included, as missing. */
static enum subunit2_result
compat_tap_emit_gap(struct tap *tap, uint64_t until, struct subunit2_error *error)
{
	char id[64];
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (until > tap->next && until - tap->next > GAP_MAX) {
		snprintf(id, sizeof(id), "test %" PRIu64 "..%" PRIu64, tap->next, until - 1);
		tap->next = until;
		return compat_tap_emit_missing(tap, id, error);
	}
	for (; tap->next < until && result == SUBUNIT2_E_OK; tap->next++) {
		snprintf(id, sizeof(id), "test %" PRIu64, tap->next);
		result = compat_tap_emit_missing(tap, id, error);
	}
	return result;
}

static enum subunit2_result
compat_tap_emit_text(struct tap *tap, struct subunit2_view line, struct subunit2_error *error)
{
	bool text = subunit2_utf8_is_string(line);
	struct subunit2_event event = {
		.runnable = true,
		.file_name = text ? SUBUNIT2_LITERAL("stdout") : SUBUNIT2_LITERAL("stdout.bytes"),
		.file_bytes = line,
		.mime_type = text ? TEXT_TYPE : SUBUNIT2_BYTES_TYPE,
	};
	return subunit2_sink_event(tap->sink, &event, error);
}

/* Moves the log into EVENT. The type of a file goes with its first piece. Bytes that are
 * not UTF-8, after a piece that was, go into another file. */
static void
compat_tap_move_log(struct tap *tap, struct subunit2_event *event)
{
	struct subunit2_view log = {tap->log, tap->log_len};
	bool text = !log.len || subunit2_utf8_is_string(log);
	bool other = tap->emitted_text && !text;
	if (other || !tap->emitted)
		event->mime_type = text ? TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event->file_name =
		other ? SUBUNIT2_LITERAL("tap comment.bytes") : SUBUNIT2_LITERAL("tap comment");
	event->file_bytes = log.len ? log : SUBUNIT2_LITERAL("");
	tap->emitted_text = tap->emitted ? tap->emitted_text : text;
	tap->emitted = true;
	tap->log_len = 0;
}

/* Emits the current test, if there is one, with its comments. */
static enum subunit2_result
compat_tap_emit_test(struct tap *tap, struct subunit2_error *error)
{
	if (!tap->id)
		return SUBUNIT2_E_OK;
	struct subunit2_event event = {.status = tap->status, .eof = true};
	if (tap->logged)
		compat_tap_move_log(tap, &event);
	enum subunit2_result result = compat_tap_emit(tap, tap->id, &event, error);
	free(tap->id);
	tap->id = NULL;
	tap->logged = tap->emitted = false;
	return result;
}

/* Emits the comments as text. Used for comments before the first test: if there are too
 * many to keep, or if no test follows. */
static enum subunit2_result
compat_tap_emit_log_as_text(struct tap *tap, struct subunit2_error *error)
{
	tap->log[tap->log_len++] = '\n';
	struct subunit2_view log = {tap->log, tap->log_len};
	tap->log_len = 0;
	tap->logged = false;
	return compat_tap_emit_text(tap, log, error);
}

/* Emits the log if it has no room for one more line. */
static enum subunit2_result
compat_tap_make_room(struct tap *tap, struct subunit2_error *error)
{
	struct subunit2_event event = {.status = SUBUNIT2_STATUS_NONE};
	if (tap->log_len + LINE_MAX_LEN < LOG_SIZE)
		return SUBUNIT2_E_OK;
	if (!tap->id)
		return compat_tap_emit_log_as_text(tap, error);
	compat_tap_move_log(tap, &event);
	return compat_tap_emit(tap, tap->id, &event, error);
}

/* Adds TEXT, less than LINE_MAX_LEN bytes, to the log as a line. */
static enum subunit2_result
compat_tap_add_to_log(struct tap *tap, struct subunit2_view text, struct subunit2_error *error)
{
	enum subunit2_result result = compat_tap_make_room(tap, error);
	if (!tap->log)
		tap->log = memory_resize(NULL, LOG_SIZE, 1);
	if (tap->logged)
		tap->log[tap->log_len++] = '\n';
	if (text.len)
		memcpy(tap->log + tap->log_len, text.data, text.len);
	tap->log_len += text.len;
	tap->logged = true;
	return result;
}

/*
 * Reading. TEXT is the rest of the line, without its end.
 */

static struct subunit2_view
compat_tap_skip(struct subunit2_view text, size_t len)
{
	return (struct subunit2_view){text.data + len, text.len - len};
}

static struct subunit2_view
compat_tap_skip_blanks(struct subunit2_view text)
{
	while (text.len && isspace((unsigned char)*text.data))
		text = compat_tap_skip(text, 1);
	return text;
}

static struct subunit2_view
compat_tap_trim(struct subunit2_view text)
{
	while (text.len && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	return text;
}

/* Removes a number from the start of TEXT; UINT64_MAX if it is larger. Returns false if
 * TEXT does not begin with a digit. */
static bool
compat_tap_parse_number(struct subunit2_view *text, uint64_t *number)
{
	size_t digits = 0;
	*number = 0;
	for (; digits < text->len && isdigit((unsigned char)text->data[digits]); digits++) {
		unsigned digit = (unsigned)(text->data[digits] - '0');
		*number = *number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : 10 * *number + digit;
	}
	*text = compat_tap_skip(*text, digits);
	return digits > 0;
}

/* Reads a plan: "1..5" or "1..0 # why". Returns false if TEXT is not one. */
static bool
compat_tap_on_plan(struct tap *tap, struct subunit2_view text, enum subunit2_result *result,
                   struct subunit2_error *error)
{
	uint64_t first, last;
	if (tap->planned || !compat_tap_parse_number(&text, &first) ||
	    !subunit2_view_starts(text, SUBUNIT2_LITERAL("..")))
		return false;
	text = compat_tap_skip(text, 2);
	if (!compat_tap_parse_number(&text, &last))
		return false;
	text = compat_tap_skip_blanks(text);
	if (text.len && *text.data != '#')
		return false;
	tap->planned = true;
	tap->last = last;
	if (last == 0 && tap->next > last) {
		struct subunit2_event event = {
			.status = SUBUNIT2_STATUS_SKIP, .runnable = true, .eof = true};
		if (text.len) {
			event.file_name = SUBUNIT2_LITERAL("tap comment");
			event.file_bytes = compat_tap_skip_blanks(compat_tap_skip(text, 1));
		}
		*result = compat_tap_emit(tap, "file skip", &event, error);
	}
	return true;
}

/* Returns the length of the directive at the start of TEXT, with a colon that follows it,
 * and sets *STATUS. Returns 0 if TEXT does not begin with a directive. */
static size_t
compat_tap_directive_len(struct subunit2_view text, enum subunit2_status *status)
{
	static const struct {
		struct subunit2_view word;
		enum subunit2_status status;
	} words[] = {
		{{"todo", 4}, SUBUNIT2_STATUS_XFAIL},
		{{"skip", 4}, SUBUNIT2_STATUS_SKIP},
		{{"skipped", 7}, SUBUNIT2_STATUS_SKIP},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t len = words[i].word.len;
		if (text.len < len || strncasecmp(text.data, words[i].word.data, len) != 0)
			continue;
		char next = text.len > len ? text.data[len] : ' ';
		if (isalnum((unsigned char)next) || next == '_')
			continue;
		*status = words[i].status;
		return len + (next == ':');
	}
	return 0;
}

/* Returns the offset of the "#" of a directive in TEXT, and sets *STATUS, and *WHY to the
 * offset of its reason. If there is no directive, returns the length of TEXT and leaves
 * both as they are. */
static size_t
compat_tap_find_directive(struct subunit2_view text, enum subunit2_status *status, size_t *why)
{
	for (size_t at = 0; at < text.len; at++) {
		if (text.data[at] != '#' || (at && !isspace((unsigned char)text.data[at - 1])))
			continue;
		struct subunit2_view rest = compat_tap_skip_blanks(compat_tap_skip(text, at + 1));
		size_t len = compat_tap_directive_len(rest, status);
		if (!len)
			continue;
		*why = (size_t)(rest.data - text.data) + len;
		return at;
	}
	return text.len;
}

/* Reads a result: "ok 3 - name # TODO why". Returns false if TEXT is not one. */
static bool
compat_tap_on_result(struct tap *tap, struct subunit2_view text, enum subunit2_result *result,
                     struct subunit2_error *error)
{
	bool bad = subunit2_view_starts(text, SUBUNIT2_LITERAL("not ok"));
	if (!bad && !subunit2_view_starts(text, SUBUNIT2_LITERAL("ok")))
		return false;
	text = compat_tap_skip(text, bad ? 6 : 2);
	if (text.len && !isspace((unsigned char)*text.data))
		return false;
	if ((*result = compat_tap_emit_test(tap, error)) != SUBUNIT2_E_OK)
		return true;

	uint64_t number = tap->next;
	struct subunit2_view rest = compat_tap_skip_blanks(text);
	if (compat_tap_parse_number(&rest, &number) &&
	    (!rest.len || isspace((unsigned char)*rest.data)))
		text = rest;
	else
		number = tap->next;
	tap->status = bad ? SUBUNIT2_STATUS_FAIL : SUBUNIT2_STATUS_SUCCESS;
	size_t why = 0;
	struct subunit2_view name = {text.data,
	                             compat_tap_find_directive(text, &tap->status, &why)};
	name = compat_tap_trim(compat_tap_skip_blanks(name));
	if (why && why < text.len)
		*result = compat_tap_add_to_log(
			tap, compat_tap_trim(compat_tap_skip_blanks(compat_tap_skip(text, why))),
			error);
	if (*result == SUBUNIT2_E_OK)
		*result = compat_tap_emit_gap(tap, number, error);
	tap->id = memory_format("test %" PRIu64 "%s%.*s", tap->next, name.len ? " " : "",
	                        (int)name.len, name.data);
	tap->next++;
	return true;
}

static bool
compat_tap_on_bail_out(struct tap *tap, struct subunit2_view text, enum subunit2_result *result,
                       struct subunit2_error *error)
{
	if (!subunit2_view_starts(text, SUBUNIT2_LITERAL("Bail out!")))
		return false;
	*result = compat_tap_emit_test(tap, error);
	text = compat_tap_skip_blanks(compat_tap_skip(text, 9));
	tap->id = memory_format("Bail out! %.*s", (int)text.len, text.data);
	tap->status = SUBUNIT2_STATUS_FAIL;
	tap->planned = true;
	return true;
}

static enum subunit2_result
compat_tap_on_line(struct tap *tap, struct subunit2_view line, struct subunit2_error *error)
{
	struct subunit2_view text = line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (text.len && text.data[text.len - 1] == '\n')
		text.len--;
	if (text.len && text.data[text.len - 1] == '\r')
		text.len--;
	bool whole = !tap->lines.within && !tap->lines.open;
	if (whole && (compat_tap_on_plan(tap, text, &result, error) ||
	              compat_tap_on_result(tap, text, &result, error) ||
	              compat_tap_on_bail_out(tap, text, &result, error)))
		return result;
	if (!whole || !text.len || *text.data != '#')
		return compat_tap_emit_text(tap, line, error);
	return compat_tap_add_to_log(tap, text, error);
}

static enum subunit2_result
compat_tap_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                struct subunit2_error *error)
{
	(void)now_ms;
	struct tap *tap = (struct tap *)input;
	struct subunit2_view rest = {data, len}, line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && lines_take(&tap->lines, &rest, &line))
		result = compat_tap_on_line(tap, line, error);
	return result;
}

static enum subunit2_result
compat_tap_finish(struct input *input, struct subunit2_error *error)
{
	struct tap *tap = (struct tap *)input;
	struct subunit2_view line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (lines_take_held(&tap->lines, &line)) {
		tap->lines.open = false; /* the input has ended: the line is complete */
		result = compat_tap_on_line(tap, line, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = compat_tap_emit_test(tap, error);
	if (result == SUBUNIT2_E_OK && tap->logged)
		result = compat_tap_emit_log_as_text(tap, error);
	if (result == SUBUNIT2_E_OK && tap->last >= tap->next)
		result = compat_tap_emit_gap(
			tap, tap->last < UINT64_MAX ? tap->last + 1 : tap->last, error);
	return result;
}

static void
compat_tap_free(struct input *input)
{
	struct tap *tap = (struct tap *)input;
	lines_clear(&tap->lines);
	free(tap->id);
	free(tap->log);
	free(tap);
}

static struct input *
compat_tap_input_old_tap(const struct input_options *options, struct subunit2_sink *sink,
                         struct subunit2_error *error)
{
	(void)options, (void)error;
	struct tap *tap = memory_zeroed(1, sizeof(*tap));
	tap->input =
		(struct input){compat_tap_feed, NULL, NULL, compat_tap_finish, compat_tap_free};
	tap->sink = sink;
	tap->lines.max = LINE_MAX_LEN;
	tap->next = 1;
	return &tap->input;
}

int
compat_tap(int argc, const char **argv)
{
	static const struct format from = {.name = "tap", .in = compat_tap_input_old_tap};
	static const struct conversion conversion = {.from = &from};
	return conversion_main("Converts TAP; subunit2 convert and wrap understand more of it.",
	                       &conversion, argc, argv);
}
