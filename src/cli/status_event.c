/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "status_event.h"

#include "eintr_hook.h"
#include "exit_status.h"
#include "memory.h"
#include "message.h"
#include "timestamp.h"

#include <stdlib.h>

struct attachment *
status_event_add_file(struct status_event *status_event)
{
	status_event->files = memory_resize(status_event->files, status_event->count + 1,
	                                    sizeof(*status_event->files));
	return &status_event->files[status_event->count++];
}

/* Opens all files, before the first packet is written. */
static bool
status_event_open_files(struct status_event *status_event)
{
	struct subunit2_error error;
	for (size_t i = 0; i < status_event->count; i++) {
		if (attachment_open(&status_event->files[i], &error) != SUBUNIT2_E_OK) {
			message_error(NULL, &error);
			return false;
		}
	}
	return true;
}

/* The state of sending. */
struct sender {
	const struct status_event *status_event;
	struct outputs *outputs;
	bool begun; /* a packet other than the early inprogress was sent */
	int status;
};

/* Returns the fields that every packet has, with the time for this one. */
static struct subunit2_event
status_event_packet_now(const struct sender *sender)
{
	const struct status_event *status_event = sender->status_event;
	struct subunit2_event event = {
		.test_id = subunit2_view_of(status_event->test_id),
		.tags = subunit2_tagset_view(&status_event->tags),
		.route_code = subunit2_view_of(status_event->route_code),
		.runnable = status_event->runnable,
	};
	if (status_event->timing != STATUS_EVENT_TIMELESS) {
		event.has_timestamp = true;
		event.timestamp = status_event->timing == STATUS_EVENT_AT ? status_event->time
		                                                          : timestamp_now();
	}
	return event;
}

static enum subunit2_result
status_event_send_start(struct sender *sender)
{
	struct subunit2_event event = status_event_packet_now(sender);
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	event.timestamp = subunit2_time_add(event.timestamp, -sender->status_event->duration_ns);
	return subunit2_sink_event(outputs_sink(sender->outputs), &event, NULL);
}

/* Sends EVENT, with the status if this is the packet for it. LAST: it is the last packet. */
static enum subunit2_result
status_event_send_packet(struct sender *sender, struct subunit2_event *event, bool last)
{
	enum subunit2_status status = sender->status_event->status;
	if (subunit2_status_is_final(status) ? last : !sender->begun)
		event->status = status;
	sender->begun = true;
	return subunit2_sink_event(outputs_sink(sender->outputs), event, NULL);
}

static bool
status_event_is_interrupted(struct sender *sender)
{
	if (!eintr_hook_ends_wait())
		return false;
	sender->status = EXIT_STATUS_IO;
	return true;
}

/* Sends one file, piece by piece, as it can be read. LAST: it is the last file. */
static enum subunit2_result
status_event_send_file(struct sender *sender, struct attachment *file, bool last)
{
	struct attachment_piece piece;
	struct subunit2_error error;
	do {
		if (attachment_next(file, &piece, &error) != SUBUNIT2_E_OK) {
			message_error(NULL, &error);
			sender->status = EXIT_STATUS_IO;
		}
		if (piece.bytes.len > 0 || piece.last) {
			struct subunit2_event event = status_event_packet_now(sender);
			event.file_name = piece.name;
			event.file_bytes = piece.bytes;
			event.mime_type = piece.mime_type;
			event.eof = piece.last && !sender->status_event->stays_open;
			enum subunit2_result result =
				status_event_send_packet(sender, &event, last && piece.last);
			if (result != SUBUNIT2_E_OK)
				return result;
		}
		if (piece.idle) {
			if (!outputs_flush(sender->outputs))
				return SUBUNIT2_E_SYSTEM;
			if (status_event_is_interrupted(sender))
				return SUBUNIT2_E_SYSTEM;
			attachment_wait(file);
		}
	} while (!piece.last);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
status_event_send_all(struct sender *sender)
{
	const struct status_event *status_event = sender->status_event;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (status_event->duration_ns >= 0)
		result = status_event_send_start(sender);
	if (result == SUBUNIT2_E_OK && status_event->count == 0) {
		struct subunit2_event event = status_event_packet_now(sender);
		result = status_event_send_packet(sender, &event, true);
	}
	for (size_t i = 0; result == SUBUNIT2_E_OK && i < status_event->count; i++)
		result = status_event_send_file(sender, &status_event->files[i],
		                                i + 1 == status_event->count);
	return result;
}

int
status_event_write(struct status_event *status_event, const struct output_options *to)
{
	static const struct outputs_defaults defaults = {
		.piped = "subunit", .terminal = "events", .append = true, .shared = true};
	static const struct writer_options writer = {0};
	if (!status_event_open_files(status_event))
		return EXIT_STATUS_IO;
	struct outputs *outputs = outputs_open(to, &defaults, &writer);
	if (!outputs)
		return EXIT_STATUS_IO;
	struct sender sender = {
		.status_event = status_event, .outputs = outputs, .status = EXIT_STATUS_GOOD};
	/* The outputs report their own failures. */
	if (status_event_send_all(&sender) == SUBUNIT2_E_OK)
		subunit2_sink_finish(outputs_sink(outputs), NULL);
	int closed = outputs_close(outputs);
	return closed != EXIT_STATUS_GOOD ? closed : sender.status;
}

void
status_event_clear(struct status_event *status_event)
{
	for (size_t i = 0; i < status_event->count; i++)
		attachment_clear(&status_event->files[i]);
	free(status_event->files);
	free(status_event->test_id);
	free(status_event->route_code);
	subunit2_tagset_clear(&status_event->tags);
}
