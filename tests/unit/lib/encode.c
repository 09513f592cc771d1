/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Encoding: check vectors, flags, the limits of the length, each refusal. */
#include <subunit2/packet.h>

#include "check.h"
#include "encode.h"

#include <stdint.h>
#include <stdlib.h>

#define VIEW SUBUNIT2_LITERAL

/* Return whether encode_if_ascii writes PACKET for EVENT, and only with enough room. */
static bool
encodes_ascii(const struct subunit2_event *event, struct subunit2_view packet)
{
	uint8_t buffer[256];
	bool good = packet.len <= sizeof(buffer) &&
	            !encode_if_ascii(event, buffer, packet.len - 1) &&
	            encode_if_ascii(event, buffer, packet.len) == packet.len;
	return good && memcmp(buffer, packet.data, packet.len) == 0;
}

static bool
encodes(const struct subunit2_event *event, struct subunit2_view packet)
{
	char buffer[256];
	size_t len = 0;
	return subunit2_packet_encode(event, buffer, sizeof(buffer), &len, NULL) == SUBUNIT2_E_OK &&
	       subunit2_view_equal((struct subunit2_view){buffer, len}, packet) &&
	       encodes_ascii(event, packet);
}

/* Check the flags in the packet of EVENT, and that decoding returns them. */
static unsigned
flags_of(struct subunit2_event event)
{
	uint8_t buffer[256];
	size_t len = 0;
	struct subunit2_event back;
	if (subunit2_packet_encode(&event, buffer, sizeof(buffer), &len, NULL) != SUBUNIT2_E_OK ||
	    !encodes_ascii(&event, (struct subunit2_view){(char *)buffer, len}) ||
	    subunit2_packet_decode(buffer, len, &back).outcome != SUBUNIT2_PACKET_WHOLE)
		return 0;
	return (unsigned)buffer[1] << 8 | buffer[2];
}

static void
check_vectors(void)
{
	const struct subunit2_event foo = {
		.test_id = VIEW("foo"), .status = SUBUNIT2_STATUS_EXISTS, .runnable = true};
	CHECK(encodes(&foo, VIEW("\xb3\x29\x01\x0c\x03"
	                         "foo\x08\x55\x5f\x1b")));
	const struct subunit2_event bar = {
		.test_id = VIEW("bar"),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.runnable = true,
		.has_timestamp = true,
		.timestamp = {1008161999, 45000},
	};
	CHECK(encodes(&bar, VIEW("\xb3\x2b\x03\x13\x3c\x17\x54\xcf\x80\xaf\xc8\x03"
	                         "bar\x49\x96\x3e\x2d")));
	const struct subunit2_event nothing = {.status = SUBUNIT2_STATUS_NONE};
	CHECK_NAMED("the smallest packet",
	            encodes(&nothing, VIEW("\xb3\x20\x00\x08\x18\x15\xf0\xba")));
}

static void
check_flags(void)
{
	const struct subunit2_event none = {.status = SUBUNIT2_STATUS_NONE};
	struct subunit2_event event = none;
	CHECK(flags_of(none) == 0x2000);
	event = none, event.test_id = VIEW("");
	CHECK_NAMED("an empty test id is one", flags_of(event) == 0x2800);
	event = none, event.route_code = VIEW("0");
	CHECK(flags_of(event) == 0x2400);
	event = none, event.has_timestamp = true;
	CHECK(flags_of(event) == 0x2200);
	event = none, event.runnable = true;
	CHECK(flags_of(event) == 0x2100);
	event = none, event.tags = (struct subunit2_tags){1, VIEW("\1t")};
	CHECK(flags_of(event) == 0x2080);
	event = none, event.file_name = VIEW(""), event.file_bytes = VIEW("");
	CHECK_NAMED("an empty file without a name is one", flags_of(event) == 0x2040);
	event = none, event.mime_type = VIEW("a/b");
	CHECK(flags_of(event) == 0x2020);
	event = none, event.eof = true;
	CHECK(flags_of(event) == 0x2010);
	bool all = true;
	for (unsigned status = SUBUNIT2_STATUS_NONE; status <= SUBUNIT2_STATUS_XFAIL; status++) {
		event = none, event.status = (enum subunit2_status)status;
		all = all && flags_of(event) == (0x2000 | status);
	}
	CHECK_NAMED("every status", all);
}

