/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "autodetect.h"

#include "memory.h"

#include <stddef.h>
#include <stdlib.h>

/* How many bytes may wait for what tells their format, and how long for their producer. */
#define HEAD_SIZE 65536
#define HEAD_SILENCE_MS 100

static const char bom[] = {'\xef', '\xbb', '\xbf'};

struct feed {
	struct feed_options options;
	struct subunit2_sink *sink;
	struct input *input; /* NULL: nothing was let go yet */
	bool settled;        /* its format is the input's; else it takes what seems to be text */
	struct subunit2_sink watched; /* SINK, after an input that is not settled, or must fit */
	bool fits;                    /* an event of the format has come */
	bool any;                     /* a byte has come */

	char *head; /* what waits, and before it what promises more: those were let go */
	size_t len, size, told;
	bool within; /* what comes next is the rest of a line that was let go */
	int64_t deadline;
	int64_t now_ms;
};

static struct feed *
of_watched(struct subunit2_sink *watched)
{
	return (struct feed *)((char *)watched - offsetof(struct feed, watched));
}

/* Returns whether EVENT is not just text of no test. */
static bool
feed_is_result(const struct subunit2_event *event)
{
	return subunit2_view_present(event->test_id) || subunit2_view_present(event->packet) ||
	       (subunit2_view_present(event->file_name) &&
	        !subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout")) &&
	        !subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout.bytes")));
}

/* What speaks of a test is no text. */
static int
watched_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct feed *feed = of_watched(self);
	feed->settled |= subunit2_view_present(event->test_id);
	feed->fits |= feed_is_result(event);
	return subunit2_sink_event(feed->sink, event, error);
}

struct feed *
feed_new(const struct feed_options *options, struct subunit2_sink *sink)
{
	struct feed *feed = memory_zeroed(1, sizeof(*feed));
	feed->options = *options;
	feed->sink = sink;
	feed->watched = (struct subunit2_sink){watched_event, NULL, NULL};
	feed->deadline = INT64_MAX;
	return feed;
}

static void
free_input(struct feed *feed)
{
	if (feed->input)
		feed->input->free(feed->input);
	feed->input = NULL;
}

void
feed_free(struct feed *feed)
{
	if (!feed)
		return;
	free_input(feed);
	free(feed->head);
	free(feed);
}

static int
open_input(struct feed *feed, const struct format *format, struct subunit2_sink *sink,
           struct subunit2_error *error)
{
	struct input_options options = {
		.name = feed->options.name,
		.id = feed->options.id,
		.declared = feed->options.from || !feed->any,
		.strict = feed->options.strict,
	};
	feed->input = format->in(&options, sink, error);
	return feed->input ? SUBUNIT2_OK : error->code;
}

static int
hand_on(struct feed *feed, size_t from, size_t to, struct subunit2_error *error)
{
	if (from == to)
		return SUBUNIT2_OK;
	return feed->input->feed(feed->input, feed->head + from, to - from, feed->now_ms, error);
}

static void
drop_head(struct feed *feed)
{
	free(feed->head);
	feed->head = NULL;
	feed->len = feed->size = feed->told = 0;
	feed->deadline = INT64_MAX;
}

/* Gives the input that there is what waits, and all that follows. */
static int
go_on(struct feed *feed, struct subunit2_error *error)
{
	int result = hand_on(feed, feed->told, feed->len, error);
	feed->settled = true;
	drop_head(feed);
	return result;
}

/* Returns the length of the byte order mark with which the input begins. */
static size_t
feed_bom_len(const struct feed *feed)
{
	bool begins = !feed->input && feed->len >= sizeof(bom);
	return begins && memcmp(feed->head, bom, sizeof(bom)) == 0 ? sizeof(bom) : 0;
}

static struct subunit2_view
feed_after_bom(const struct feed *feed)
{
	size_t skipped = feed_bom_len(feed);
	return (struct subunit2_view){feed->head + skipped, feed->len - skipped};
}

/* Returns whether all that has come may be a part of a byte order mark. */
static bool
feed_may_begin_bom(const struct feed *feed)
{
	return !feed->input && feed->len < sizeof(bom) && memcmp(feed->head, bom, feed->len) == 0;
}

