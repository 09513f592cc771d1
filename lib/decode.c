/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "decode.h"

#include "crc.h"
#include "number.h"

#include <subunit2/utf8.h>

static enum header_state
decode_none(const char **why, size_t *where, const char *reason, size_t offset)
{
	if (why) {
		*why = reason;
		*where = offset;
	}
	return HEADER_NONE;
}

enum header_state
header_read(const uint8_t *data, size_t available, struct header *header, const char **why,
            size_t *where)
{
	if (!available)
		return HEADER_NEED_MORE;
	if (data[0] != SUBUNIT2_SIGNATURE)
		return decode_none(why, where, "no packet signature", 0);
	if (available < 2)
		return HEADER_NEED_MORE;
	if ((data[1] & 0xf0) != FLAG_VERSION >> 8)
		return decode_none(why, where, "not version 2", 1);
	if (available < 3)
		return HEADER_NEED_MORE;
	if (data[2] & FLAG_RESERVED)
		return decode_none(why, where, "a reserved flag is set", 2);
	if (available < 4)
		return HEADER_NEED_MORE;
	if (data[3] >> 6 == 3)
		return decode_none(why, where, "the length takes more than 3 bytes", 3);
	size_t used = number_read(data + 3, available - 3, &header->len);
	if (!used)
		return HEADER_NEED_MORE;
	header->flags = (uint32_t)data[1] << 8 | data[2];
	header->body = 3 + (uint32_t)used;
	if (header->len < header->body + CRC_LEN || header->len < SUBUNIT2_PACKET_MIN)
		return decode_none(why, where, "the length is too small", 3);
	return HEADER_WHOLE;
}

/* The rest of a packet's fields. SEEN bytes of it may be read. */
struct cursor {
	const uint8_t *at;
	size_t left, seen;
};

static size_t
decode_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum step {
	STEP_DONE,
	STEP_UNSEEN, /* fits as far as it is seen */
	STEP_MISFIT,
};

static void
decode_advance(struct cursor *cursor, size_t len)
{
	cursor->at += len;
	cursor->left -= len;
	cursor->seen -= decode_smaller(cursor->seen, len);
}

static enum step
decode_step_number(struct cursor *cursor, uint32_t *value)
{
	if (!cursor->left)
		return STEP_MISFIT;
	if (!cursor->seen)
		return STEP_UNSEEN;
	size_t len = 1 + (size_t)(cursor->at[0] >> 6);
	if (len > cursor->left)
		return STEP_MISFIT;
	if (!number_read(cursor->at, cursor->seen, value))
		return STEP_UNSEEN;
	decode_advance(cursor, len);
	return STEP_DONE;
}

/* A number, and that many bytes. */
static enum step
decode_step_bytes(struct cursor *cursor, struct subunit2_view *bytes)
{
	uint32_t len = 0;
	enum step step = decode_step_number(cursor, &len);
	if (step != STEP_DONE)
		return step;
	if (len > cursor->left)
		return STEP_MISFIT;
	*bytes = (struct subunit2_view){(const char *)cursor->at, len};
	bool seen = len <= cursor->seen;
	decode_advance(cursor, len);
	return seen ? STEP_DONE : STEP_UNSEEN;
}

static enum step
decode_step_timestamp(struct cursor *cursor, struct subunit2_time *time)
{
	uint32_t nsec = 0;
	const uint8_t *sec = cursor->at;
	if (cursor->left < TIMESTAMP_SECONDS_LEN + 1)
		return STEP_MISFIT;
	if (cursor->seen < TIMESTAMP_SECONDS_LEN)
		return STEP_UNSEEN;
	decode_advance(cursor, TIMESTAMP_SECONDS_LEN);
	enum step step = decode_step_number(cursor, &nsec);
	if (step != STEP_DONE)
		return step;
	time->sec = (int64_t)((uint32_t)sec[0] << 24 | (uint32_t)sec[1] << 16 |
	                      (uint32_t)sec[2] << 8 | sec[3]);
	time->nsec = nsec;
	return nsec < NSEC_PER_SEC ? STEP_DONE : STEP_MISFIT;
}

