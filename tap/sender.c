/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

static const char separator[] = "::";

bool
tap_sender_init(struct tap_sender *sender, struct tap_bytes script, size_t room)
{
	sender->id_len = script.len + strlen(separator);
	sender->id = malloc(sender->id_len + room);
	if (!sender->id)
		return false;
	if (script.len)
		memcpy(sender->id, script.data, script.len);
	memcpy(sender->id + script.len, separator, strlen(separator));
	return true;
}

void
tap_sender_free(struct tap_sender *sender)
{
	free(sender->id);
	subunit2_tagset_clear(&sender->tagset);
	subunit2_tagset_clear(&sender->todo_tagset);
}

static struct subunit2_view
tap_sender_view(struct tap_bytes bytes)
{
	return (struct subunit2_view){bytes.data, bytes.len};
}

void
tap_sender_set_duration(struct tap_sender *sender, struct tap_ending *ending, int64_t duration_ns)
{
	if (sender->has_clock) {
		ending->start = subunit2_time_add(ending->end, -duration_ns);
		return;
	}
	ending->has_time = true;
	ending->end = subunit2_time_add(ending->start, duration_ns);
	if (subunit2_time_compare(ending->end, sender->now) > 0)
		sender->now = ending->end;
}

static enum subunit2_result
tap_sender_send_status(struct tap_sender *sender, enum subunit2_status status,
                       const struct subunit2_time *time, const struct subunit2_tags *tags)
{
	struct subunit2_event *event = &sender->event;
	event->status = status;
	event->tags = *tags;
	event->timestamp = *time;
	return subunit2_sink_event(sender->sink, event, sender->error);
}

enum subunit2_result
tap_send_start(struct tap_sender *sender)
{
	static const struct subunit2_tags none;
	return tap_sender_send_status(sender, SUBUNIT2_STATUS_INPROGRESS, &sender->ending->start,
	                              &none);
}

enum subunit2_result
tap_send_end(struct tap_sender *sender)
{
	const struct tap_ending *ending = sender->ending;
	const struct subunit2_tags *tags = ending->todo_passed ? &sender->todo_tags : &sender->tags;
	sender->counts[ending->todo_passed ? SUBUNIT2_STATUS_UXSUCCESS : ending->status]++;
	return tap_sender_send_status(sender, ending->status, &ending->end, tags);
}

static enum subunit2_result
tap_sender_send_piece(struct tap_sender *sender, const char *name, bool is_text,
                      struct tap_bytes bytes, bool last)
{
	struct subunit2_event event = sender->event;
	event.status = SUBUNIT2_STATUS_NONE;
	event.tags = SUBUNIT2_NO_TAGS;
	event.file_name = subunit2_view_of(name);
	event.file_bytes = tap_sender_view(bytes);
	event.eof = last;
	event.mime_type = is_text ? SUBUNIT2_TEXT_TYPE : SUBUNIT2_BYTES_TYPE;
	event.timestamp = sender->ending->end;
	return subunit2_sink_event(sender->sink, &event, sender->error);
}

static bool
tap_sender_is_text(struct tap_bytes bytes)
{
	return subunit2_utf8_valid_len(tap_sender_view(bytes)) == bytes.len;
}

int
tap_send_file(struct tap_sender *sender, const char *name, const char *bytes_name,
              struct tap_bytes bytes)
{
	if (!bytes.len)
		return SUBUNIT2_E_OK;
	bool text = tap_sender_is_text(bytes);
	return tap_sender_send_piece(sender, text ? name : bytes_name, text, bytes, true);
}

enum subunit2_result
tap_send_attachment(struct tap_sender *sender, struct tap_attachment *file, bool last)
{
	static const struct tap_bytes empty = {"", 0};
	struct tap_bytes piece = tap_buffer_bytes(&file->piece);
	if (!piece.len)
		return SUBUNIT2_E_OK;
	if (!last)
		piece.len -= subunit2_utf8_unfinished(tap_sender_view(piece));
	bool text = tap_sender_is_text(piece);
	enum subunit2_result result = tap_sender_send_piece(
		sender, text ? file->name : file->bytes_name, text, piece, last);
	*(text ? &file->sent : &file->bytes_sent) = true;
	tap_buffer_drop(&file->piece, piece.len);
	if (!last)
		return result;

	/* If pieces were sent under both names, end both files. */
	bool other = text ? file->bytes_sent : file->sent;
	if (result == SUBUNIT2_E_OK && other)
		result = tap_sender_send_piece(sender, text ? file->bytes_name : file->name, !text,
		                               empty, true);
	file->sent = file->bytes_sent = false;
	return result;
}

enum subunit2_result
tap_sender_set_tags(struct tap_sender *sender, unsigned boot)
{
	char name[32];
	enum subunit2_result result = SUBUNIT2_E_OK;
	subunit2_tagset_clear(&sender->tagset);
	subunit2_tagset_clear(&sender->todo_tagset);
	if (boot > 1) {
		int len = snprintf(name, sizeof(name), "boot-%u", boot);
		struct subunit2_view tag = {name, (size_t)len};
		result = subunit2_tagset_add(&sender->tagset, tag, sender->error);
		if (result == SUBUNIT2_E_OK)
			result = subunit2_tagset_add(&sender->todo_tagset, tag, sender->error);
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_tagset_add(&sender->todo_tagset, SUBUNIT2_LITERAL("todo-passed"),
		                             sender->error);
	sender->tags = subunit2_tagset_view(&sender->tagset);
	sender->todo_tags = subunit2_tagset_view(&sender->todo_tagset);
	return result;
}
