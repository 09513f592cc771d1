/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Decoding: check vectors, missing and wrong bytes, and the order in which these are found. */
#include "decode.h"
#include "check.h"
#include "crc.h"

#include <stdlib.h>

#define VIEW SUBUNIT2_LITERAL

/* Decode a copy of the LEN bytes at DATA, the end of which a sanitizer guards. */
static struct subunit2_decoded
decode(const char *data, size_t len, struct subunit2_event *event)
{
	char *copy = malloc(len ? len : 1);
	if (!copy)
		abort();
	memcpy(copy, data, len);
	struct subunit2_decoded decoded = subunit2_packet_decode(copy, len, event);
	free(copy);
	return decoded;
}

/* Check that the outcome for DATA is NONE, because of REASON at OFFSET. */
static bool
none(struct subunit2_view data, const char *reason, uint64_t offset)
{
	struct subunit2_event event;
	struct subunit2_decoded decoded = decode(data.data, data.len, &event);
	return decoded.outcome == SUBUNIT2_PACKET_NONE && decoded.error_offset == offset &&
	       strcmp(decoded.error, reason) == 0;
}

static bool
needs_more(struct subunit2_view data, size_t len)
{
	struct subunit2_event event;
	struct subunit2_decoded decoded = decode(data.data, data.len, &event);
	return decoded.outcome == SUBUNIT2_PACKET_NEED_MORE && decoded.len == len;
}

/* Return a packet with FLAGS, FIELDS and a matching CRC. */
struct sealed {
	char bytes[128];
	size_t len;
};

static struct sealed
seal(unsigned flags, struct subunit2_view fields)
{
	struct sealed packet = {.len = 4 + fields.len + CRC_LEN};
	uint8_t *bytes = (uint8_t *)packet.bytes;
	bytes[0] = SUBUNIT2_SIGNATURE;
	bytes[1] = (uint8_t)(flags >> 8);
	bytes[2] = (uint8_t)flags;
	bytes[3] = (uint8_t)packet.len;
	memcpy(bytes + 4, fields.data, fields.len);
	uint32_t crc = crc_add(0, bytes, packet.len - CRC_LEN);
	for (int i = 0; i < CRC_LEN; i++)
		bytes[packet.len - CRC_LEN + i] = (uint8_t)(crc >> (24 - 8 * i));
	return packet;
}

/* FIELDS with a good CRC are bad, for REASON at OFFSET after the header. */
static bool
bad(unsigned flags, struct subunit2_view fields, const char *reason, uint64_t offset)
{
	struct sealed packet = seal(flags, fields);
	struct subunit2_event event;
	struct subunit2_decoded decoded = decode(packet.bytes, packet.len, &event);
	bool good = decoded.outcome == SUBUNIT2_PACKET_BAD && decoded.len == packet.len &&
	            decoded.error_offset == 4 + offset && strcmp(decoded.error, reason) == 0;
	if (!good)
		printf("# outcome %d: %s at %d\n", decoded.outcome,
		       decoded.error ? decoded.error : "", (int)decoded.error_offset);
	return good;
}

static bool
whole(const struct sealed *packet, struct subunit2_event *event)
{
	struct subunit2_decoded decoded = subunit2_packet_decode(packet->bytes, packet->len, event);
	return decoded.outcome == SUBUNIT2_PACKET_WHOLE && decoded.len == packet->len &&
	       !decoded.error && event->packet.data == packet->bytes &&
	       event->packet.len == packet->len;
}

static const struct subunit2_view foo = VIEW("\xb3\x29\x01\x0c\x03"
                                             "foo\x08\x55\x5f\x1b");
static const struct subunit2_view bar = VIEW("\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
                                             "bar\x49\x96\x3e\x2d");

