#include <tap/events.h>

#include "buffer.h"
#include "duration.h"
#include "failures.h"
#include "parser.h"
#include "scopes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

#define PIECE_MAX 65536        /* bytes of a file in one event */
#define TEXT_MAX 65536         /* bytes of text that wait behind a test */
#define BEFORE_MAX 65536       /* bytes of comments that wait for their result */
#define HELD_MAX (1024 * 1024) /* bytes of tests that wait for their subtest */
#define REASON_MAX 4096        /* bytes of the verdict's */

/* A file of the current test, which is sent in pieces. */
struct attachment {
	const char *name, *bytes_name; /* the second for what is not UTF-8 */
	struct tap_buffer piece;
	bool sent, bytes_sent; /* under the one name, under the other */
};

/* What became of a test. */
struct ending {
	enum subunit2_status status;
	bool todo_passed;
	bool taken; /* its path was told from others already */
	struct subunit2_time start, end;
};

/* The newest test, open as long as its diagnostics may follow. */
struct test {
	bool open;
	bool begun; /* its inprogress was sent */
	struct tap_path path;
	size_t under; /* the level that the path is relative to; 0: none */
	struct ending ending;
	struct tap_buffer name, reason; /* as the script wrote them, but for escapes */
	struct attachment comment, yaml;
};

/* The data of a record that is held; REASON, COMMENT and YAML follow it. */
struct held_test {
	struct ending ending;
	size_t reason_len, comment_len, yaml_len;
};

struct tap_events {
	struct tap_options options;
	struct subunit2_sink *sink;
	char *route_code;
	struct subunit2_error *error; /* of the call in hand */
	int64_t now_ms, deadline_ms;
	struct subunit2_time time;                  /* of the bytes in hand */
	struct subunit2_time since[TAP_LEVELS_MAX]; /* the end of each level's newest test */

	struct tap_parser parser;
	struct tap_scopes scopes;
	struct tap_failures failures;
	struct subunit2_tagset tags, todo_tags; /* of a final status */

	struct test test;
	struct tap_buffer text;   /* came behind the open test */
	struct tap_buffer before; /* comments for the next one, as they came */
	bool before_full;         /* they are too many, and text */

	struct tap_verdict verdict;
	struct tap_buffer bail_reason, skip_reason, faults, reason;
};

static int
no_memory(struct tap_events *tap)
{
	return subunit2_error_set(tap->error, SUBUNIT2_NO_MEMORY, NULL, "out of memory");
}

static int
keep(struct tap_events *tap, struct tap_buffer *buffer, struct tap_bytes bytes)
{
	return tap_buffer_add(buffer, bytes) ? SUBUNIT2_OK : no_memory(tap);
}

static struct subunit2_view
view(struct tap_bytes bytes)
{
	return (struct subunit2_view){bytes.data ? bytes.data : "", bytes.len};
}

static struct tap_bytes
path_bytes(const struct tap_path *path)
{
	return (struct tap_bytes){path->data, path->len};
}

/*
 * Sending: of a test that is complete or about to be so.
 */

static int
send_status(struct tap_events *tap, struct tap_bytes path, enum subunit2_status status,
            struct subunit2_time time, struct subunit2_tags tags)
{
	struct subunit2_event event = {
		.test_id = view(path),
		.status = status,
		.tags = tags,
		.route_code = tap->options.route_code,
		.has_timestamp = tap->options.clock != NULL,
		.timestamp = time,
	};
	return subunit2_sink_event(tap->sink, &event, tap->error);
}

static int
send_piece(struct tap_events *tap, struct tap_bytes path, const char *name, bool is_text,
           struct tap_bytes bytes, bool last)
{
	struct subunit2_event event = {
		.test_id = view(path),
		.file_name = subunit2_view_of(name),
		.file_bytes = view(bytes),
		.eof = last,
		.mime_type = is_text ? SUBUNIT2_LITERAL("text/plain;charset=utf8")
	                             : SUBUNIT2_LITERAL("application/octet-stream"),
		.route_code = tap->options.route_code,
		.has_timestamp = tap->options.clock != NULL,
		.timestamp = tap->time,
	};
	return subunit2_sink_event(tap->sink, &event, tap->error);
}