static struct cursor
decode_fields_of(const struct header *header, const uint8_t *packet, size_t available)
{
	size_t left = header->len - header->body - CRC_LEN;
	return (struct cursor){
		.at = packet + header->body,
		.left = left,
		.seen = available > header->body ? decode_smaller(available - header->body, left)
	                                         : 0,
	};
}

/* The fields after the tags: 0 to 4 of them. */
static enum step
decode_step_rest(const struct header *header, struct cursor *cursor)
{
	struct subunit2_view ignored;
	unsigned count = !!(header->flags & FLAG_MIME_TYPE) + !!(header->flags & FLAG_ROUTE_CODE) +
	                 (header->flags & FLAG_FILE_CONTENT ? 2 : 0);
	enum step step = STEP_DONE;
	while (count-- && step == STEP_DONE)
		step = decode_step_bytes(cursor, &ignored);
	return step == STEP_DONE && cursor->left ? STEP_MISFIT : step;
}

bool
header_fits(const struct header *header, const uint8_t *packet, size_t available, bool first_only)
{
	struct cursor cursor = decode_fields_of(header, packet, available);
	struct subunit2_time time;
	struct subunit2_view ignored;
	uint32_t tags = 0;
	enum step step = STEP_DONE;
	if (header->flags & FLAG_TIMESTAMP) {
		step = decode_step_timestamp(&cursor, &time);
		if (first_only || step != STEP_DONE)
			return step != STEP_MISFIT;
	}
	if (header->flags & FLAG_TEST_ID) {
		step = decode_step_bytes(&cursor, &ignored);
		if (first_only || step != STEP_DONE)
			return step != STEP_MISFIT;
	}
	if (header->flags & FLAG_TAGS) {
		/* Walking them is not a constant effort. Each takes a byte at least. */
		step = decode_step_number(&cursor, &tags);
		return step != STEP_MISFIT && tags <= cursor.left;
	}
	if (first_only && header->flags & (FLAG_MIME_TYPE | FLAG_FILE_CONTENT | FLAG_ROUTE_CODE))
		return decode_step_bytes(&cursor, &ignored) != STEP_MISFIT;
	return decode_step_rest(header, &cursor) != STEP_MISFIT;
}

/* Where a decoding of fields stands: the first error stays. */
struct fields {
	struct cursor cursor;
	const uint8_t *packet;
	const char *error;
	size_t where;
};

static bool
decode_refuse(struct fields *fields, const char *error, const uint8_t *at)
{
	fields->error = error;
	fields->where = (size_t)(at - fields->packet);
	return false;
}

static bool
decode_read_string(struct fields *fields, struct subunit2_view *string, const char *too_long,
                   const char *not_utf8)
{
	const uint8_t *at = fields->cursor.at;
	if (decode_step_bytes(&fields->cursor, string) != STEP_DONE)
		return decode_refuse(fields, too_long, at);
	if (!subunit2_utf8_is_string(*string))
		return decode_refuse(fields, not_utf8, at);
	return true;
}

#define TAKE_STRING(fields, string, name)                                                          \
	decode_read_string(fields, string, "the " name " reaches beyond the packet",               \
	                   "the " name " is not valid UTF-8 without NUL")

static bool
decode_read_tags(struct fields *fields, struct subunit2_tags *tags)
{
	uint32_t count = 0;
	const uint8_t *at = fields->cursor.at;
	if (decode_step_number(&fields->cursor, &count) != STEP_DONE)
		return decode_refuse(fields, "the number of tags reaches beyond the packet", at);
	at = fields->cursor.at;
	for (uint32_t i = 0; i < count; i++) {
		struct subunit2_view tag;
		if (!TAKE_STRING(fields, &tag, "tag"))
			return false;
	}
	tags->count = count;
	tags->packed = (struct subunit2_view){(const char *)at, (size_t)(fields->cursor.at - at)};
	return true;
}

