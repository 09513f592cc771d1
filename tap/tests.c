/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tests.h"

#include "duration.h"

#include <string.h>

enum subunit2_result
tap_tests_no_memory(struct tap_tests *tests)
{
	return subunit2_error_set(tests->sender.error, SUBUNIT2_E_NO_MEMORY, NULL, "out of memory");
}

enum subunit2_result
tap_tests_keep(struct tap_tests *tests, struct tap_buffer *buffer, struct tap_bytes bytes)
{
	return tap_buffer_add(buffer, bytes) ? SUBUNIT2_E_OK : tap_tests_no_memory(tests);
}

int
tap_tests_keep_unescaped(struct tap_tests *tests, struct tap_buffer *buffer, struct tap_bytes text,
                         struct tap_bytes tail)
{
	buffer->len = 0;
	if (!text.len)
		return SUBUNIT2_E_OK;
	enum subunit2_result result = tap_tests_keep(tests, buffer, text);
	if (result == SUBUNIT2_E_OK && tail.len)
		result = tap_tests_keep(tests, buffer, tail);
	if (result == SUBUNIT2_E_OK)
		buffer->len = tap_unescape(tap_buffer_bytes(buffer), buffer->data);
	return result;
}

size_t
tap_id_room(size_t script_len)
{
	size_t len = script_len + strlen("::");
	return len < TAP_ID_MAX - TAP_ROOM_MIN ? TAP_ID_MAX - len : TAP_ROOM_MIN;
}

bool
tap_tests_init(struct tap_tests *tests, struct tap_bytes script)
{
	size_t room = tap_id_room(script.len);
	memset(tests, 0, offsetof(struct tap_tests, scopes));
	tap_scopes_init(&tests->scopes, room);
	tests->newest.comment.name = "comment";
	tests->newest.comment.bytes_name = "comment.bytes";
	tests->newest.yaml.name = "diagnostic.yaml";
	tests->newest.yaml.bytes_name = "diagnostic.yaml.bytes";
	return tap_sender_init(&tests->sender, script, room);
}

void
tap_tests_free(struct tap_tests *tests)
{
	tap_buffer_free(&tests->newest.name);
	tap_buffer_free(&tests->newest.reason);
	tap_buffer_free(&tests->newest.comment.piece);
	tap_buffer_free(&tests->newest.yaml.piece);
	tap_buffer_free(&tests->text);
	tap_buffer_free(&tests->raw);
	tap_buffer_free(&tests->before);
	tap_failures_free(&tests->failures);
	tap_scopes_free(&tests->scopes);
	tap_sender_free(&tests->sender);
}

static int
tap_tests_forward_text(struct tap_tests *tests, struct tap_bytes bytes)
{
	if (!bytes.len)
		return SUBUNIT2_E_OK;
	return tests->options.text(tests->options.context,
	                           (struct subunit2_view){bytes.data, bytes.len}, tests->now_ms,
	                           tests->sender.error);
}

static struct tap_bytes
tap_tests_path_bytes(const struct tap_path *path)
{
	return (struct tap_bytes){path->data, path->len};
}

/* Sends the files of the test. COMMENT and YAML are empty if pieces of them were sent before. */
static enum subunit2_result
tap_tests_send_files(struct tap_tests *tests, struct tap_bytes reason, struct tap_bytes comment,
                     struct tap_bytes yaml)
{
	const struct tap_test *newest = &tests->newest;
	int result = tap_send_file(&tests->sender, "reason", "reason.bytes", reason);
	if (result == SUBUNIT2_E_OK)
		result = tap_send_file(&tests->sender, newest->comment.name,
		                       newest->comment.bytes_name, comment);
	if (result == SUBUNIT2_E_OK)
		result = tap_send_file(&tests->sender, newest->yaml.name, newest->yaml.bytes_name,
		                       yaml);
	return result;
}

/*
 * Tests that wait for their subtest.
 */

/* The data of a record, before the bytes of its reason, comment and YAML. */
struct waiting_test {
	struct tap_ending ending;
	bool taken;
	size_t reason_len, comment_len, yaml_len;
};