/* Packets and text are forwarded byte for byte. */
static bool
feed_keeps_bom(const struct format *format)
{
	return format == format_of_text() || format->in == input_subunit;
}

/* The input is in FORMAT from SIGN on; what was let go before was text. */
static int
settle(struct feed *feed, const struct format *format, size_t sign, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	size_t skipped = feed_keeps_bom(format) ? 0 : feed_bom_len(feed);
	if (feed->input && format == format_of_text())
		return go_on(feed, error);
	if (feed->input)
		result = feed->input->finish(feed->input, error);
	free_input(feed);
	if (result == SUBUNIT2_OK)
		result = open_input(feed, format,
		                    feed->options.must_fit ? &feed->watched : feed->sink, error);
	if (result != SUBUNIT2_OK)
		return result;
	feed->told = sign < feed->told ? skipped : skipped > feed->told ? skipped : feed->told;
	return go_on(feed, error);
}

/* True if LINE, alone, would be a sign if another followed. */
static bool
is_promise(struct subunit2_view line)
{
	const struct head head = {.bytes = line, .lines = line};
	return line.data[line.len - 1] == '\n' && format_find(&head).sign.promise == 0;
}

/* Keeps the lines from PROMISE on that promise more at the front of the head, and what
 * follows END. If they are too many, the oldest go. */
static void
forget(struct feed *feed, size_t end, size_t promise)
{
	struct subunit2_view rest = {feed->head, end};
	size_t len = 0;
	if (promise != SIGN_NONE) {
		rest.data += promise;
		rest.len -= promise;
	} else {
		rest.len = 0;
	}
	while (rest.len > 0) {
		struct subunit2_view line = sign_take_line(&rest);
		if (!is_promise(line))
			continue;
		if (len + line.len > HEAD_SIZE / 2)
			len = 0;
		memmove(feed->head + len, line.data, line.len);
		len += line.len;
	}
	memmove(feed->head + len, feed->head + end, feed->len - end);
	feed->len = len + feed->len - end;
	feed->told = len;
}

/* What stands before END in the head is text, so far. */
static int
let_go(struct feed *feed, size_t end, size_t promise, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	if (!feed->input)
		result = open_input(feed, format_of_text(), &feed->watched, error);
	if (result == SUBUNIT2_OK)
		result = hand_on(feed, feed->told, end, error);
	if (result != SUBUNIT2_OK)
		return result;
	feed->within = end > feed->told && feed->head[end - 1] != '\n';
	forget(feed, end, promise);
	return SUBUNIT2_OK;
}

static size_t
whole_lines(const struct feed *feed)
{
	const char *newline = feed->len ? memrchr(feed->head, '\n', feed->len) : NULL;
	return newline ? (size_t)(newline - feed->head) + 1 : 0;
}

/* What a call that ended with RESULT has found to be no text has all that waits. */
static int
caught_up(struct feed *feed, int result, struct subunit2_error *error)
{
	return result == SUBUNIT2_OK && feed->settled && feed->head ? go_on(feed, error) : result;
}

/* Returns the format that --from or, of an input without a byte, its name tells. */
static const struct format *
feed_declared(const struct feed *feed)
{
	const struct format *named = feed->options.from;
	if (!named)
		named = format_of_path(feed->options.name);
	return named && named->in ? named : format_of_text();
}

/* Looks for signs in what waits. WHOLE: also in a last line that is not whole. */
static int
look(struct feed *feed, bool whole, bool ends, struct subunit2_error *error)
{
	size_t end = whole ? feed->len : whole_lines(feed);
	size_t from = end < feed_bom_len(feed) ? 0 : feed_bom_len(feed);
	if (!ends && feed_may_begin_bom(feed)) {
		feed->deadline = INT64_MAX;
		return SUBUNIT2_OK;
	}
	if (feed->options.from || !feed->any)
		return settle(feed, feed_declared(feed), 0, error);
	const struct head head = {
		.bytes = {feed->head + from, feed->len - from},
		.lines = {feed->head + from, end - from},
		.begins = !feed->input,
		.ends = ends,
	};
	struct format_found found = format_find(&head);
	if (found.sign.promise != SIGN_NONE)
		found.sign.promise += from;
	if (found.format)
		return settle(feed, found.format, found.sign.at, error);
	if (ends)
		return settle(feed, format_of_text(), 0, error);
	if (feed->len - end >= HEAD_SIZE)
		end = feed->len;
	feed->deadline = end == feed->len ? INT64_MAX : feed->now_ms + HEAD_SILENCE_MS;
	if (end <= feed->told || (found.sign.holds && feed->len < HEAD_SIZE))
		return SUBUNIT2_OK;
	return caught_up(feed, let_go(feed, end, found.sign.promise, error), error);
}

