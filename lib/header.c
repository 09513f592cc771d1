/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "header.h"

#include <subunit2/utf8.h>

/* A longer id does not show a test, so that each look takes constant time. */
#define SHOWN_ID_MAX 1024

static enum header_state
header_refuse(const char **why, size_t *where, const char *reason, size_t offset)
{
	if (why) {
		*why = reason;
		*where = offset;
	}
	return HEADER_NONE;
}

/* Return why the AVAILABLE bytes at DATA do not begin with a signature, flags and the first byte
 * of a length. */
static enum header_state
header_explain(const uint8_t *data, size_t available, const char **why, size_t *where)
{
	if (available >= 1 && data[0] != SUBUNIT2_SIGNATURE)
		return header_refuse(why, where, "no packet signature", 0);
	if (available >= 2 && (data[1] & 0xf0) != FLAG_VERSION >> 8)
		return header_refuse(why, where, "not version 2", 1);
	if (available >= 3 && data[2] & FLAG_RESERVED)
		return header_refuse(why, where, "a reserved flag is set", 2);
	if (available >= 4 && data[3] >> 6 == 3)
		return header_refuse(why, where, "the length takes more than 3 bytes", 3);
	return HEADER_NEED_MORE;
}

enum header_state
header_read(const uint8_t *data, size_t available, struct header *header, const char **why,
            size_t *where)
{
	if (available < 4 || data[0] != SUBUNIT2_SIGNATURE ||
	    (data[1] & 0xf0) != FLAG_VERSION >> 8 || data[2] & FLAG_RESERVED || data[3] >> 6 == 3)
		return header_explain(data, available, why, where);
	size_t used = number_read(data + 3, available - 3, &header->len);
	if (!used)
		return HEADER_NEED_MORE;
	header->flags = (uint32_t)data[1] << 8 | data[2];
	header->body = 3 + (uint32_t)used;
	if (header->len < header->body + CRC_LEN || header->len < SUBUNIT2_PACKET_MIN)
		return header_refuse(why, where, "the length is too small", 3);
	return HEADER_WHOLE;
}

/* The remainder of a packet's fields, of which the first SEEN bytes are available. */
struct cursor {
	const uint8_t *at;
	size_t left, seen;
};

static size_t
header_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum step {
	STEP_DONE,
	STEP_UNSEEN, /* fits as far as it is available */
	STEP_MISFIT,
};

static void
header_advance(struct cursor *cursor, size_t len)
{
	cursor->at += len;
	cursor->left -= len;
	cursor->seen -= header_smaller(cursor->seen, len);
}

static enum step
header_step_number(struct cursor *cursor, uint32_t *value)
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
	header_advance(cursor, len);
	return STEP_DONE;
}

/* Read a number and that many bytes. */
static enum step
header_step_bytes(struct cursor *cursor, struct subunit2_view *bytes)
{
	uint32_t len = 0;
	enum step step = header_step_number(cursor, &len);
	if (step != STEP_DONE)
		return step;
	if (len > cursor->left)
		return STEP_MISFIT;
	*bytes = (struct subunit2_view){(const char *)cursor->at, len};
	bool seen = len <= cursor->seen;
	header_advance(cursor, len);
	return seen ? STEP_DONE : STEP_UNSEEN;
}

static enum step
header_step_timestamp(struct cursor *cursor, struct subunit2_time *time)
{
	uint32_t nsec = 0;
	const uint8_t *sec = cursor->at;
	if (cursor->left < TIMESTAMP_SECONDS_LEN + 1)
		return STEP_MISFIT;
	if (cursor->seen < TIMESTAMP_SECONDS_LEN)
		return STEP_UNSEEN;
	header_advance(cursor, TIMESTAMP_SECONDS_LEN);
	enum step step = header_step_number(cursor, &nsec);
	if (step != STEP_DONE)
		return step;
	time->sec = (int64_t)number_load_u32(sec);
	time->nsec = nsec;
	return nsec < NSEC_PER_SEC ? STEP_DONE : STEP_MISFIT;
}

static struct cursor
header_fields_of(const struct header *header, const uint8_t *packet, size_t available)
{
	size_t left = header->len - header->body - CRC_LEN;
	return (struct cursor){
		.at = packet + header->body,
		.left = left,
		.seen = available > header->body ? header_smaller(available - header->body, left)
	                                         : 0,
	};
}

/* Read the fields after the tags: 0 to 4. */
static enum step
header_step_rest(const struct header *header, struct cursor *cursor)
{
	struct subunit2_view ignored;
	unsigned count = !!(header->flags & FLAG_MIME_TYPE) + !!(header->flags & FLAG_ROUTE_CODE) +
	                 (header->flags & FLAG_FILE_CONTENT ? 2 : 0);
	enum step step = STEP_DONE;
	while (count-- && step == STEP_DONE)
		step = header_step_bytes(cursor, &ignored);
	return step == STEP_DONE && cursor->left ? STEP_MISFIT : step;
}

bool
header_fits(const struct header *header, const uint8_t *packet, size_t available, bool first_only)
{
	struct cursor cursor = header_fields_of(header, packet, available);
	struct subunit2_time time;
	struct subunit2_view ignored;
	uint32_t tags = 0;
	enum step step = STEP_DONE;
	if (header->flags & FLAG_TIMESTAMP) {
		step = header_step_timestamp(&cursor, &time);
		if (first_only || step != STEP_DONE)
			return step != STEP_MISFIT;
	}
	if (header->flags & FLAG_TEST_ID) {
		step = header_step_bytes(&cursor, &ignored);
		if (first_only || step != STEP_DONE)
			return step != STEP_MISFIT;
	}
	if (header->flags & FLAG_TAGS) {
		/* Reading the tags would not take constant time. Each has at least one byte. */
		step = header_step_number(&cursor, &tags);
		return step != STEP_MISFIT && tags <= cursor.left;
	}
	if (first_only && header->flags & (FLAG_MIME_TYPE | FLAG_FILE_CONTENT | FLAG_ROUTE_CODE))
		return header_step_bytes(&cursor, &ignored) != STEP_MISFIT;
	return header_step_rest(header, &cursor) != STEP_MISFIT;
}

bool
header_shows_test(const struct header *header, const uint8_t *packet, size_t available)
{
	struct cursor cursor = header_fields_of(header, packet, available);
	struct subunit2_time time;
	struct subunit2_view id = SUBUNIT2_ABSENT;
	if (!(header->flags & FLAG_TIMESTAMP) || !(header->flags & FLAG_TEST_ID) ||
	    header_step_timestamp(&cursor, &time) != STEP_DONE ||
	    header_step_bytes(&cursor, &id) != STEP_DONE || id.len == 0 || id.len > SHOWN_ID_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++)
		if ((unsigned char)id.data[i] < ' ')
			return false;
	return subunit2_utf8_is_string(id) && header_fits(header, packet, available, false);
}