static void
check_vectors(void)
{
	struct subunit2_event event;
	struct subunit2_decoded decoded = subunit2_packet_decode(foo.data, foo.len, &event);
	CHECK(decoded.outcome == SUBUNIT2_PACKET_WHOLE && decoded.len == 12);
	CHECK(subunit2_view_equal(event.test_id, VIEW("foo")) &&
	      event.status == SUBUNIT2_STATUS_EXISTS);
	CHECK(event.runnable && !event.eof && !event.has_timestamp && event.tags.count == 0);
	CHECK(!event.file_name.data && !event.file_bytes.data && !event.mime_type.data);
	CHECK(!event.route_code.data && subunit2_view_equal(event.packet, foo));

	decoded = subunit2_packet_decode(bar.data, bar.len, &event);
	CHECK(decoded.outcome == SUBUNIT2_PACKET_WHOLE && decoded.len == 19);
	CHECK(subunit2_view_equal(event.test_id, VIEW("bar")) &&
	      event.status == SUBUNIT2_STATUS_SUCCESS);
	CHECK(event.has_timestamp && event.timestamp.sec == 1008161999);
	CHECK(event.timestamp.nsec == 45000);
}

static void
check_all_fields(void)
{
	struct subunit2_event event;
	struct sealed packet = seal(0x2ff6, VIEW("\x80\0\0\0\xfb\x9a\xc9\xff"
	                                         "\2id"
	                                         "\2\1a\0"
	                                         "\3a/b"
	                                         "\4name\3\0\xff\n"
	                                         "\0030/1"));
	CHECK(whole(&packet, &event));
	CHECK(event.status == SUBUNIT2_STATUS_FAIL && event.runnable && event.eof);
	CHECK(event.timestamp.sec == 0x80000000 && event.timestamp.nsec == 999999999);
	CHECK(subunit2_view_equal(event.test_id, VIEW("id")));
	CHECK(event.tags.count == 2 && subunit2_view_equal(event.tags.packed, VIEW("\1a\0")));
	CHECK(subunit2_view_equal(event.mime_type, VIEW("a/b")));
	CHECK(subunit2_view_equal(event.file_name, VIEW("name")));
	CHECK(subunit2_view_equal(event.file_bytes, VIEW("\0\xff\n")));
	CHECK(subunit2_view_equal(event.route_code, VIEW("0/1")));

	packet = seal(0x2ce0, VIEW("\0\0\0\0\0\0"));
	CHECK_NAMED("every field may be empty", whole(&packet, &event));
	CHECK(event.test_id.data && event.mime_type.data && event.file_name.data);
	CHECK(event.file_bytes.data && event.route_code.data && event.tags.count == 0);

	packet = seal(0x2800, VIEW("\x40\3foo"));
	CHECK_NAMED("a number in more bytes than it needs", whole(&packet, &event));
	CHECK(subunit2_view_equal(event.test_id, VIEW("foo")));
	packet = seal(0x2880, VIEW("\xc0\0\0\1x\x80\0\1\xc0\0\0\1t"));
	CHECK(whole(&packet, &event) && subunit2_tags_has(event.tags, VIEW("t")));
}

static void
check_headers(void)
{
	CHECK(none(VIEW("x"), "no packet signature", 0));
	CHECK(none(VIEW("\xb3\x19"), "not version 2", 1));
	CHECK(none(VIEW("\xb3\x39"), "not version 2", 1));
	CHECK(none(VIEW("\xb3\x29\x09"), "a reserved flag is set", 2));
	CHECK(none(VIEW("\xb3\x29\x01\xc0"), "the length takes more than 3 bytes", 3));
	CHECK(none(VIEW("\xb3\x29\x01\x07"), "the length is too small", 3));
	CHECK(none(VIEW("\xb3\x20\x00\x40\x08"), "the length is too small", 3));
	CHECK(none(VIEW("\xb3\x20\x00\x80\x00\x09"), "the length is too small", 3));
	CHECK(needs_more(VIEW(""), 0) && needs_more(VIEW("\xb3"), 0));
	CHECK(needs_more(VIEW("\xb3\x29"), 0) && needs_more(VIEW("\xb3\x29\x01"), 0));
	CHECK(needs_more(VIEW("\xb3\x29\x01\x40"), 0) &&
	      needs_more(VIEW("\xb3\x29\x01\x80\x00"), 0));
	CHECK(needs_more(VIEW("\xb3\x29\x01\xbf\xff\xff"), 4194303));
}