/* Sends what FILE holds; but for the LAST piece, without a character that is not
 * complete. */
static int
send_attachment(struct tap_events *tap, struct tap_bytes path, struct attachment *file, bool last)
{
	struct tap_bytes piece = tap_buffer_bytes(&file->piece);
	if (!piece.len && !file->sent && !file->bytes_sent)
		return SUBUNIT2_OK;
	if (!last)
		piece.len -= subunit2_utf8_unfinished(view(piece));
	bool is_text = subunit2_utf8_valid_len(view(piece)) == piece.len;
	bool *sent = is_text ? &file->sent : &file->bytes_sent;
	int result = SUBUNIT2_OK;
	if (piece.len || (last && *sent)) {
		*sent = true;
		result = send_piece(tap, path, is_text ? file->name : file->bytes_name, is_text,
		                    piece, last);
	}
	tap_buffer_drop(&file->piece, piece.len);
	if (!last)
		return result;
	bool other_sent = is_text ? file->bytes_sent : file->sent;
	if (result == SUBUNIT2_OK && other_sent)
		result = send_piece(tap, path, is_text ? file->bytes_name : file->name, !is_text,
		                    (struct tap_bytes){"", 0}, true);
	file->sent = file->bytes_sent = false;
	return result;
}

static int
send_whole(struct tap_events *tap, struct tap_bytes path, const char *name, const char *bytes_name,
           struct tap_bytes bytes)
{
	if (!bytes.len)
		return SUBUNIT2_OK;
	bool is_text = subunit2_utf8_valid_len(view(bytes)) == bytes.len;
	return send_piece(tap, path, is_text ? name : bytes_name, is_text, bytes, true);
}

static int
send_start(struct tap_events *tap, struct tap_bytes path, const struct ending *ending)
{
	return send_status(tap, path, SUBUNIT2_INPROGRESS, ending->start, SUBUNIT2_NO_TAGS);
}

static int
send_end(struct tap_events *tap, struct tap_bytes path, const struct ending *ending)
{
	struct tap_verdict *verdict = &tap->verdict;
	switch (ending->status) {
	case SUBUNIT2_FAIL:
		verdict->failed_count++;
		break;
	case SUBUNIT2_SKIP:
		verdict->skipped_count++;
		break;
	case SUBUNIT2_XFAIL:
		verdict->todo++;
		break;
	default:
		if (ending->todo_passed)
			verdict->todo_passed++;
		else
			verdict->passed++;
	}
	return send_status(
		tap, path, ending->status, ending->end,
		subunit2_tagset_view(ending->todo_passed ? &tap->todo_tags : &tap->tags));
}

/*
 * Holding: tests of a subtest that cannot be told yet.
 */

static int
send_held_test(struct tap_events *tap, const struct tap_record *record)
{
	struct held_test held;
	struct tap_path path;
	memcpy(&held, record->data, sizeof(held));
	path.len = 0;
	tap_path_prefix(&path, record->path);
	if (!held.ending.taken && !tap_scopes_take(&tap->scopes, &path))
		return no_memory(tap);

	struct tap_bytes id = path_bytes(&path);
	struct tap_bytes reason = {record->data + sizeof(held), held.reason_len};
	struct tap_bytes comment = {reason.data + reason.len, held.comment_len};
	struct tap_bytes yaml = {comment.data + comment.len, held.yaml_len};
	int result = send_start(tap, id, &held.ending);
	if (result == SUBUNIT2_OK)
		result = send_whole(tap, id, "reason", "reason.bytes", reason);
	if (result == SUBUNIT2_OK)
		result = send_whole(tap, id, tap->test.comment.name, tap->test.comment.bytes_name,
		                    comment);
	if (result == SUBUNIT2_OK)
		result = send_whole(tap, id, tap->test.yaml.name, tap->test.yaml.bytes_name, yaml);
	return result == SUBUNIT2_OK ? send_end(tap, id, &held.ending) : result;
}

/* All levels have names, and no failure may turn out to be TODO any more. */
static int
send_held(struct tap_events *tap)
{
	struct tap_record *record;
	while ((record = tap_waiting_first(&tap->scopes.waiting))) {
		int result = send_held_test(tap, record);
		if (result != SUBUNIT2_OK)
			return result;
		tap_waiting_drop_first(&tap->scopes.waiting);
	}
	return SUBUNIT2_OK;
}

