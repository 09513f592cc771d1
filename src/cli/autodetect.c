/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "autodetect.h"

#include "byte_order_mark.h"
#include "memory.h"
#include "packet_damage.h"

#include <stddef.h>
#include <stdlib.h>

/* How many bytes may wait until the format is found, and how long they wait for more. */
#define HEAD_SIZE 65536
#define HEAD_SILENCE_MS 100

static const char bom[3] = BYTE_ORDER_MARK;

struct autodetect {
	struct autodetect_options options;
	struct subunit2_sink *sink;
	struct input *input; /* NULL: nothing was passed on yet */
	bool settled;        /* INPUT has the final format; else it reads what seems to be text */
	struct subunit2_sink watched; /* forwards to SINK; used until settled, and with MUST_HOLD */
	bool fits;                    /* an event of the format has come */
	bool any;                     /* a byte has come */

	char *head; /* lines that may become signs, FORWARDED bytes that were passed on as text;
	               then the bytes that wait */
	size_t len, size, forwarded;
	bool within; /* the next bytes are the rest of a line that was passed on */
	int64_t deadline;
	int64_t now_ms;
};

static struct autodetect *
autodetect_of_watched(struct subunit2_sink *watched)
{
	return (struct autodetect *)((char *)watched - offsetof(struct autodetect, watched));
}

