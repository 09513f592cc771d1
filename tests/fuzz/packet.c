/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The packet: what decodes survives encoding and decoding, and is never taken
 * for something else while it is incomplete.
 *
 * The input is decoded as it stands, and again with a CRC that holds, which
 * chance would not find.
 */
#include "crc.h"
#include "decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			abort();                                                                   \
	} while (0)

static bool
same_tags(struct subunit2_tags a, struct subunit2_tags b)
{
	struct subunit2_view tag, other;
	if (a.count != b.count)
		return false;
	while (subunit2_tags_next(&a, &tag))
		if (!subunit2_tags_next(&b, &other) || !subunit2_view_equal(tag, other))
			return false;
	return true;
}

static bool
same_event(const struct subunit2_event *a, const struct subunit2_event *b)
{
	return a->status == b->status && a->runnable == b->runnable && a->eof == b->eof &&
	       a->has_timestamp == b->has_timestamp &&
	       subunit2_time_compare(a->timestamp, b->timestamp) == 0 &&
	       subunit2_view_equal(a->test_id, b->test_id) && same_tags(a->tags, b->tags) &&
	       subunit2_view_equal(a->file_name, b->file_name) &&
	       subunit2_view_equal(a->file_bytes, b->file_bytes) &&
	       subunit2_view_equal(a->mime_type, b->mime_type) &&
	       subunit2_view_equal(a->route_code, b->route_code);
}

static void
check_survives(const struct subunit2_event *event)
{
	struct subunit2_event back;
	struct subunit2_error error;
	uint8_t *packet = malloc(event->packet.len);
	size_t len;
	if (!packet)
		return;
	MUST(subunit2_packet_encode(event, packet, event->packet.len, &len, &error) ==
	     SUBUNIT2_E_OK);
	MUST(len <= event->packet.len);
	struct subunit2_decoded decoded = subunit2_packet_decode(packet, len, &back);
	MUST(decoded.outcome == SUBUNIT2_PACKET_WHOLE && decoded.len == len);
	MUST(same_event(event, &back));
	free(packet);
}

/* A part of a packet wants the rest, wherever it ends. */
static void
check_parts(const struct subunit2_event *event)
{
	struct subunit2_event none;
	size_t most = event->packet.len < 64 ? event->packet.len : 64;
	for (size_t len = 0; len < most; len++)
		MUST(subunit2_packet_decode(event->packet.data, len, &none).outcome ==
		     SUBUNIT2_PACKET_NEED_MORE);
}

static void
check_decode(const uint8_t *data, size_t size)
{
	struct subunit2_event event;
	struct subunit2_decoded decoded = subunit2_packet_decode(data, size, &event);
	switch (decoded.outcome) {
	case SUBUNIT2_PACKET_WHOLE:
		MUST(decoded.len <= size && !decoded.error);
		check_survives(&event);
		check_parts(&event);
		break;
	case SUBUNIT2_PACKET_BAD:
		MUST(decoded.error && decoded.error_offset < decoded.len && decoded.len <= size);
		break;
	case SUBUNIT2_PACKET_NONE:
		MUST(decoded.error && decoded.error_offset <= size);
		break;
	case SUBUNIT2_PACKET_NEED_MORE:
		MUST(!decoded.len || decoded.len > size);
		break;
	}
}

static void
seal(uint8_t *packet, size_t size)
{
	struct header header;
	if (header_read(packet, size, &header, NULL, NULL) != HEADER_WHOLE || header.len > size)
		return;
	uint32_t crc = crc_add(0, packet, header.len - CRC_LEN);
	for (uint32_t i = 1; i <= CRC_LEN; i++, crc >>= 8)
		packet[header.len - i] = (uint8_t)crc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_decode(data, size);
	uint8_t *copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	seal(copy, size);
	check_decode(copy, size);
	free(copy);
	return 0;
}