/* Too much is held: levels without a name will be known by their number. */
static int
give_up_holding(struct tap_events *tap)
{
	struct test *test = &tap->test;
	if (!tap_scopes_name_all(&tap->scopes, 1))
		return no_memory(tap);
	if (test->under)
		tap_path_prefix(&test->path, path_bytes(&tap->scopes.at[test->under].path));
	test->under = 0;
	return send_held(tap);
}

static int
hold_test(struct tap_events *tap)
{
	const struct test *test = &tap->test;
	struct tap_bytes parts[] = {tap_buffer_bytes(&test->reason),
	                            tap_buffer_bytes(&test->comment.piece),
	                            tap_buffer_bytes(&test->yaml.piece)};
	struct held_test held = {test->ending, parts[0].len, parts[1].len, parts[2].len};
	struct tap_record *record =
		tap_waiting_add(&tap->scopes.waiting, test->under, path_bytes(&test->path),
	                        sizeof(held) + parts[0].len + parts[1].len + parts[2].len);
	if (!record)
		return no_memory(tap);
	char *at = record->data;
	memcpy(at, &held, sizeof(held));
	at += sizeof(held);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i].len)
			memcpy(at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	return SUBUNIT2_OK;
}

/* What failed in the level AT was expected to. */
static void
excuse_held(struct tap_events *tap, size_t at)
{
	struct tap_record *record;
	STAILQ_FOREACH(record, &tap->scopes.waiting.records, next)
	{
		struct held_test held;
		memcpy(&held, record->data, sizeof(held));
		if (record->sequence <= tap->scopes.at[at].records ||
		    held.ending.status != SUBUNIT2_FAIL)
			continue;
		held.ending.status = SUBUNIT2_XFAIL;
		memcpy(record->data, &held, sizeof(held));
	}
}

/*
 * The current test, from its line to the end of its diagnostics.
 */

static int
forward_text(struct tap_events *tap, struct tap_bytes bytes)
{
	if (!bytes.len)
		return SUBUNIT2_OK;
	return tap->options.text(tap->options.context, view(bytes), tap->now_ms, tap->error);
}

static int
begin_test(struct tap_events *tap)
{
	struct test *test = &tap->test;
	int result = test->under ? give_up_holding(tap) : SUBUNIT2_OK;
	if (result != SUBUNIT2_OK)
		return result;
	if (!test->ending.taken && !tap_scopes_take(&tap->scopes, &test->path))
		return no_memory(tap);
	test->begun = test->ending.taken = true;
	return send_start(tap, path_bytes(&test->path), &test->ending);
}

static int
send_test(struct tap_events *tap)
{
	struct test *test = &tap->test;
	int result = test->begun ? SUBUNIT2_OK : begin_test(tap);
	struct tap_bytes id = path_bytes(&test->path);
	if (result == SUBUNIT2_OK)
		result = send_whole(tap, id, "reason", "reason.bytes",
		                    tap_buffer_bytes(&test->reason));
	if (result == SUBUNIT2_OK)
		result = send_attachment(tap, id, &test->comment, true);
	if (result == SUBUNIT2_OK)
		result = send_attachment(tap, id, &test->yaml, true);
	return result == SUBUNIT2_OK ? send_end(tap, id, &test->ending) : result;
}

/* The test's diagnostics are complete: it is told, or held, and then the text
 * that came behind it. */
static int
end_test(struct tap_events *tap)
{
	struct test *test = &tap->test;
	if (!test->open)
		return SUBUNIT2_OK;
	test->open = false;
	bool held = tap->scopes.depth > 0 && !test->begun &&
	            (test->under || test->ending.status == SUBUNIT2_FAIL);
	int result = held ? hold_test(tap) : send_test(tap);
	if (result == SUBUNIT2_OK && tap->scopes.waiting.size > HELD_MAX)
		result = give_up_holding(tap);
	test->comment.piece.len = test->yaml.piece.len = 0;
	if (result == SUBUNIT2_OK)
		result = forward_text(tap, tap_buffer_bytes(&tap->text));
	tap->text.len = 0;
	return result;
}