static void
keep(struct feed *feed, struct subunit2_view bytes)
{
	if (feed->len + bytes.len > feed->size) {
		feed->size = 2 * (feed->len + bytes.len);
		feed->head = memory_resize(feed->head, feed->size, 1);
	}
	memcpy(feed->head + feed->len, bytes.data, bytes.len);
	feed->len += bytes.len;
	feed->deadline = feed->now_ms + HEAD_SILENCE_MS;
}

/* Bytes of an input that is not settled. */
static int
take(struct feed *feed, struct subunit2_view bytes, struct subunit2_error *error)
{
	const struct format *certain = feed->options.from;
	keep(feed, bytes);
	if (feed_may_begin_bom(feed))
		return SUBUNIT2_OK;
	if (!certain && !feed->input)
		certain = format_certain(feed_after_bom(feed));
	if (certain)
		return settle(feed, certain, 0, error);
	bool enough = feed->input ? whole_lines(feed) > feed->told : feed->len >= HEAD_SIZE;
	return enough || feed->len >= HEAD_SIZE ? look(feed, false, false, error) : SUBUNIT2_OK;
}

/* Bytes of a line whose beginning was let go; the rest of BYTES stays. */
static int
take_within(struct feed *feed, struct subunit2_view *bytes, struct subunit2_error *error)
{
	struct subunit2_view rest = sign_take_line(bytes);
	feed->within = rest.data[rest.len - 1] != '\n';
	return feed->input->feed(feed->input, rest.data, rest.len, feed->now_ms, error);
}

int
feed_bytes(struct feed *feed, struct subunit2_view bytes, int64_t now_ms,
           struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	feed->now_ms = now_ms;
	feed->any |= bytes.len > 0;
	if (feed->within && bytes.len && !feed->settled)
		result = caught_up(feed, take_within(feed, &bytes, error), error);
	if (result != SUBUNIT2_OK || !bytes.len)
		return result;
	if (feed->settled)
		return feed->input->feed(feed->input, bytes.data, bytes.len, now_ms, error);
	return take(feed, bytes, error);
}

int64_t
feed_deadline(const struct feed *feed)
{
	int64_t input = INT64_MAX;
	if (feed->input && feed->input->deadline)
		input = feed->input->deadline(feed->input);
	return input < feed->deadline ? input : feed->deadline;
}

int
feed_tick(struct feed *feed, int64_t now_ms, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	feed->now_ms = now_ms;
	if (now_ms >= feed->deadline)
		result = look(feed, true, false, error);
	if (result != SUBUNIT2_OK || !feed->input || !feed->input->tick)
		return result;
	return caught_up(feed, feed->input->tick(feed->input, now_ms, error), error);
}

static int
feed_check_fit(const struct feed *feed, struct subunit2_error *error)
{
	if (!feed->options.must_fit || !feed->any || feed->fits)
		return SUBUNIT2_OK;
	return subunit2_error_set(error, SUBUNIT2_SYSTEM, NULL,
	                          feed->options.from
	                                  ? "nothing in it is of the format that --from names"
	                                  : "no test results in it");
}

/* Also after an error: an input may hold events of what it could read. */
int
feed_finish(struct feed *feed, struct subunit2_error *error)
{
	struct subunit2_error finish_error;
	int result = feed->settled ? SUBUNIT2_OK : look(feed, true, true, error);
	if (!feed->input || result > SUBUNIT2_OK)
		return result;
	int finished = feed->input->finish(feed->input, &finish_error);
	if (finished == SUBUNIT2_OK)
		finished = feed_check_fit(feed, &finish_error);
	if (result != SUBUNIT2_OK || finished == SUBUNIT2_OK)
		return result;
	if (error)
		*error = finish_error;
	return finished;
}
