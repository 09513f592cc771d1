/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "encode.h"

#include <subunit2/packet.h>

#include <stdlib.h>

/* Return the length of the packet of EVENT with an empty file. */
static size_t
split_overhead(struct subunit2_event event)
{
	event.file_bytes.len = 0;
	return encoded_len(&event);
}

/* Return how many bytes of EVENT's file fit into a packet of LIMIT bytes together with the other
 * fields. */
static size_t
split_room(struct subunit2_event event, size_t limit)
{
	size_t least = split_overhead(event);
	if (!least || least >= limit)
		return 0;
	size_t most = limit - least;
	if (most > event.file_bytes.len)
		most = event.file_bytes.len;
	/* The lengths of the file and of the packet are numbers, which grow by a few bytes at
	 * most. */
	for (event.file_bytes.len = most; event.file_bytes.len;) {
		size_t len = encoded_len(&event);
		if (len && len <= limit)
			break;
		event.file_bytes.len--;
	}
	return event.file_bytes.len;
}

/* Refuse EVENT, which exceeds the limit even without its file. */
static enum subunit2_result
split_set_error(struct subunit2_event event, struct subunit2_error *error)
{
	event.file_bytes.len = 0;
	return refuse_len(&event, "is too long for one packet here", error);
}

/* Return the event with the next piece of the file of REST, and remove that piece from REST. */
static struct subunit2_event
split_next_piece(struct subunit2_event *rest, size_t limit, bool first)
{
	struct subunit2_event piece = *rest;
	if (!first) {
		piece.mime_type = SUBUNIT2_ABSENT;
		if (!subunit2_status_is_final(piece.status))
			piece.status = SUBUNIT2_STATUS_NONE;
	}
	size_t len = split_room(piece, limit);
	if (len < rest->file_bytes.len) {
		piece.eof = false;
		piece.file_bytes.len = len;
		if (subunit2_status_is_final(piece.status))
			piece.status = SUBUNIT2_STATUS_NONE;
	}
	if (len) {
		rest->file_bytes.data += len;
		rest->file_bytes.len -= len;
	}
	return piece;
}

enum subunit2_result
packet_split(const struct subunit2_event *event, size_t room, size_t limit,
             enum subunit2_result (*each)(void *context, struct subunit2_view packet,
                                          struct subunit2_error *error),
             void *context, struct subunit2_error *error)
{
	uint8_t small[4096], *buffer = small;
	struct subunit2_event rest = *event;
	size_t whole = encoded_len(event);
	bool first = true;
	enum subunit2_result result = fields_check(event, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	bool splits = !whole || whole > limit;
	if (splits) {
		/* Each piece holds at least one byte, so that the loop ends. */
		if (!split_room(*event, limit))
			return split_set_error(*event, error);
		whole = limit;
	}
	if (!splits || !split_room(*event, room))
		room = limit;
	if (whole > sizeof(small) && !(buffer = malloc(whole)))
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "packet", "out of memory");
	do {
		struct subunit2_event piece = split_next_piece(&rest, first ? room : limit, first);
		size_t len = encoded_len(&piece);
		encode(&piece, buffer, len);
		result = each(context, (struct subunit2_view){(char *)buffer, len}, error);
		first = false;
	} while (result == SUBUNIT2_E_OK && rest.file_bytes.len);
	if (buffer != small)
		free(buffer);
	return result;
}

enum subunit2_result
subunit2_packet_split(const struct subunit2_event *event, size_t limit,
                      enum subunit2_result (*each)(void *context, struct subunit2_view packet,
                                                   struct subunit2_error *error),
                      void *context, struct subunit2_error *error)
{
	return packet_split(event, limit, limit, each, context, error);
}