static int
take_text(struct tap_events *tap, struct tap_bytes bytes)
{
	if (tap->test.open && tap->text.len + bytes.len <= TEXT_MAX)
		return keep(tap, &tap->text, bytes);
	int result = end_test(tap);
	return result == SUBUNIT2_OK ? forward_text(tap, bytes) : result;
}

/* Pieces end where they are full, wherever the input's pieces ended. */
static int
attach(struct tap_events *tap, struct attachment *file, struct tap_bytes bytes)
{
	struct test *test = &tap->test;
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && file->piece.len + bytes.len > PIECE_MAX) {
		struct tap_bytes part = {bytes.data, PIECE_MAX - file->piece.len};
		bytes = tap_skip(bytes, part.len);
		result = keep(tap, &file->piece, part);
		if (result == SUBUNIT2_OK && !test->begun)
			result = begin_test(tap);
		if (result == SUBUNIT2_OK)
			result = send_attachment(tap, path_bytes(&test->path), file, false);
	}
	return result == SUBUNIT2_OK ? keep(tap, &file->piece, bytes) : result;
}

static int
attach_line(struct tap_events *tap, struct attachment *file, struct tap_bytes line, bool ends)
{
	int result = attach(tap, file, line);
	if (result == SUBUNIT2_OK && ends)
		result = attach(tap, file, (struct tap_bytes){"\n", 1});
	tap->deadline_ms = tap->now_ms + TAP_HOLD_MS;
	return result;
}

/* What Test::More said on stderr about the failure. */
static int
attach_failures(struct tap_events *tap)
{
	struct test *test = &tap->test;
	struct tap_buffer text = {NULL, 0, 0};
	bool found = test->open && test->ending.status == SUBUNIT2_FAIL && test->name.len;
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && found) {
		text.len = 0;
		if (!tap_failures_take(&tap->failures, tap_buffer_bytes(&test->name), &text,
		                       &found))
			result = no_memory(tap);
		else if (found)
			result = attach(tap, &test->comment, tap_buffer_bytes(&text));
	}
	tap_buffer_free(&text);
	return result;
}

/* The comments that came before the test's line. */
static int
attach_before(struct tap_events *tap)
{
	struct tap_bytes rest = tap_buffer_bytes(&tap->before);
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && rest.len) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		struct tap_bytes raw = {rest.data,
		                        newline ? (size_t)(newline + 1 - rest.data) : rest.len};
		result = attach_line(tap, &tap->test.comment, tap_line_read(raw).body, newline);
		rest = tap_skip(rest, raw.len);
	}
	tap->before.len = 0;
	tap->before_full = false;
	return result;
}

/* Comments that wait for a result which does not come are text. */
static int
spill_before(struct tap_events *tap)
{
	int result = forward_text(tap, tap_buffer_bytes(&tap->before));
	tap->before.len = 0;
	return result;
}

static int
take_comment(struct tap_events *tap, const struct tap_fact *fact)
{
	if (!fact->before && tap->test.open)
		return attach_line(tap, &tap->test.comment, fact->bytes, fact->ends);
	if (!fact->before)
		return forward_text(tap, fact->raw);
	if (!tap->before_full && tap->before.len + fact->raw.len <= BEFORE_MAX)
		return keep(tap, &tap->before, fact->raw);
	tap->before_full = true;
	int result = spill_before(tap);
	return result == SUBUNIT2_OK ? forward_text(tap, fact->raw) : result;
}

static int
take_yaml(struct tap_events *tap, const struct tap_fact *fact)
{
	struct ending *ending = &tap->test.ending;
	if (!tap->test.open)
		return forward_text(tap, fact->raw);
	if (fact->duration_ns != TAP_NO_DURATION && !tap->test.begun)
		ending->start = subunit2_time_add(ending->end, -fact->duration_ns);
	if (!fact->bytes.data)
		return SUBUNIT2_OK;
	return attach_line(tap, &tap->test.yaml, fact->bytes, fact->ends);
}