static enum subunit2_result
tap_tests_send_waiting_test(struct tap_tests *tests, const struct tap_record *record)
{
	struct waiting_test test;
	struct tap_path path = {.len = 0};
	memcpy(&test, record->data, sizeof(test));
	tap_scopes_prefix(&tests->scopes, &path, record->path);
	if (!test.taken && !tap_scopes_take(&tests->scopes, &path))
		return tap_tests_no_memory(tests);

	tap_sender_select(&tests->sender, tap_tests_path_bytes(&path), &test.ending);
	struct tap_bytes reason = {record->data + sizeof(test), test.reason_len};
	struct tap_bytes comment = {reason.data + reason.len, test.comment_len};
	struct tap_bytes yaml = {comment.data + comment.len, test.yaml_len};
	enum subunit2_result result = tap_send_start(&tests->sender);
	if (result == SUBUNIT2_E_OK)
		result = tap_tests_send_files(tests, reason, comment, yaml);
	return result == SUBUNIT2_E_OK ? tap_send_end(&tests->sender) : result;
}

/* Sends all tests that wait: their names are complete, and their failures can no longer become
 * expected. */
static enum subunit2_result
tap_tests_send_waiting(struct tap_tests *tests)
{
	struct tap_record *record;
	while ((record = tap_waiting_first(&tests->scopes.waiting))) {
		enum subunit2_result result = tap_tests_send_waiting_test(tests, record);
		if (result != SUBUNIT2_E_OK)
			return result;
		tap_waiting_drop_first(&tests->scopes.waiting);
	}
	return SUBUNIT2_E_OK;
}

/* Sends all tests that wait, because they are too many, with numbers in place of names that are not
 * known yet. */
static enum subunit2_result
tap_tests_stop_waiting(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	if (!tap_scopes_name_all(&tests->scopes, 1))
		return tap_tests_no_memory(tests);
	if (test->under)
		tap_scopes_prefix(&tests->scopes, &test->path,
		                  tap_tests_path_bytes(&tests->scopes.at[test->under].path));
	test->under = 0;
	tests->raw.len = 0;
	return tap_tests_send_waiting(tests);
}

static enum subunit2_result
tap_tests_queue_test(struct tap_tests *tests)
{
	const struct tap_test *test = &tests->newest;
	const struct tap_bytes parts[] = {
		tap_buffer_bytes(&test->reason),
		tap_buffer_bytes(&test->comment.piece),
		tap_buffer_bytes(&test->yaml.piece),
	};
	struct waiting_test head = {test->ending, test->taken, parts[0].len, parts[1].len,
	                            parts[2].len};
	size_t len = sizeof(head) + parts[0].len + parts[1].len + parts[2].len;
	struct tap_record *record =
		tap_waiting_add(&tests->scopes.waiting, tap_tests_path_bytes(&test->path), len);
	if (!record)
		return tap_tests_no_memory(tests);
	memcpy(record->data, &head, sizeof(head));
	char *at = record->data + sizeof(head);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].len)
			memcpy(at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	if (tests->scopes.waiting.size + tests->raw.len > TAP_WAITING_MAX)
		return tap_tests_stop_waiting(tests);
	return SUBUNIT2_E_OK;
}

/* Makes the failures that wait in the newest level expected ones. */
static void
tap_tests_expect_waiting_failures(struct tap_tests *tests)
{
	const struct tap_scope *scope = &tests->scopes.at[tests->scopes.depth];
	struct tap_record *record;
	TAP_WAITING_SINCE(record, &tests->scopes.waiting, scope->records)
	{
		struct waiting_test test;
		memcpy(&test, record->data, sizeof(test));
		if (test.ending.status != SUBUNIT2_STATUS_FAIL)
			continue;
		test.ending.status = SUBUNIT2_STATUS_XFAIL;
		memcpy(record->data, &test, sizeof(test));
	}
}

enum subunit2_result
tap_tests_keep_raw(struct tap_tests *tests, struct tap_bytes line)
{
	return tap_tests_keep(tests, &tests->raw, line);
}

enum subunit2_result
tap_tests_drop_level(struct tap_tests *tests)
{
	const struct tap_scope *scope = &tests->scopes.at[tests->scopes.depth];
	size_t kept = scope->raw_len;
	enum subunit2_result result = SUBUNIT2_E_OK;
	tap_waiting_drop_since(&tests->scopes.waiting, scope->records);
	if (tests->raw.len > 0)
		result = tap_tests_forward_text(
			tests, (struct tap_bytes){tests->raw.data + kept, tests->raw.len - kept});
	tests->raw.len = kept;
	return result;
}

enum subunit2_result
tap_tests_close_level(struct tap_tests *tests, bool todo)
{
	if (todo)
		tap_tests_expect_waiting_failures(tests);
	tests->scopes.depth--;
	if (!tap_scopes_under(&tests->scopes, tests->scopes.depth))
		tests->raw.len = 0;
	return tap_scopes_may_be_todo(&tests->scopes) ? SUBUNIT2_E_OK
	                                              : tap_tests_send_waiting(tests);
}