/* Encode a file of SIZE bytes and return the length of the packet, or 0 if it is refused. The
 * packet must hold the event, with lengths in the shortest form. */
static size_t
len_with_file(char *buffer, const char *content, size_t size)
{
	const struct subunit2_event event = {.file_name = VIEW("f"), .file_bytes = {content, size}};
	struct subunit2_event back;
	size_t len = 0;
	if (subunit2_packet_encode(&event, buffer, SUBUNIT2_PACKET_MAX, &len, NULL) !=
	    SUBUNIT2_E_OK)
		return 0;
	struct subunit2_decoded decoded = subunit2_packet_decode(buffer, len, &back);
	unsigned form = (unsigned char)buffer[3] >> 6;
	bool good = decoded.outcome == SUBUNIT2_PACKET_WHOLE && decoded.len == len &&
	            form == (len < 64      ? 0
	                     : len < 16384 ? 1
	                                   : 2) &&
	            subunit2_view_equal(back.file_bytes, event.file_bytes);
	return good ? len : 0;
}

static void
check_lengths(void)
{
	char *buffer = malloc(SUBUNIT2_PACKET_MAX), *content = calloc(1, SUBUNIT2_PACKET_MAX);
	if (!buffer || !content) {
		CHECK_NAMED("memory for the test", false);
		return;
	}
	/* 3 header, 2 name, 4 CRC; the packet's length and the file's take 1 to 3 each. */
	CHECK(len_with_file(buffer, content, 52) == 63);
	CHECK_NAMED("64 does not occur", len_with_file(buffer, content, 53) == 65);
	CHECK(len_with_file(buffer, content, 16370) == 16383);
	CHECK_NAMED("16384 does not occur", len_with_file(buffer, content, 16371) == 16385);
	CHECK(len_with_file(buffer, content, 4194303 - 15) == SUBUNIT2_PACKET_MAX);
	CHECK_NAMED("a byte more is too much", len_with_file(buffer, content, 4194303 - 14) == 0);
	free(buffer);
	free(content);
}

static void
check_small_buffer(void)
{
	const struct subunit2_event event = {.test_id = VIEW("foo")};
	char buffer[12] = "untouched";
	size_t len = 0;
	CHECK(subunit2_packet_encode(&event, NULL, 0, &len, NULL) == SUBUNIT2_E_OK && len == 12);
	CHECK(subunit2_packet_encode(&event, buffer, 11, &len, NULL) == SUBUNIT2_E_OK && len == 12);
	CHECK(strcmp(buffer, "untouched") == 0);
	CHECK(subunit2_packet_encode(&event, buffer, 12, &len, NULL) == SUBUNIT2_E_OK && len == 12);
	CHECK((uint8_t)buffer[0] == SUBUNIT2_SIGNATURE);
}

/* Return whether EVENT is refused because of SUBJECT and nothing is written. */
static bool
refused(struct subunit2_event event, const char *subject, const char *message)
{
	struct subunit2_error error = {.errnum = 0};
	char buffer[64] = "untouched";
	uint8_t packet[64];
	size_t len;
	enum subunit2_result result =
		subunit2_packet_encode(&event, buffer, sizeof(buffer), &len, &error);
	bool good = !encode_if_ascii(&event, packet, sizeof(packet)) &&
	            result == SUBUNIT2_E_INVALID && error.code == SUBUNIT2_E_INVALID &&
	            strcmp(error.subject, subject) == 0 && strcmp(error.message, message) == 0 &&
	            strcmp(buffer, "untouched") == 0;
	if (!good)
		printf("# %d: %s %s\n", result, error.subject, error.message);
	return good;
}

#define EVENT(...) ((struct subunit2_event){__VA_ARGS__})