/* NAME, with escapes resolved, in PLAIN, and then fit for an id in PATH. */
static void
find_path(struct tap_events *tap, size_t at, const struct tap_fact *fact, struct tap_path *path)
{
	char plain[2 * TAP_PATH_MAX], escaped[TAP_PATH_MAX];
	struct tap_bytes name = fact->bytes;
	if (name.len > sizeof(plain))
		name.len = sizeof(plain);
	struct subunit2_view text = {plain, tap_unescape(name, plain)};
	size_t len = subunit2_utf8_escape(text, escaped, sizeof(escaped));
	tap_scopes_path(&tap->scopes, at, (struct tap_bytes){escaped, len}, fact->number, path);
}

static bool
equals_base(const struct tap_scope *scope, const struct tap_path *path)
{
	return scope->base_len == path->len && memcmp(scope->path.data, path->data, path->len) == 0;
}

/* The newest level ends: what was held for its sake is told once none is open. */
static int
close_scope(struct tap_events *tap, bool todo)
{
	struct tap_scopes *scopes = &tap->scopes;
	if (todo)
		excuse_held(tap, scopes->depth);
	scopes->depth--;
	return scopes->depth == 0 ? send_held(tap) : SUBUNIT2_OK;
}

/* The test's line closes its subtest: the one gets its name from the other. */
static int
join_subtest(struct tap_events *tap, const struct tap_fact *fact)
{
	struct test *test = &tap->test;
	struct tap_scopes *scopes = &tap->scopes;
	size_t at = scopes->depth;
	struct tap_scope *scope = &scopes->at[at];
	if (scope->named) {
		bool anonymous = fact->lost || fact->name_behind || !fact->bytes.len;
		if (anonymous || equals_base(scope, &test->path)) {
			test->path = scope->path;
			test->ending.taken = scope->taken;
		}
	} else {
		if (!test->under && !tap_scopes_take(scopes, &test->path))
			return no_memory(tap);
		test->ending.taken = !test->under;
		if (!tap_scopes_name(scopes, at, &test->path))
			return no_memory(tap);
	}
	return close_scope(tap, test->ending.status == SUBUNIT2_XFAIL || test->ending.todo_passed);
}

static struct ending
ending_of(struct tap_events *tap, const struct tap_fact *fact, size_t at)
{
	static const enum subunit2_status statuses[] = {
		[TAP_PASSED] = SUBUNIT2_SUCCESS,      [TAP_FAILED] = SUBUNIT2_FAIL,
		[TAP_SKIPPED] = SUBUNIT2_SKIP,        [TAP_TODO_FAILED] = SUBUNIT2_XFAIL,
		[TAP_TODO_PASSED] = SUBUNIT2_SUCCESS,
	};
	struct ending ending = {
		.status = statuses[fact->outcome],
		.todo_passed = fact->outcome == TAP_TODO_PASSED,
		.start = tap->since[at],
		.end = tap->time,
	};
	if (ending.todo_passed && tap->options.strict)
		ending.status = SUBUNIT2_UXSUCCESS;
	if (fact->duration_ns != TAP_NO_DURATION)
		ending.start = subunit2_time_add(ending.end, -fact->duration_ns);
	tap->since[at] = ending.end;
	return ending;
}

/* BUFFER becomes TEXT with its escapes resolved. */
static int
keep_plain(struct tap_events *tap, struct tap_buffer *buffer, struct tap_bytes text)
{
	buffer->len = 0;
	int result = keep(tap, buffer, text);
	if (result == SUBUNIT2_OK)
		buffer->len = tap_unescape(tap_buffer_bytes(buffer), buffer->data);
	return result;
}

static int
take_result(struct tap_events *tap, const struct tap_fact *fact)
{
	struct test *test = &tap->test;
	size_t at = tap->scopes.depth - fact->closes;
	int result = keep_plain(tap, &test->reason, fact->reason);
	test->name.len = 0;
	if (result == SUBUNIT2_OK && fact->outcome == TAP_FAILED)
		result = keep_plain(tap, &test->name, fact->bytes);
	if (result != SUBUNIT2_OK)
		return result;
	test->ending = ending_of(tap, fact, at);
	test->under = tap_scopes_under(&tap->scopes, at);
	test->begun = false;
	find_path(tap, at, fact, &test->path);
	if (fact->closes)
		result = join_subtest(tap, fact);
	if (!test->ending.taken)
		tap_scopes_expect(&tap->scopes, &test->path);
	test->open = true;
	tap->deadline_ms = tap->now_ms + TAP_HOLD_MS;
	if (result == SUBUNIT2_OK)
		result = attach_failures(tap);
	if (result == SUBUNIT2_OK)
		result = attach_before(tap);
	return result == SUBUNIT2_OK && fact->before ? end_test(tap) : result;
}