static bool
decode_read_file(struct fields *fields, struct subunit2_event *event)
{
	if (!TAKE_STRING(fields, &event->file_name, "file name"))
		return false;
	const uint8_t *at = fields->cursor.at;
	if (decode_step_bytes(&fields->cursor, &event->file_bytes) != STEP_DONE)
		return decode_refuse(fields, "the file content reaches beyond the packet", at);
	return true;
}

static bool
decode_read_all(struct fields *fields, uint32_t flags, struct subunit2_event *event)
{
	const uint8_t *at = fields->cursor.at;
	if (flags & FLAG_TIMESTAMP) {
		if (decode_step_timestamp(&fields->cursor, &event->timestamp) != STEP_DONE)
			return decode_refuse(fields, "the timestamp is not one", at);
		event->has_timestamp = true;
	}
	if (flags & FLAG_TEST_ID && !TAKE_STRING(fields, &event->test_id, "test id"))
		return false;
	if (flags & FLAG_TAGS && !decode_read_tags(fields, &event->tags))
		return false;
	if (flags & FLAG_MIME_TYPE && !TAKE_STRING(fields, &event->mime_type, "MIME type"))
		return false;
	if (flags & FLAG_FILE_CONTENT && !decode_read_file(fields, event))
		return false;
	if (flags & FLAG_ROUTE_CODE && !TAKE_STRING(fields, &event->route_code, "routing code"))
		return false;
	if (fields->cursor.left)
		return decode_refuse(fields, "the fields end before the packet", fields->cursor.at);
	return true;
}

const char *
fields_decode(const struct header *header, const uint8_t *packet, struct subunit2_event *event,
              size_t *where)
{
	struct fields fields = {
		.cursor = decode_fields_of(header, packet, header->len),
		.packet = packet,
	};
	*event = (struct subunit2_event){
		.status = (enum subunit2_status)(header->flags & FLAG_STATUS_MASK),
		.runnable = header->flags & FLAG_RUNNABLE,
		.eof = header->flags & FLAG_EOF,
		.packet = {(const char *)packet, header->len},
	};
	if (decode_read_all(&fields, header->flags, event))
		return NULL;
	*where = fields.where;
	return fields.error;
}

static struct subunit2_decoded
decode_need_more(size_t len)
{
	return (struct subunit2_decoded){.outcome = SUBUNIT2_PACKET_NEED_MORE, .len = len};
}

static struct subunit2_decoded
decode_no_packet(const char *error, size_t where)
{
	return (struct subunit2_decoded){
		.outcome = SUBUNIT2_PACKET_NONE, .error = error, .error_offset = where};
}

struct subunit2_decoded
subunit2_packet_decode(const void *data, size_t len, struct subunit2_event *event)
{
	struct header header;
	const char *error = NULL;
	size_t where = 0;
	enum header_state state = header_read(data, len, &header, &error, &where);
	if (state == HEADER_NEED_MORE)
		return decode_need_more(0);
	if (state == HEADER_NONE)
		return decode_no_packet(error, where);
	if (len < header.len) {
		if (header_fits(&header, data, len, false))
			return decode_need_more(header.len);
		return decode_no_packet("the fields do not fit the packet's length", header.body);
	}
	if (crc_add(0, data, header.len - CRC_LEN) != packet_crc(&header, data))
		return decode_no_packet("the CRC does not match", header.len - CRC_LEN);
	error = fields_decode(&header, data, event, &where);
	return (struct subunit2_decoded){
		.outcome = error ? SUBUNIT2_PACKET_BAD : SUBUNIT2_PACKET_WHOLE,
		.len = header.len,
		.error = error,
		.error_offset = where,
	};
}