/*
 * The newest test.
 */

/* Sends the start of the newest test. */
static enum subunit2_result
tap_tests_begin(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	enum subunit2_result result = test->under ? tap_tests_stop_waiting(tests) : SUBUNIT2_E_OK;
	if (result != SUBUNIT2_E_OK)
		return result;
	if (!test->taken && !tap_scopes_take(&tests->scopes, &test->path))
		return tap_tests_no_memory(tests);
	test->begun = test->taken = true;
	tap_sender_select(&tests->sender, tap_tests_path_bytes(&test->path), &test->ending);
	return tap_send_start(&tests->sender);
}

/* Selects the newest test for the events that follow. Sends its start, unless that was sent. */
static enum subunit2_result
tap_tests_continue(struct tap_tests *tests)
{
	const struct tap_test *test = &tests->newest;
	if (!test->begun)
		return tap_tests_begin(tests);
	tap_sender_select(&tests->sender, tap_tests_path_bytes(&test->path), &test->ending);
	return SUBUNIT2_E_OK;
}

/* Sends the rest of the newest test's files. */
static enum subunit2_result
tap_tests_end_files(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	struct tap_sender *sender = &tests->sender;
	enum subunit2_result result =
		tap_send_file(sender, "reason", "reason.bytes", tap_buffer_bytes(&test->reason));
	if (result == SUBUNIT2_E_OK)
		result = tap_send_attachment(sender, &test->comment, true);
	return result == SUBUNIT2_E_OK ? tap_send_attachment(sender, &test->yaml, true) : result;
}

static enum subunit2_result
tap_tests_send_newest(struct tap_tests *tests)
{
	const struct tap_test *test = &tests->newest;
	enum subunit2_result result = tap_tests_continue(tests);
	if (result == SUBUNIT2_E_OK &&
	    (test->reason.len || test->comment.piece.len || test->yaml.piece.len))
		result = tap_tests_end_files(tests);
	return result == SUBUNIT2_E_OK ? tap_send_end(&tests->sender) : result;
}

/* Returns whether the newest test must wait: for the name of a level, or for a level's own test,
 * which may make its failure expected. A final status cannot be taken back. */
static bool
tap_tests_waits(const struct tap_tests *tests)
{
	const struct tap_test *test = &tests->newest;
	return !test->begun && (test->under || (test->ending.status == SUBUNIT2_STATUS_FAIL &&
	                                        tap_scopes_may_be_todo(&tests->scopes)));
}

enum subunit2_result
tap_tests_end(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	if (!test->open)
		return SUBUNIT2_E_OK;
	test->open = false;
	if (test->ending.status == SUBUNIT2_STATUS_FAIL && tap_scopes_are_todo(&tests->scopes))
		test->ending.status = SUBUNIT2_STATUS_XFAIL;
	enum subunit2_result result =
		tap_tests_waits(tests) ? tap_tests_queue_test(tests) : tap_tests_send_newest(tests);
	test->comment.piece.len = test->yaml.piece.len = 0;
	if (result == SUBUNIT2_E_OK)
		result = tap_tests_forward_text(tests, tap_buffer_bytes(&tests->text));
	tests->text.len = 0;
	return result;
}

int
tap_tests_text(struct tap_tests *tests, struct tap_bytes bytes)
{
	if (tests->newest.open && tests->text.len + bytes.len <= TAP_TEXT_MAX)
		return tap_tests_keep(tests, &tests->text, bytes);
	enum subunit2_result result = tap_tests_end(tests);
	return result == SUBUNIT2_E_OK ? tap_tests_forward_text(tests, bytes) : result;
}

/* Adds BYTES to FILE. Sends a piece whenever it is full, so that pieces do not depend on those of
 * the input. */
static enum subunit2_result
tap_tests_attach(struct tap_tests *tests, struct tap_attachment *file, struct tap_bytes bytes)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && file->piece.len + bytes.len > TAP_PIECE_MAX) {
		struct tap_bytes part = {bytes.data, TAP_PIECE_MAX - file->piece.len};
		bytes = tap_skip(bytes, part.len);
		result = tap_tests_keep(tests, &file->piece, part);
		if (result == SUBUNIT2_E_OK)
			result = tap_tests_continue(tests);
		if (result == SUBUNIT2_E_OK)
			result = tap_send_attachment(&tests->sender, file, false);
	}
	return result == SUBUNIT2_E_OK ? tap_tests_keep(tests, &file->piece, bytes) : result;
}

