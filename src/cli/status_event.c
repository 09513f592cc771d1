/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "status_event.h"

#include "eintr_hook.h"
#include "exit_status.h"
#include "memory.h"
#include "message.h"
#include "timestamp.h"

#include <stdlib.h>

struct attachment *
statement_add_file(struct statement *statement)
{
	statement->files =
		memory_resize(statement->files, statement->count + 1, sizeof(*statement->files));
	return &statement->files[statement->count++];
}

/* Sees to it that all files can be read before anything is written. */
static bool
open_files(struct statement *statement)
{
	struct subunit2_error error;
	for (size_t i = 0; i < statement->count; i++) {
		if (attachment_open(&statement->files[i], &error) != SUBUNIT2_OK) {
			message_error(NULL, &error);
			return false;
		}
	}
	return true;
}

/* A statement that is being sent. */
struct sender {
	const struct statement *statement;
	struct outputs *outputs;
	bool begun; /* a packet of the statement itself went out */
	int status;
};

/* What every packet has, made at this moment. */
static struct subunit2_event
packet_now(const struct sender *sender)
{
	const struct statement *statement = sender->statement;
	struct subunit2_event event = {
		.test_id = subunit2_view_of(statement->test_id),
		.tags = subunit2_tagset_view(&statement->tags),
		.route_code = subunit2_view_of(statement->route_code),
		.runnable = statement->runnable,
	};
	if (statement->timing != STATEMENT_TIMELESS) {
		event.has_timestamp = true;
		event.timestamp = statement->timing == STATEMENT_AT ? statement->time : when_now();
	}
	return event;
}

static int
send_start(struct sender *sender)
{
	struct subunit2_event event = packet_now(sender);
	event.status = SUBUNIT2_INPROGRESS;
	event.timestamp = subunit2_time_add(event.timestamp, -sender->statement->duration_ns);
	return subunit2_sink_event(outputs_sink(sender->outputs), &event, NULL);
}

/* Sends EVENT, with the status if that belongs to the first packet, or this is the LAST. */
static int
send_packet(struct sender *sender, struct subunit2_event *event, bool last)
{
	enum subunit2_status status = sender->statement->status;
	if (subunit2_status_is_final(status) ? last : !sender->begun)
		event->status = status;
	sender->begun = true;
	return subunit2_sink_event(outputs_sink(sender->outputs), event, NULL);
}

static bool
is_interrupted(struct sender *sender)
{
	if (!interruption_ends_wait())
		return false;
	sender->status = COMMAND_IO;
	return true;
}

/* Sends one file, piece by piece, as it comes. LAST: none follows. */
static int
send_file(struct sender *sender, struct attachment *file, bool last)
{
	struct attachment_piece piece;
	struct subunit2_error error;
	do {
		if (attachment_next(file, &piece, &error) != SUBUNIT2_OK) {
			message_error(NULL, &error);
			sender->status = COMMAND_IO;
		}
		if (piece.bytes.len > 0 || piece.last) {
			struct subunit2_event event = packet_now(sender);
			event.file_name = piece.name;
			event.file_bytes = piece.bytes;
			event.mime_type = piece.mime_type;
			event.eof = piece.last && !sender->statement->stays_open;
			int result = send_packet(sender, &event, last && piece.last);
			if (result != SUBUNIT2_OK)
				return result;
		}
		if (piece.idle) {
			if (!outputs_flush(sender->outputs))
				return SUBUNIT2_SYSTEM;
			if (is_interrupted(sender))
				return SUBUNIT2_SYSTEM;
			attachment_wait(file);
		}
	} while (!piece.last);
	return SUBUNIT2_OK;
}

static int
send_all(struct sender *sender)
{
	const struct statement *statement = sender->statement;
	int result = SUBUNIT2_OK;
	if (statement->duration_ns >= 0)
		result = send_start(sender);
	if (result == SUBUNIT2_OK && statement->count == 0) {
		struct subunit2_event event = packet_now(sender);
		result = send_packet(sender, &event, true);
	}
	for (size_t i = 0; result == SUBUNIT2_OK && i < statement->count; i++)
		result = send_file(sender, &statement->files[i], i + 1 == statement->count);
	return result;
}

int
statement_say(struct statement *statement, const struct outputs_options *to)
{
	static const struct outputs_defaults defaults = {
		.piped = "subunit", .terminal = "events", .append = true, .shared = true};
	static const struct writer_options writer = {0};
	if (!open_files(statement))
		return COMMAND_IO;
	struct outputs *outputs = outputs_open(to, &defaults, &writer);
	if (!outputs)
		return COMMAND_IO;
	struct sender sender = {.statement = statement, .outputs = outputs, .status = COMMAND_GOOD};
	/* What fails in the outputs is told by them. */
	if (send_all(&sender) == SUBUNIT2_OK)
		subunit2_sink_finish(outputs_sink(outputs), NULL);
	int closed = outputs_close(outputs);
	return closed != COMMAND_GOOD ? closed : sender.status;
}

void
statement_clear(struct statement *statement)
{
	for (size_t i = 0; i < statement->count; i++)
		attachment_clear(&statement->files[i]);
	free(statement->files);
	free(statement->test_id);
	free(statement->route_code);
	subunit2_tagset_clear(&statement->tags);
}