/*
 * Levels.
 */

static int
name_scope(struct tap_events *tap, const struct tap_fact *fact)
{
	struct tap_scopes *scopes = &tap->scopes;
	struct tap_scope *scope = &scopes->at[scopes->depth];
	struct tap_path path;
	find_path(tap, scopes->depth - 1, fact, &path);
	scope->base_len = path.len;
	scope->taken = !tap_scopes_under(scopes, scopes->depth - 1);
	if ((scope->taken && !tap_scopes_take(scopes, &path)) ||
	    !tap_scopes_name(scopes, scopes->depth, &path))
		return no_memory(tap);
	return SUBUNIT2_OK;
}

static int
open_scope(struct tap_events *tap, const struct tap_fact *fact)
{
	const struct test *test = &tap->test;
	struct tap_scopes *scopes = &tap->scopes;
	tap_scopes_open(scopes, fact->number);
	tap->since[scopes->depth] = tap->since[scopes->depth - 1];
	if (!fact->of_result)
		return fact->bytes.data ? name_scope(tap, fact) : SUBUNIT2_OK;
	struct tap_scope *scope = &scopes->at[scopes->depth];
	scope->named = scope->taken = true;
	scope->path = test->path;
	scope->base_len = test->path.len;
	scope->todo = test->ending.status == SUBUNIT2_XFAIL || test->ending.todo_passed;
	return SUBUNIT2_OK;
}

static int
abandon_scope(struct tap_events *tap)
{
	struct tap_scopes *scopes = &tap->scopes;
	bool todo = scopes->at[scopes->depth].todo;
	if (!tap_scopes_name_all(scopes, scopes->depth))
		return no_memory(tap);
	return close_scope(tap, todo);
}

/*
 * The verdict.
 */

__attribute__((format(printf, 3, 4))) static int
say(struct tap_events *tap, struct tap_buffer *buffer, const char *format, ...)
{
	char text[TAP_FAULTS_MAX + TAP_PATH_MAX];
	va_list values;
	va_start(values, format);
	int len = vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	if (len < 0 || (size_t)len >= sizeof(text))
		len = sizeof(text) - 1;
	if (buffer->len + (size_t)len + 2 > REASON_MAX)
		return SUBUNIT2_OK;
	int result = buffer->len ? keep(tap, buffer, (struct tap_bytes){"; ", 2}) : SUBUNIT2_OK;
	return result == SUBUNIT2_OK ? keep(tap, buffer, (struct tap_bytes){text, (size_t)len})
	                             : result;
}

static int
take_fault(struct tap_events *tap, struct tap_bytes fault)
{
	const struct tap_scopes *scopes = &tap->scopes;
	size_t script_len = scopes->at[0].path.len;
	struct tap_path path;
	if (scopes->depth == 0)
		return say(tap, &tap->faults, "%.*s", (int)fault.len, fault.data);
	const struct tap_scope *scope = &scopes->at[scopes->depth];
	if (scope->named)
		path = scope->path;
	else
		tap_scopes_path(scopes, scopes->depth - 1, (struct tap_bytes){NULL, 0},
		                scope->number, &path);
	struct tap_bytes name = path_bytes(&path);
	if (!tap_scopes_under(scopes, scopes->depth - 1) && name.len > script_len + 2)
		name = tap_skip(name, script_len + 2);
	return say(tap, &tap->faults, "%.*s: %.*s", (int)name.len, name.data, (int)fault.len,
	           fault.data);
}

static int
take_bail_out(struct tap_events *tap, struct tap_bytes why)
{
	if (tap->verdict.bailed_out)
		return SUBUNIT2_OK;
	tap->verdict.bailed_out = true;
	return say(tap, &tap->bail_reason, "%s%.*s", why.len ? "bailed out: " : "bailed out",
	           (int)(why.len < TAP_PATH_MAX ? why.len : TAP_PATH_MAX), why.data);
}