/* Every beginning of a packet wants more; every flipped bit is seen. */
static void
check_cuts_and_flips(void)
{
	struct subunit2_event event;
	bool cut = true, flipped = true;
	char copy[19];
	for (size_t len = 0; len < bar.len; len++)
		cut = cut && needs_more((struct subunit2_view){bar.data, len}, len < 4 ? 0 : 19);
	CHECK_NAMED("every beginning of a packet wants more", cut);
	for (size_t bit = 0; bit < 8 * bar.len; bit++) {
		memcpy(copy, bar.data, bar.len);
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		flipped = flipped && decode(copy, bar.len, &event).outcome != SUBUNIT2_PACKET_WHOLE;
	}
	CHECK_NAMED("every flipped bit is seen", flipped);
	memcpy(copy, bar.data, bar.len);
	copy[18] ^= 1;
	CHECK(none((struct subunit2_view){copy, 19}, "the CRC does not match", 15));
}

/* Bytes that cannot become a packet are not waited for. */
static void
check_early_misfits(void)
{
	const char *const misfit = "the fields do not fit the packet's length";
	CHECK_NAMED("a test id longer than the packet",
	            none(VIEW("\xb3\x28\x00\x0c\x08"), misfit, 4));
	CHECK_NAMED("no room for a timestamp", none(VIEW("\xb3\x22\x00\x0c\x00"), misfit, 4));
	CHECK_NAMED("a second of nanoseconds",
	            none(VIEW("\xb3\x22\x00\x3f\0\0\0\0\xfb\x9a\xca\x00"), misfit, 4));
	CHECK_NAMED("more tags than bytes", none(VIEW("\xb3\x20\x80\x0c\x05"), misfit, 4));
	CHECK_NAMED("bytes and no fields", none(VIEW("\xb3\x20\x00\x0c"), misfit, 4));
	CHECK_NAMED("a last field that ends early",
	            none(VIEW("\xb3\x24\x00\x0c\x02xx"), misfit, 4));
	CHECK_NAMED("file content longer than the packet",
	            none(VIEW("\xb3\x20\x40\x3f\x01x\x40\x40"), misfit, 4));
	CHECK(needs_more(VIEW("\xb3\x20\x40\x3f\x01x\x34"), 63));
	CHECK(needs_more(VIEW("\xb3\x28\x00\x0c\x03"), 12));
}

