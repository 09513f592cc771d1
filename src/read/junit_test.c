/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_test.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECE_MAX 65536 /* bytes of a file in one event */

static const char *const file_names[JUNIT_FILES] = {
	[JUNIT_TRACEBACK] = "traceback",    [JUNIT_REASON] = "reason",
	[JUNIT_DETAILS] = "details",        [JUNIT_RERUN_FAILURE] = "rerunFailure",
	[JUNIT_RERUN_ERROR] = "rerunError", [JUNIT_FLAKY_FAILURE] = "flakyFailure",
	[JUNIT_FLAKY_ERROR] = "flakyError", [JUNIT_STDOUT] = "stdout",
	[JUNIT_STDERR] = "stderr",
};

void
junit_test_init(struct junit_test *test, struct subunit2_sink *sink, struct junit_ids *ids)
{
	*test = (struct junit_test){.sink = sink, .ids = ids};
	test->piece = memory_resize(NULL, PIECE_MAX, 1);
}

void
junit_test_clear(struct junit_test *test)
{
	free(test->id);
	free(test->message);
	free(test->piece);
}

static void
junit_test_emit(struct junit_test *test, struct subunit2_event *event)
{
	if (test->id) {
		event->test_id = subunit2_view_of(test->id);
		event->runnable = test->runnable;
		event->has_timestamp = test->has_time;
		event->timestamp = test->time;
	}
	if (test->result != SUBUNIT2_E_OK)
		return;
	test->result = test->ids ? junit_ids_event(test->ids, event, &test->place, test->error)
	                         : subunit2_sink_event(test->sink, event, test->error);
}

void
junit_test_begin(struct junit_test *test, char *id, const struct junit_name *name,
                 enum subunit2_status status)
{
	struct subunit2_event event = {.status = SUBUNIT2_STATUS_INPROGRESS};
	struct subunit2_tagset tags = {0};
	test->id = id;
	test->status = status;
	test->expected = test->flaky = test->repeated = false;
	test->unended = 0;
	memset(test->attempts, 0, sizeof(test->attempts));
	if (name && test->result == SUBUNIT2_E_OK)
		test->result = junit_name_add_tags(&tags, name, test->error);
	event.tags = subunit2_tagset_view(&tags);
	junit_test_emit(test, &event);
	subunit2_tagset_clear(&tags);
}

void
junit_test_set_status(struct junit_test *test, enum subunit2_status status)
{
	if (status != SUBUNIT2_STATUS_NONE && !subunit2_status_is_bad(test->status))
		test->status = status;
}

/* Returns whether TEST passed after an attempt that failed. */
static bool
junit_test_is_flaky(const struct junit_test *test)
{
	return test->flaky || (test->repeated && !subunit2_status_is_bad(test->status));
}

void
junit_test_end(struct junit_test *test)
{
	struct subunit2_tagset tags = {0};
	if (test->expected && test->status == SUBUNIT2_STATUS_FAIL)
		test->status = SUBUNIT2_STATUS_XFAIL;
	if (junit_test_is_flaky(test) && test->result == SUBUNIT2_E_OK)
		test->result = subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("flaky"), test->error);
	struct subunit2_event event = {
		.status = test->status,
		.tags = subunit2_tagset_view(&tags),
	};
	junit_test_emit(test, &event);
	subunit2_tagset_clear(&tags);
	free(test->id);
	test->id = NULL;
	test->unended = 0;
}

static bool
junit_test_is_attempt(enum junit_file file)
{
	return file >= JUNIT_RERUN_FAILURE && file <= JUNIT_FLAKY_ERROR;
}

static void
junit_test_emit_piece(struct junit_test *test, enum junit_file file, struct subunit2_view bytes,
                      bool first, bool last)
{
	char name[64];
	unsigned attempt = junit_test_is_attempt(file) && test->id ? test->attempts[file] : 1;
	snprintf(name, sizeof(name), attempt > 1 ? "%s-%u" : "%s", file_names[file], attempt);
	struct subunit2_event event = {
		.file_name = subunit2_view_of(name),
		.file_bytes = bytes,
		.eof = last,
	};
	if (first)
		event.mime_type = SUBUNIT2_TEXT_TYPE;
	junit_test_emit(test, &event);
	if (bytes.len == 0)
		return;
	test->unended &= ~(1u << file);
	if (bytes.data[bytes.len - 1] != '\n' && !junit_test_is_attempt(file))
		test->unended |= 1u << file;
}

/* Ends the last line of FILE, to which another element adds. */
static void
junit_test_end_line(struct junit_test *test, enum junit_file file)
{
	if (test->unended & 1u << file)
		junit_test_emit_piece(test, file, SUBUNIT2_LITERAL("\n"), false, false);
}

void
junit_test_set_reason(struct junit_test *test, const char *reason)
{
	junit_test_end_line(test, JUNIT_REASON);
	junit_test_emit_piece(test, JUNIT_REASON, subunit2_view_of(reason), true, true);
}

void
junit_test_begin_file(struct junit_test *test, enum junit_file file, char *message, bool before)
{
	test->file = file;
	test->message = message;
	test->before = before && junit_test_is_attempt(file);
	test->file_begun = false;
	test->piece_len = 0;
	if (!junit_test_is_attempt(file))
		return;
	test->attempts[file]++;
	test->repeated = true;
	test->flaky |= file == JUNIT_FLAKY_FAILURE || file == JUNIT_FLAKY_ERROR;
}

static void
junit_test_flush(struct junit_test *test, bool eof)
{
	struct subunit2_view piece = {test->piece, test->piece_len};
	struct subunit2_view message = subunit2_view_of(test->message);
	bool first = !test->file_begun;
	if (first)
		junit_test_end_line(test, test->file);
	if (first && test->before && message.len && !subunit2_view_starts(piece, message)) {
		junit_test_emit_piece(test, test->file, message, true, false);
		junit_test_emit_piece(test, test->file, SUBUNIT2_LITERAL("\n"), false, false);
		first = false;
	}
	junit_test_emit_piece(test, test->file, piece, first, eof);
	test->file_begun = true;
	test->piece_len = 0;
}

void
junit_test_add_text(struct junit_test *test, const char *text, size_t len)
{
	for (size_t left = len; left > 0;) {
		if (test->piece_len == PIECE_MAX)
			junit_test_flush(test, false);
		size_t room = PIECE_MAX - test->piece_len;
		size_t part = left < room ? left : room;
		memcpy(test->piece + test->piece_len, text, part);
		test->piece_len += part;
		text += part;
		left -= part;
	}
}

void
junit_test_end_file(struct junit_test *test)
{
	if (!test->piece_len && !test->file_begun && test->message) {
		test->before = false;
		junit_test_add_text(test, test->message, strlen(test->message));
	}
	/* An attempt is kept even if the file says nothing of it. */
	if (test->piece_len > 0 || test->file_begun || junit_test_is_attempt(test->file))
		junit_test_flush(test, true);
	free(test->message);
	test->message = NULL;
}