static int
take_skip_all(struct tap_events *tap, struct tap_bytes why)
{
	tap->verdict.skipped = true;
	return keep_plain(tap, &tap->skip_reason, why);
}

/* Final statuses of another boot say so. */
static int
take_header(struct tap_events *tap, unsigned boot)
{
	char name[32];
	if (boot == 1)
		return SUBUNIT2_OK;
	int len = snprintf(name, sizeof(name), "boot-%u", boot);
	struct subunit2_view tag = {name, (size_t)len};
	subunit2_tagset_clear(&tap->tags);
	subunit2_tagset_clear(&tap->todo_tags);
	int result = subunit2_tagset_add(&tap->tags, tag, tap->error);
	if (result == SUBUNIT2_OK)
		result = subunit2_tagset_add(&tap->todo_tags, tag, tap->error);
	if (result == SUBUNIT2_OK)
		result = subunit2_tagset_add(&tap->todo_tags, SUBUNIT2_LITERAL("todo-passed"),
		                             tap->error);
	return result;
}

static int
count_bad(struct tap_events *tap)
{
	const struct tap_verdict *verdict = &tap->verdict;
	uint64_t all = verdict->passed + verdict->failed_count + verdict->skipped_count +
	               verdict->todo + verdict->todo_passed;
	int result = SUBUNIT2_OK;
	if (verdict->failed_count)
		result = say(tap, &tap->faults, "%" PRIu64 " of %" PRIu64 " assertions failed",
		             verdict->failed_count, all);
	if (result == SUBUNIT2_OK && verdict->todo_passed && tap->options.strict)
		result = say(tap, &tap->faults,
		             "%" PRIu64 " of %" PRIu64 " assertions passed, but are TODO",
		             verdict->todo_passed, all);
	return result;
}

static int
conclude(struct tap_events *tap)
{
	struct tap_verdict *verdict = &tap->verdict;
	int result = count_bad(tap);
	struct tap_bytes faults = tap_buffer_bytes(&tap->faults);
	if (result == SUBUNIT2_OK && faults.len)
		result = say(tap, &tap->bail_reason, "%.*s", (int)faults.len, faults.data);
	if (result != SUBUNIT2_OK)
		return result;
	verdict->seen = tap_parser_has_seen(&tap->parser);
	verdict->failed = tap->bail_reason.len > 0;
	verdict->skipped = verdict->skipped && !verdict->failed;
	struct tap_bytes text =
		tap_buffer_bytes(verdict->failed ? &tap->bail_reason : &tap->skip_reason);
	char *escaped = malloc(REASON_MAX);
	if (!escaped)
		return no_memory(tap);
	size_t len = subunit2_utf8_escape(view(text), escaped, REASON_MAX);
	tap->reason = (struct tap_buffer){escaped, len, REASON_MAX};
	verdict->reason = (struct subunit2_view){escaped, len};
	return SUBUNIT2_OK;
}

/*
 * The consumer.
 */

static int
take_fact(void *context, const struct tap_fact *fact)
{
	struct tap_events *tap = context;
	switch (fact->kind) {
	case TAP_FACT_TEXT:
		return take_text(tap, fact->bytes);
	case TAP_FACT_COMMENT:
		return take_comment(tap, fact);
	case TAP_FACT_YAML:
		return take_yaml(tap, fact);
	default:
		break;
	}
	int result = end_test(tap);
	if (result != SUBUNIT2_OK)
		return result;
	switch (fact->kind) {
	case TAP_FACT_HEADER:
		result = spill_before(tap);
		return result == SUBUNIT2_OK ? take_header(tap, fact->boot) : result;
	case TAP_FACT_OPEN:
		return open_scope(tap, fact);
	case TAP_FACT_NAME:
		return name_scope(tap, fact);
	case TAP_FACT_CLOSE:
		return abandon_scope(tap);
	case TAP_FACT_RESULT:
		return take_result(tap, fact);
	case TAP_FACT_SKIP_ALL:
		return take_skip_all(tap, fact->bytes);
	case TAP_FACT_BAIL_OUT:
		return take_bail_out(tap, fact->bytes);
	case TAP_FACT_FAULT:
		return take_fault(tap, fact->bytes);
	default:
		return SUBUNIT2_OK;
	}
}