static void
check_bad_fields(void)
{
	CHECK(bad(0x2200, VIEW("\0\0\0\0"), "the timestamp is not one", 0));
	CHECK(bad(0x2200, VIEW("\0\0\0\0\xc0\0\0"), "the timestamp is not one", 0));
	CHECK(bad(0x2200, VIEW("\0\0\0\0\xfb\x9a\xca\x00"), "the timestamp is not one", 0));
	CHECK(bad(0x2800, VIEW(""), "the test id reaches beyond the packet", 0));
	CHECK(bad(0x2800, VIEW("\4foo"), "the test id reaches beyond the packet", 0));
	CHECK(bad(0x2800, VIEW("\1\0"), "the test id is not valid UTF-8 without NUL", 0));
	CHECK(bad(0x2800, VIEW("\2\xc0\x80"), "the test id is not valid UTF-8 without NUL", 0));
	CHECK(bad(0x2880, VIEW("\1x"), "the number of tags reaches beyond the packet", 2));
	CHECK(bad(0x2880, VIEW("\1x\2\1a"), "the tag reaches beyond the packet", 5));
	CHECK(bad(0x2080, VIEW("\xff\xff\xff\xff\1a"), "the tag reaches beyond the packet", 6));
	CHECK(bad(0x2080, VIEW("\2\1a\1\xff"), "the tag is not valid UTF-8 without NUL", 3));
	CHECK(bad(0x2020, VIEW("\5a/b"), "the MIME type reaches beyond the packet", 0));
	CHECK(bad(0x2020, VIEW("\1\xff"), "the MIME type is not valid UTF-8 without NUL", 0));
	CHECK(bad(0x2040, VIEW("\5a"), "the file name reaches beyond the packet", 0));
	CHECK(bad(0x2040, VIEW("\1\0\0"), "the file name is not valid UTF-8 without NUL", 0));
	CHECK(bad(0x2040, VIEW("\1a"), "the file content reaches beyond the packet", 2));
	CHECK(bad(0x2040, VIEW("\1a\2b"), "the file content reaches beyond the packet", 2));
	CHECK(bad(0x2400, VIEW("\2a"), "the routing code reaches beyond the packet", 0));
	CHECK(bad(0x2400, VIEW("\1\0"), "the routing code is not valid UTF-8 without NUL", 0));
	CHECK(bad(0x2400, VIEW("\1ab"), "the fields end before the packet", 2));
	CHECK(bad(0x2000, VIEW("\0"), "the fields end before the packet", 0));
}

static bool
first_fits(struct subunit2_view packet, bool all_fit)
{
	struct header header;
	const uint8_t *data = (const uint8_t *)packet.data;
	return header_read(data, packet.len, &header, NULL, NULL) == HEADER_WHOLE &&
	       header_fits(&header, data, packet.len, false) == all_fit &&
	       header_fits(&header, data, packet.len, true);
}

static bool
misfits(struct subunit2_view packet)
{
	struct header header;
	const uint8_t *data = (const uint8_t *)packet.data;
	return header_read(data, packet.len, &header, NULL, NULL) == HEADER_WHOLE &&
	       !header_fits(&header, data, packet.len, false) &&
	       !header_fits(&header, data, packet.len, true);
}

/* The first field alone, as the reader asks for it. */
static void
check_first_field(void)
{
	CHECK_NAMED("a good test id before a bad MIME type",
	            first_fits(VIEW("\xb3\x28\x20\x0c\x01x\x08"), false));
	CHECK_NAMED("a good time before a bad test id",
	            first_fits(VIEW("\xb3\x2a\x00\x10\0\0\0\0\0\x08"), false));
	CHECK_NAMED("a good file name before bad content",
	            first_fits(VIEW("\xb3\x20\x40\x0c\x01x\x08"), false));
	CHECK(first_fits(VIEW("\xb3\x20\x80\x0c\x03"), true));
	CHECK(first_fits(VIEW("\xb3\x20\x00\x08"), true));
	CHECK_NAMED("a time of five bytes and no more",
	            first_fits(VIEW("\xb3\x22\x00\x0d\0\0\0\0\0"), true));
	CHECK_NAMED("the last nanosecond of a second",
	            first_fits(VIEW("\xb3\x22\x00\x10\0\0\0\0\xfb\x9a\xc9\xff"), true));
	CHECK(misfits(VIEW("\xb3\x22\x00\x10\0\0\0\0\xfb\x9a\xca\x00")));
	CHECK(misfits(VIEW("\xb3\x22\x00\x0c\0\0\0\0")));
	CHECK(misfits(VIEW("\xb3\x28\x00\x0c\x08")));
	CHECK(misfits(VIEW("\xb3\x20\x80\x0c\x05")));
	CHECK(misfits(VIEW("\xb3\x24\x00\x0c\x04")));
}

int
main(void)
{
	check_vectors();
	check_all_fields();
	check_headers();
	check_cuts_and_flips();
	check_early_misfits();
	check_bad_fields();
	check_first_field();
	return check_done();
}