static enum subunit2_result
tap_tests_attach_line(struct tap_tests *tests, struct tap_attachment *file, struct tap_bytes line,
                      bool ends)
{
	static const struct tap_bytes newline = {"\n", 1};
	enum subunit2_result result = tap_tests_attach(tests, file, line);
	tests->deadline_ms = tests->now_ms + TAP_HOLD_MS;
	return result == SUBUNIT2_E_OK && ends ? tap_tests_attach(tests, file, newline) : result;
}

/* Adds the explanation of Test::More on stderr for the open test, which failed. */
static enum subunit2_result
tap_tests_attach_failures(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	struct tap_buffer text = {NULL, 0, 0};
	bool found = true;
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && found) {
		text.len = 0;
		if (!tap_failures_take(&tests->failures, tap_buffer_bytes(&test->name),
		                       test->explained, &text, &found))
			result = tap_tests_no_memory(tests);
		else if (found)
			result = tap_tests_attach(tests, &test->comment, tap_buffer_bytes(&text));
		test->explained |= found;
	}
	tap_buffer_free(&text);
	return result;
}

/* Adds the comments that came before the test's line. */
static enum subunit2_result
tap_tests_attach_before(struct tap_tests *tests)
{
	struct tap_bytes rest = tap_buffer_bytes(&tests->before);
	enum subunit2_result result = SUBUNIT2_E_OK;
	struct tap_line line;
	while (result == SUBUNIT2_E_OK && rest.len) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		struct tap_bytes raw = {rest.data,
		                        newline ? (size_t)(newline + 1 - rest.data) : rest.len};
		tap_line_read(&line, raw);
		result = tap_tests_attach_line(tests, &tests->newest.comment, line.body, newline);
		rest = tap_skip(rest, raw.len);
	}
	tests->before.len = 0;
	return result;
}

enum subunit2_result
tap_tests_open(struct tap_tests *tests)
{
	struct tap_test *test = &tests->newest;
	test->open = true;
	test->begun = test->explained = false;
	tests->deadline_ms = tests->now_ms + TAP_HOLD_MS;
	if (!test->taken)
		tap_scopes_expect(&tests->scopes, &test->path);
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (test->ending.status == SUBUNIT2_STATUS_FAIL)
		result = tap_tests_attach_failures(tests);
	if (result == SUBUNIT2_E_OK && tests->before.len)
		result = tap_tests_attach_before(tests);
	tests->before_full = false;
	return result;
}

enum subunit2_result
tap_tests_pass_on_comments(struct tap_tests *tests)
{
	int result = tap_tests_forward_text(tests, tap_buffer_bytes(&tests->before));
	tests->before.len = 0;
	return result;
}

int
tap_tests_comment(struct tap_tests *tests, const struct tap_fact *fact)
{
	if (!fact->before && tests->newest.open)
		return tap_tests_attach_line(tests, &tests->newest.comment, fact->bytes,
		                             fact->ends);
	if (!fact->before)
		return tap_tests_forward_text(tests, fact->raw);
	if (!tests->before_full && tests->before.len + fact->raw.len <= TAP_BEFORE_MAX)
		return tap_tests_keep(tests, &tests->before, fact->raw);
	tests->before_full = true;
	enum subunit2_result result = tap_tests_pass_on_comments(tests);
	return result == SUBUNIT2_E_OK ? tap_tests_forward_text(tests, fact->raw) : result;
}

int
tap_tests_yaml(struct tap_tests *tests, const struct tap_fact *fact)
{
	struct tap_ending *ending = &tests->newest.ending;
	if (!tests->newest.open)
		return tap_tests_forward_text(tests, fact->raw);
	if (fact->duration_ns != TAP_NO_DURATION && !tests->newest.begun)
		tap_sender_set_duration(&tests->sender, ending, fact->duration_ns);
	/* A second block is a second document, because no mapping may have a key twice. */
	struct tap_attachment *yaml = &tests->newest.yaml;
	static const struct tap_bytes separator = {"---", 3};
	if (fact->opens && yaml->piece.len)
		return tap_tests_attach_line(tests, yaml, separator, true);
	return fact->bytes.data ? tap_tests_attach_line(tests, yaml, fact->bytes, fact->ends)
	                        : SUBUNIT2_E_OK;
}

enum subunit2_result
tap_tests_stderr(struct tap_tests *tests, struct tap_bytes bytes)
{
	const struct tap_test *test = &tests->newest;
	if (!tap_failures_feed(&tests->failures, bytes))
		return tap_tests_no_memory(tests);
	return test->open && test->ending.status == SUBUNIT2_STATUS_FAIL
	               ? tap_tests_attach_failures(tests)
	               : SUBUNIT2_E_OK;
}