/* A call from outside begins; a test whose time is over ends. */
static int
begin_call(struct tap_events *tap, int64_t now_ms, struct subunit2_error *error)
{
	tap->error = error;
	tap->now_ms = now_ms;
	if (tap->options.clock)
		tap->time = tap->options.clock(tap->options.context);
	return now_ms >= tap_events_deadline(tap) ? end_test(tap) : SUBUNIT2_OK;
}

static struct subunit2_view
copy(struct subunit2_view from, char **to)
{
	*to = malloc(from.len + 1);
	if (*to && from.len)
		memcpy(*to, from.data, from.len);
	return from.data ? (struct subunit2_view){*to, from.len} : SUBUNIT2_ABSENT;
}

struct tap_events *
tap_events_new(const struct tap_options *options, struct subunit2_sink *sink)
{
	struct tap_events *tap = calloc(1, sizeof(*tap));
	if (!tap)
		return NULL;
	tap->options = *options;
	tap->options.script = SUBUNIT2_ABSENT;
	tap->options.route_code = copy(options->route_code, &tap->route_code);
	tap->sink = sink;
	tap->test.comment.name = "comment";
	tap->test.comment.bytes_name = "comment.bytes";
	tap->test.yaml.name = "diagnostic.yaml";
	tap->test.yaml.bytes_name = "diagnostic.yaml.bytes";
	if (options->clock)
		tap->since[0] = options->clock(options->context);
	tap_parser_init(&tap->parser, options->forced, take_fact, tap);
	struct tap_bytes script = {options->script.data, options->script.len};
	if (!tap->route_code || !tap_scopes_init(&tap->scopes, script) ||
	    subunit2_tagset_add(&tap->todo_tags, SUBUNIT2_LITERAL("todo-passed"), NULL) !=
	            SUBUNIT2_OK) {
		tap_events_free(tap);
		return NULL;
	}
	return tap;
}

void
tap_events_free(struct tap_events *tap)
{
	if (!tap)
		return;
	struct tap_buffer *const buffers[] = {
		&tap->test.name, &tap->test.reason, &tap->test.comment.piece, &tap->test.yaml.piece,
		&tap->text,      &tap->before,      &tap->bail_reason,        &tap->skip_reason,
		&tap->faults,    &tap->reason,
	};
	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++)
		tap_buffer_free(buffers[i]);
	tap_scopes_free(&tap->scopes);
	tap_failures_free(&tap->failures);
	subunit2_tagset_clear(&tap->tags);
	subunit2_tagset_clear(&tap->todo_tags);
	free(tap->route_code);
	free(tap);
}

int
tap_events_feed(struct tap_events *tap, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	int result = begin_call(tap, now_ms, error);
	if (result != SUBUNIT2_OK)
		return result;
	return tap_parser_feed(&tap->parser, (struct tap_bytes){bytes.data, bytes.len});
}

int
tap_events_stderr(struct tap_events *tap, struct subunit2_view bytes, int64_t now_ms,
                  struct subunit2_error *error)
{
	int result = begin_call(tap, now_ms, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (!tap_failures_feed(&tap->failures, (struct tap_bytes){bytes.data, bytes.len}))
		return no_memory(tap);
	return attach_failures(tap);
}

int64_t
tap_events_deadline(const struct tap_events *tap)
{
	return tap->test.open ? tap->deadline_ms : INT64_MAX;
}

int
tap_events_tick(struct tap_events *tap, int64_t now_ms, struct subunit2_error *error)
{
	return begin_call(tap, now_ms, error);
}

int
tap_events_finish(struct tap_events *tap, struct subunit2_error *error)
{
	int result = begin_call(tap, tap->now_ms, error);
	if (result == SUBUNIT2_OK)
		result = tap_parser_finish(&tap->parser);
	if (result == SUBUNIT2_OK)
		result = end_test(tap);
	if (result == SUBUNIT2_OK)
		result = spill_before(tap);
	return result == SUBUNIT2_OK ? conclude(tap) : result;
}

const struct tap_verdict *
tap_events_verdict(const struct tap_events *tap)
{
	return &tap->verdict;
}
