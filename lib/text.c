/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/text.h>

#include <subunit2/utf8.h>

#include <stdlib.h>

/* The longest time for which an unfinished character is held. */
#define CARRY_MS 1000

#define BYTES_SUFFIX ".bytes"

struct subunit2_text {
	struct subunit2_sink *next;
	struct subunit2_event event; /* without the file */
	struct subunit2_view name, bytes_name;
	char *strings; /* the bytes of the views above */

	int64_t deadline; /* INT64_MAX: no text is held */
	size_t len;
	char held[SUBUNIT2_TEXT_GATHER_MAX];
};

/* Copy TEXT to *AT and move *AT to the end of the copy. */
static struct subunit2_view
text_copy(char **at, struct subunit2_view text)
{
	struct subunit2_view copied = {text.data ? *at : NULL, text.len};
	if (text.len)
		memcpy(*at, text.data, text.len);
	*at += text.len;
	return copied;
}

struct subunit2_text *
subunit2_text_new(struct subunit2_sink *next, struct subunit2_view name,
                  struct subunit2_view test_id, struct subunit2_view route_code, unsigned flags)
{
	bool runnable = flags & SUBUNIT2_TEXT_RUNNABLE;
	struct subunit2_view suffix = SUBUNIT2_LITERAL(BYTES_SUFFIX);
	struct subunit2_text *text = malloc(sizeof(*text));
	char *at = malloc(2 * name.len + suffix.len + test_id.len + route_code.len + 1);
	if (!text || !at) {
		free(text);
		free(at);
		return NULL;
	}
	text->next = next;
	text->strings = at;
	text->deadline = INT64_MAX;
	text->len = 0;
	text->event = (struct subunit2_event){
		.test_id = text_copy(&at, test_id),
		.route_code = text_copy(&at, route_code),
		.runnable = runnable,
	};
	text->name = text_copy(&at, name);
	text->bytes_name = text_copy(&at, name);
	text->bytes_name.len += text_copy(&at, suffix).len;
	return text;
}

void
subunit2_text_free(struct subunit2_text *text)
{
	if (!text)
		return;
	free(text->strings);
	free(text);
}

static enum subunit2_result
text_send_piece(struct subunit2_text *text, struct subunit2_view bytes,
                struct subunit2_error *error)
{
	struct subunit2_event event = text->event;
	bool valid = subunit2_utf8_valid_len(bytes) == bytes.len;
	event.file_name = valid ? text->name : text->bytes_name;
	event.mime_type = valid ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event.file_bytes = bytes;
	return subunit2_sink_event(text->next, &event, error);
}

/* Send the first LEN bytes that are held; the others stay. */
static enum subunit2_result
text_send_held(struct subunit2_text *text, size_t len, struct subunit2_error *error)
{
	enum subunit2_result result =
		text_send_piece(text, (struct subunit2_view){text->held, len}, error);
	text->len -= len;
	memmove(text->held, text->held + len, text->len);
	return result;
}

/* Return where to cut BYTES, which exceed the limit. */
static size_t
text_cut_len(struct subunit2_view bytes)
{
	const char *newline = memrchr(bytes.data, '\n', bytes.len);
	return newline ? (size_t)(newline - bytes.data) + 1
	               : bytes.len - subunit2_utf8_unfinished(bytes);
}

static struct subunit2_view
text_view_of_held(const struct subunit2_text *text)
{
	return (struct subunit2_view){text->held, text->len};
}

/* Gather bytes from the start of *BYTES. If the buffer is full, send some. */
static enum subunit2_result
text_gather(struct subunit2_text *text, struct subunit2_view *bytes, struct subunit2_error *error)
{
	size_t room = sizeof(text->held) - text->len;
	size_t taken = bytes->len < room ? bytes->len : room;
	memcpy(text->held + text->len, bytes->data, taken);
	text->len += taken;
	bytes->data += taken;
	bytes->len -= taken;
	if (text->len < sizeof(text->held))
		return SUBUNIT2_E_OK;

	/* Bytes after the cut go back to BYTES: if a whole piece follows, they need no copy. */
	size_t sent = text_cut_len(text_view_of_held(text));
	size_t back = text->len - sent < taken ? text->len - sent : taken;
	text->len -= back;
	bytes->data -= back;
	bytes->len += back;
	return text_send_held(text, sent, error);
}

enum subunit2_result
subunit2_text_feed(struct subunit2_text *text, struct subunit2_view bytes, int64_t now_ms,
                   struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (bytes.len && !result) {
		if (!text->len && bytes.len >= SUBUNIT2_TEXT_GATHER_MAX) {
			struct subunit2_view piece = {bytes.data, SUBUNIT2_TEXT_GATHER_MAX};
			piece.len = text_cut_len(piece);
			bytes.data += piece.len;
			bytes.len -= piece.len;
			result = text_send_piece(text, piece, error);
		} else {
			result = text_gather(text, &bytes, error);
		}
	}
	if (result)
		return result;
	bool unfinished = subunit2_utf8_unfinished(text_view_of_held(text)) == text->len;
	int64_t deadline = now_ms + (unfinished ? CARRY_MS : SUBUNIT2_TEXT_GATHER_MS);
	if (!text->len)
		text->deadline = INT64_MAX;
	else if (deadline < text->deadline)
		text->deadline = deadline;
	return subunit2_text_tick(text, now_ms, error);
}

int64_t
subunit2_text_deadline(const struct subunit2_text *text)
{
	return text->deadline;
}

enum subunit2_result
subunit2_text_tick(struct subunit2_text *text, int64_t now_ms, struct subunit2_error *error)
{
	if (now_ms < text->deadline)
		return SUBUNIT2_E_OK;
	size_t unfinished = subunit2_utf8_unfinished(text_view_of_held(text));
	text->deadline = INT64_MAX;
	if (unfinished == text->len)
		return subunit2_text_flush(text, error);
	enum subunit2_result result = text_send_held(text, text->len - unfinished, error);
	text->deadline = unfinished ? now_ms + CARRY_MS : INT64_MAX;
	return result;
}

enum subunit2_result
subunit2_text_flush(struct subunit2_text *text, struct subunit2_error *error)
{
	if (text->len == 0) /* as before almost every packet */
		return SUBUNIT2_E_OK;
	text->deadline = INT64_MAX;
	return text_send_held(text, text->len, error);
}