static void
check_refusals(void)
{
	const char *const nul = "holds a NUL byte", *const bad = "is not valid UTF-8";
	const struct subunit2_view with_nul = VIEW("a\0b"), not_utf8 = VIEW("a\xff");
	CHECK(refused(EVENT(.test_id = with_nul), "test id", nul));
	CHECK(refused(EVENT(.test_id = not_utf8), "test id", bad));
	CHECK(refused(EVENT(.mime_type = with_nul), "MIME type", nul));
	CHECK(refused(EVENT(.mime_type = not_utf8), "MIME type", bad));
	CHECK(refused(EVENT(.file_name = with_nul), "file name", nul));
	CHECK(refused(EVENT(.file_name = not_utf8), "file name", bad));
	CHECK(refused(EVENT(.route_code = with_nul), "routing code", nul));
	CHECK(refused(EVENT(.route_code = not_utf8), "routing code", bad));
	CHECK(refused(EVENT(.tags = {2, VIEW("\1a\1\0")}), "tag", nul));
	CHECK(refused(EVENT(.tags = {2, VIEW("\1a\1\xff")}), "tag", bad));
	CHECK(refused(EVENT(.tags = {2, VIEW("\1a\2b")}), "tags", "are not a packed list"));
	CHECK(refused(EVENT(.tags = {1, VIEW("\1a\1b")}), "tags", "are not a packed list"));
	CHECK(refused(EVENT(.file_bytes = VIEW("x")), "file content", "has no name"));
	CHECK(refused(EVENT(.status = (enum subunit2_status)8), "status",
	              "is not one of the eight"));
	CHECK(refused(EVENT(.has_timestamp = true, .timestamp = {-1, 0}), "timestamp",
	              "is outside 1970 to 2106"));
	CHECK(refused(EVENT(.has_timestamp = true, .timestamp = {0x100000000, 0}), "timestamp",
	              "is outside 1970 to 2106"));
	CHECK(refused(EVENT(.has_timestamp = true, .timestamp = {0, 1000000000}), "timestamp",
	              "has a second or more of nanoseconds"));
	CHECK_NAMED("a time that is not there is not looked at",
	            flags_of(EVENT(.timestamp = {-1, 1000000000})) == 0x2000);
}

/* Strings that are valid but not ASCII are left to subunit2_packet_encode, except for tags. */
static void
check_ascii(void)
{
	const struct subunit2_view word = VIEW("caf\xc3\xa9"),
				   long_word = VIEW("a long, long caf\xc3\xa9");
	const struct subunit2_event others[] = {
		EVENT(.test_id = word),   EVENT(.test_id = long_word), EVENT(.mime_type = word),
		EVENT(.file_name = word), EVENT(.route_code = word),
	};
	uint8_t buffer[64];
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK(!encode_if_ascii(&others[i], buffer, sizeof(buffer)));
	struct subunit2_event event = EVENT(.tags = {1, VIEW("\5caf\xc3\xa9")},
	                                    .file_name = VIEW("f"), .file_bytes = VIEW("\xff\0"));
	CHECK(flags_of(event) == 0x20c0);
}

static void
check_too_long(void)
{
	const char *const message = "is too long for a packet";
	struct subunit2_view large = {malloc(SUBUNIT2_PACKET_MAX), SUBUNIT2_PACKET_MAX};
	if (!large.data) {
		CHECK_NAMED("memory for the test", false);
		return;
	}
	memset((char *)large.data, 'x', large.len);
	CHECK(refused(EVENT(.test_id = large), "test id", message));
	CHECK(refused(EVENT(.route_code = large), "routing code", message));
	CHECK(refused(EVENT(.mime_type = large), "MIME type", message));
	CHECK(refused(EVENT(.file_name = large), "file name", message));
	CHECK(refused(EVENT(.file_name = VIEW("f"), .file_bytes = large), "file content", message));

	struct subunit2_tagset set = {0};
	CHECK(subunit2_tagset_add(&set, large, NULL) == SUBUNIT2_E_OK);
	CHECK(refused(EVENT(.tags = subunit2_tagset_view(&set)), "tags", message));
	subunit2_tagset_clear(&set);
	free((char *)large.data);
}

int
main(void)
{
	check_vectors();
	check_flags();
	check_lengths();
	check_small_buffer();
	check_refusals();
	check_ascii();
	check_too_long();
	return check_done();
}