/* Returns whether EVENT is more than text that belongs to no test. */
static bool
autodetect_is_result(const struct subunit2_event *event)
{
	return subunit2_view_present(event->test_id) || subunit2_view_present(event->packet) ||
	       (subunit2_view_present(event->file_name) &&
	        !subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout")) &&
	        !subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout.bytes")));
}

/* Notes that the input has events of a test, and is therefore not only text. */
static enum subunit2_result
autodetect_watched_event(struct subunit2_sink *self, const struct subunit2_event *event,
                         struct subunit2_error *error)
{
	struct autodetect *autodetect = autodetect_of_watched(self);
	autodetect->settled |= subunit2_view_present(event->test_id);
	autodetect->fits |= autodetect_is_result(event);
	return subunit2_sink_event(autodetect->sink, event, error);
}

struct autodetect *
autodetect_new(const struct autodetect_options *options, struct subunit2_sink *sink)
{
	struct autodetect *autodetect = memory_zeroed(1, sizeof(*autodetect));
	autodetect->options = *options;
	autodetect->sink = sink;
	autodetect->watched = (struct subunit2_sink){autodetect_watched_event, NULL, NULL};
	autodetect->deadline = INT64_MAX;
	return autodetect;
}

static void
autodetect_free_input(struct autodetect *autodetect)
{
	if (autodetect->input)
		autodetect->input->free(autodetect->input);
	autodetect->input = NULL;
}

void
autodetect_free(struct autodetect *autodetect)
{
	if (!autodetect)
		return;
	autodetect_free_input(autodetect);
	free(autodetect->head);
	free(autodetect);
}

/* Returns whether the input, in which no other format was found, should hold packets: then a
 * damaged packet at its beginning is damage, not text. */
static bool
autodetect_expects_packets(const struct autodetect *autodetect, bool ends)
{
	const struct format *named = format_of_path(autodetect->options.name);
	return autodetect->options.packets || named == format_of_text() ||
	       packet_damage_begins((struct subunit2_view){autodetect->head, autodetect->len},
	                            ends);
}

static enum subunit2_result
autodetect_open_input(struct autodetect *autodetect, const struct format *format,
                      struct subunit2_sink *sink, bool ends, struct subunit2_error *error)
{
	bool declared = autodetect->options.from || !autodetect->any;
	if (!declared && format == format_of_text())
		declared = autodetect_expects_packets(autodetect, ends);
	struct input_options options = {
		.name = autodetect->options.name,
		.id = autodetect->options.id,
		.declared = declared,
		.strict = autodetect->options.strict,
	};
	autodetect->input = format->in(&options, sink, error);
	return autodetect->input ? SUBUNIT2_E_OK : error->code;
}

static enum subunit2_result
autodetect_forward(struct autodetect *autodetect, size_t from, size_t to,
                   struct subunit2_error *error)
{
	if (from == to)
		return SUBUNIT2_E_OK;
	return autodetect->input->feed(autodetect->input, autodetect->head + from, to - from,
	                               autodetect->now_ms, error);
}

static void
autodetect_drop_head(struct autodetect *autodetect)
{
	free(autodetect->head);
	autodetect->head = NULL;
	autodetect->len = autodetect->size = autodetect->forwarded = 0;
	autodetect->deadline = INT64_MAX;
}

/* Passes the bytes that wait to the input, which also gets all later bytes. */
static enum subunit2_result
autodetect_start_input(struct autodetect *autodetect, struct subunit2_error *error)
{
	enum subunit2_result result =
		autodetect_forward(autodetect, autodetect->forwarded, autodetect->len, error);
	autodetect->settled = true;
	autodetect_drop_head(autodetect);
	return result;
}

/* Returns the length of the byte order mark with which the input begins. */
static size_t
autodetect_bom_len(const struct autodetect *autodetect)
{
	bool begins = !autodetect->input && autodetect->len >= sizeof(bom);
	return begins && memcmp(autodetect->head, bom, sizeof(bom)) == 0 ? sizeof(bom) : 0;
}

static struct subunit2_view
autodetect_after_bom(const struct autodetect *autodetect)
{
	size_t skipped = autodetect_bom_len(autodetect);
	return (struct subunit2_view){autodetect->head + skipped, autodetect->len - skipped};
}

/* Returns whether all that has come may be a part of a byte order mark. */
static bool
autodetect_may_begin_bom(const struct autodetect *autodetect)
{
	return !autodetect->input && autodetect->len < sizeof(bom) &&
	       memcmp(autodetect->head, bom, autodetect->len) == 0;
}

/* Packets and text are forwarded byte for byte. */
static bool
autodetect_keeps_bom(const struct format *format)
{
	return format == format_of_text() || format->in == input_subunit;
}

/* Reads the input as FORMAT from SIGN on; the bytes that were passed on before are text. */
static enum subunit2_result
autodetect_choose_format(struct autodetect *autodetect, const struct format *format, size_t sign,
                         bool ends, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	size_t skipped = autodetect_keeps_bom(format) ? 0 : autodetect_bom_len(autodetect);
	if (autodetect->input && format == format_of_text())
		return autodetect_start_input(autodetect, error);
	if (autodetect->input)
		result = autodetect->input->finish(autodetect->input, error);
	autodetect_free_input(autodetect);
	if (result == SUBUNIT2_E_OK)
		result = autodetect_open_input(autodetect, format,
		                               autodetect->options.must_hold ? &autodetect->watched
		                                                             : autodetect->sink,
		                               ends, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	autodetect->forwarded = sign < autodetect->forwarded      ? skipped
	                        : skipped > autodetect->forwarded ? skipped
	                                                          : autodetect->forwarded;
	return autodetect_start_input(autodetect, error);
}

/* Returns whether LINE would be a sign of a format if another line followed. */
static bool
autodetect_is_promise(struct subunit2_view line)
{
	const struct detect_head head = {.bytes = line, .lines = line};
	return line.data[line.len - 1] == '\n' && format_find(&head).sign.promise == 0;
}

/* Removes the bytes before END from the head, except the lines from PROMISE on that would be signs
 * if others followed. If these take more than half of the head, drops the oldest. */
static void
autodetect_discard(struct autodetect *autodetect, size_t end, size_t promise)
{
	struct subunit2_view rest = {autodetect->head, end};
	size_t len = 0;
	if (promise != DETECT_NONE) {
		rest.data += promise;
		rest.len -= promise;
	} else {
		rest.len = 0;
	}
	while (rest.len > 0) {
		struct subunit2_view line = detect_take_line(&rest);
		if (!autodetect_is_promise(line))
			continue;
		if (len + line.len > HEAD_SIZE / 2)
			len = 0;
		memmove(autodetect->head + len, line.data, line.len);
		len += line.len;
	}
	memmove(autodetect->head + len, autodetect->head + end, autodetect->len - end);
	autodetect->len = len + autodetect->len - end;
	autodetect->forwarded = len;
}

/* Passes on the head up to END as text. */
static enum subunit2_result
autodetect_release_text(struct autodetect *autodetect, size_t end, size_t promise,
                        struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!autodetect->input)
		result = autodetect_open_input(autodetect, format_of_text(), &autodetect->watched,
		                               false, error);
	if (result == SUBUNIT2_E_OK)
		result = autodetect_forward(autodetect, autodetect->forwarded, end, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	autodetect->within = end > autodetect->forwarded && autodetect->head[end - 1] != '\n';
	autodetect_discard(autodetect, end, promise);
	return SUBUNIT2_E_OK;
}

static size_t
autodetect_whole_lines(const struct autodetect *autodetect)
{
	const char *newline =
		autodetect->len ? memrchr(autodetect->head, '\n', autodetect->len) : NULL;
	return newline ? (size_t)(newline - autodetect->head) + 1 : 0;
}

/* Returns RESULT, that of a call to the input. If the call settled the format, first passes all
 * bytes that wait to the input. */
static enum subunit2_result
autodetect_pass_if_settled(struct autodetect *autodetect, enum subunit2_result result,
                           struct subunit2_error *error)
{
	return result == SUBUNIT2_E_OK && autodetect->settled && autodetect->head
	               ? autodetect_start_input(autodetect, error)
	               : result;
}

/* Returns the format that --from or, for an empty input, the ending of its name says. */
static const struct format *
autodetect_declared_format(const struct autodetect *autodetect)
{
	const struct format *named = autodetect->options.from;
	if (!named)
		named = format_of_path(autodetect->options.name);
	return named && named->in ? named : format_of_text();
}

/* Looks for signs in the bytes that wait. WHOLE: also in a last line without a newline. ENDS: the
 * input ends after them. */
static enum subunit2_result
autodetect_scan(struct autodetect *autodetect, bool whole, bool ends, struct subunit2_error *error)
{
	size_t end = whole ? autodetect->len : autodetect_whole_lines(autodetect);
	size_t from = end < autodetect_bom_len(autodetect) ? 0 : autodetect_bom_len(autodetect);
	if (!ends && autodetect_may_begin_bom(autodetect)) {
		autodetect->deadline = INT64_MAX;
		return SUBUNIT2_E_OK;
	}
	if (autodetect->options.from || !autodetect->any)
		return autodetect_choose_format(autodetect, autodetect_declared_format(autodetect),
		                                0, ends, error);
	const struct detect_head head = {
		.bytes = {autodetect->head + from, autodetect->len - from},
		.lines = {autodetect->head + from, end - from},
		.begins = !autodetect->input,
		.ends = ends,
	};
	struct format_found found = format_find(&head);
	if (found.sign.promise != DETECT_NONE)
		found.sign.promise += from;
	if (found.format)
		return autodetect_choose_format(autodetect, found.format, found.sign.at, ends,
		                                error);
	if (ends)
		return autodetect_choose_format(autodetect, format_of_text(), 0, ends, error);
	if (autodetect->len - end >= HEAD_SIZE)
		end = autodetect->len;
	autodetect->deadline =
		end == autodetect->len ? INT64_MAX : autodetect->now_ms + HEAD_SILENCE_MS;
	if (end <= autodetect->forwarded || (found.sign.holds && autodetect->len < HEAD_SIZE))
		return SUBUNIT2_E_OK;
	return autodetect_pass_if_settled(
		autodetect, autodetect_release_text(autodetect, end, found.sign.promise, error),
		error);
}

static void
autodetect_append(struct autodetect *autodetect, struct subunit2_view bytes)
{
	autodetect->head =
		memory_grow(autodetect->head, &autodetect->size, autodetect->len + bytes.len, 1);
	memcpy(autodetect->head + autodetect->len, bytes.data, bytes.len);
	autodetect->len += bytes.len;
	autodetect->deadline = autodetect->now_ms + HEAD_SILENCE_MS;
}

/* Reads BYTES while the format is not settled. */
static enum subunit2_result
autodetect_on_bytes(struct autodetect *autodetect, struct subunit2_view bytes,
                    struct subunit2_error *error)
{
	const struct format *certain = autodetect->options.from;
	autodetect_append(autodetect, bytes);
	if (autodetect_may_begin_bom(autodetect))
		return SUBUNIT2_E_OK;
	if (!certain && !autodetect->input)
		certain = format_certain(autodetect_after_bom(autodetect));
	if (certain)
		return autodetect_choose_format(autodetect, certain, 0, false, error);
	bool ready =
		autodetect->len >= HEAD_SIZE ||
		(autodetect->input && autodetect_whole_lines(autodetect) > autodetect->forwarded);
	return ready ? autodetect_scan(autodetect, false, false, error) : SUBUNIT2_E_OK;
}

/* Passes on the rest of a line whose beginning was passed on, and removes it from BYTES. */
static enum subunit2_result
autodetect_on_bytes_within_line(struct autodetect *autodetect, struct subunit2_view *bytes,
                                struct subunit2_error *error)
{
	struct subunit2_view rest = detect_take_line(bytes);
	autodetect->within = rest.data[rest.len - 1] != '\n';
	return autodetect->input->feed(autodetect->input, rest.data, rest.len, autodetect->now_ms,
	                               error);
}

enum subunit2_result
autodetect_bytes(struct autodetect *autodetect, struct subunit2_view bytes, int64_t now_ms,
                 struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	autodetect->now_ms = now_ms;
	autodetect->any |= bytes.len > 0;
	if (autodetect->within && bytes.len && !autodetect->settled)
		result = autodetect_pass_if_settled(
			autodetect, autodetect_on_bytes_within_line(autodetect, &bytes, error),
			error);
	if (result != SUBUNIT2_E_OK || !bytes.len)
		return result;
	if (autodetect->settled)
		return autodetect->input->feed(autodetect->input, bytes.data, bytes.len, now_ms,
		                               error);
	return autodetect_on_bytes(autodetect, bytes, error);
}

int64_t
autodetect_deadline(const struct autodetect *autodetect)
{
	int64_t input = INT64_MAX;
	if (autodetect->input && autodetect->input->deadline)
		input = autodetect->input->deadline(autodetect->input);
	return input < autodetect->deadline ? input : autodetect->deadline;
}

enum subunit2_result
autodetect_tick(struct autodetect *autodetect, int64_t now_ms, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	autodetect->now_ms = now_ms;
	if (now_ms >= autodetect->deadline)
		result = autodetect_scan(autodetect, true, false, error);
	if (result != SUBUNIT2_E_OK || !autodetect->input || !autodetect->input->tick)
		return result;
	return autodetect_pass_if_settled(
		autodetect, autodetect->input->tick(autodetect->input, now_ms, error), error);
}

static enum subunit2_result
autodetect_check_fit(const struct autodetect *autodetect, struct subunit2_error *error)
{
	enum autodetect_content least = autodetect->any ? AUTODETECT_RESULTS : AUTODETECT_RUN;
	if (autodetect->options.must_hold < least || autodetect->fits)
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, SUBUNIT2_E_SYSTEM, NULL,
	                          autodetect->options.from
	                                  ? "nothing in it is of the format that --from names"
	                                  : "no test results in it");
}

/* Finishes the input also after an error, because it may hold events that it has read. */
enum subunit2_result
autodetect_finish(struct autodetect *autodetect, struct subunit2_error *error)
{
	struct subunit2_error finish_error;
	enum subunit2_result result = autodetect->settled
	                                      ? SUBUNIT2_E_OK
	                                      : autodetect_scan(autodetect, true, true, error);
	if (!autodetect->input || result > SUBUNIT2_E_OK)
		return result;
	int finished = autodetect->input->finish(autodetect->input, &finish_error);
	if (finished == SUBUNIT2_E_OK)
		finished = autodetect_check_fit(autodetect, &finish_error);
	if (result != SUBUNIT2_E_OK || finished == SUBUNIT2_E_OK)
		return result;
	if (error)
		*error = finish_error;
	return finished;
}
