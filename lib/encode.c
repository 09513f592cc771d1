/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "encode.h"

#include "crc.h"
#include "header.h"
#include "number.h"
#include "private/byte_block.h"

#include <subunit2/utf8.h>

/* For functions within encode_if_ascii, where an absent field then takes two instructions. */
#define ENCODE_INLINE static inline __attribute__((always_inline))

static size_t
encode_string_len(struct subunit2_view string)
{
	return subunit2_view_present(string) ? number_len(string.len) + string.len : 0;
}

ENCODE_INLINE size_t
encode_len(const struct subunit2_event *event)
{
	size_t len = 3 + CRC_LEN;
	if (event->has_timestamp)
		len += TIMESTAMP_SECONDS_LEN + number_len(event->timestamp.nsec);
	len += encode_string_len(event->test_id);
	if (event->tags.count)
		len += number_len(event->tags.count) + event->tags.packed.len;
	len += encode_string_len(event->mime_type);
	if (subunit2_view_present(event->file_name))
		len += encode_string_len(event->file_name) + number_len(event->file_bytes.len) +
		       event->file_bytes.len;
	len += encode_string_len(event->route_code);
	/* The length counts itself: a packet cannot have 64 or 16384 bytes. */
	len += number_len(len + number_len(len + 1));
	return len <= SUBUNIT2_PACKET_MAX ? len : 0;
}

size_t
encoded_len(const struct subunit2_event *event)
{
	return encode_len(event);
}

enum subunit2_result
refuse_len(const struct subunit2_event *event, const char *message, struct subunit2_error *error)
{
	const struct {
		const char *name;
		size_t len;
	} fields[] = {
		{"test id", event->test_id.len},
		{"tags", event->tags.count ? event->tags.packed.len : 0},
		{"MIME type", event->mime_type.len},
		{"file name", event->file_name.len},
		{"file content", event->file_bytes.len},
		{"routing code", event->route_code.len},
	};
	size_t largest = 0;
	for (size_t i = 1; i < sizeof(fields) / sizeof(*fields); i++)
		if (fields[i].len > fields[largest].len)
			largest = i;
	return subunit2_error_set(error, SUBUNIT2_E_INVALID, fields[largest].name, message);
}

/* Check STRING, which is not ASCII or holds a NUL byte. */
static enum subunit2_result
encode_check_unusual_string(struct subunit2_view string, const char *name,
                            struct subunit2_error *error)
{
	if (subunit2_utf8_is_string(string))
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, SUBUNIT2_E_INVALID, name,
	                          memchr(string.data, '\0', string.len) ? "holds a NUL byte"
	                                                                : "is not valid UTF-8");
}

ENCODE_INLINE enum subunit2_result
encode_check_string(struct subunit2_view string, const char *name, struct subunit2_error *error)
{
	if (!subunit2_view_present(string) ||
	    !byte_block_has(string.data, string.len, byte_block_mark_other_than_string))
		return SUBUNIT2_E_OK;
	return encode_check_unusual_string(string, name, error);
}

static enum subunit2_result
encode_check_tags(struct subunit2_tags tags, struct subunit2_error *error)
{
	struct subunit2_view tag;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!tags.count)
		return SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && subunit2_tags_next(&tags, &tag))
		result = encode_check_string(tag, "tag", error);
	if (result == SUBUNIT2_E_OK && (tags.count || tags.packed.len))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "tags",
		                          "are not a packed list");
	return result;
}

/* Check the fields of EVENT that are not strings. */
ENCODE_INLINE enum subunit2_result
encode_check_values(const struct subunit2_event *event, struct subunit2_error *error)
{
	if (event->status > SUBUNIT2_STATUS_XFAIL)
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "status",
		                          "is not one of the eight");
	if (event->has_timestamp && (event->timestamp.sec < 0 || event->timestamp.sec > UINT32_MAX))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "timestamp",
		                          "is outside 1970 to 2106");
	if (event->has_timestamp && event->timestamp.nsec >= NSEC_PER_SEC)
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "timestamp",
		                          "has a second or more of nanoseconds");
	if (subunit2_view_present(event->file_bytes) && !subunit2_view_present(event->file_name))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "file content", "has no name");
	return SUBUNIT2_E_OK;
}

enum subunit2_result
fields_check(const struct subunit2_event *event, struct subunit2_error *error)
{
	enum subunit2_result result = encode_check_values(event, error);
	if (result == SUBUNIT2_E_OK)
		result = encode_check_string(event->test_id, "test id", error);
	if (result == SUBUNIT2_E_OK)
		result = encode_check_tags(event->tags, error);
	if (result == SUBUNIT2_E_OK)
		result = encode_check_string(event->mime_type, "MIME type", error);
	if (result == SUBUNIT2_E_OK)
		result = encode_check_string(event->file_name, "file name", error);
	if (result == SUBUNIT2_E_OK)
		result = encode_check_string(event->route_code, "routing code", error);
	return result;
}

static uint8_t *
encode_put_u32(uint8_t *out, uint32_t value)
{
	*out++ = (uint8_t)(value >> 24);
	*out++ = (uint8_t)(value >> 16);
	*out++ = (uint8_t)(value >> 8);
	*out++ = (uint8_t)value;
	return out;
}

/* Put VALUE in its shortest form, as number_write does. Four bytes are stored, of which the next
 * field, at the latest the CRC, overwrites the last ones: one store instead of a loop. */
static inline uint8_t *
encode_put_number(uint8_t *out, size_t value)
{
	size_t len = number_len(value);
	uint32_t more = (uint32_t)(len - 1);

	encode_put_u32(out, (uint32_t)value << (24 - 8 * more) | more << 30);
	return out + len;
}

static uint8_t *
encode_put_bytes(uint8_t *out, struct subunit2_view bytes)
{
	if (bytes.len)
		memcpy(out, bytes.data, bytes.len);
	return out + bytes.len;
}

/* Put STRING. If one of its bytes is NUL or is not ASCII, set *IS_ASCII to false. */
ENCODE_INLINE uint8_t *
encode_put_string(uint8_t *out, struct subunit2_view string, bool *is_ascii)
{
	out = encode_put_number(out, string.len);
	if (byte_block_copy_has((char *)out, string.data, string.len,
	                        byte_block_mark_other_than_string))
		*is_ascii = false;
	return out + string.len;
}

ENCODE_INLINE bool
encode_packet(const struct subunit2_event *event, uint8_t *packet, size_t len)
{
	uint32_t flags = FLAG_VERSION | (uint32_t)event->status |
	                 (event->runnable ? FLAG_RUNNABLE : 0) | (event->eof ? FLAG_EOF : 0);
	uint8_t *out = encode_put_number(packet + 3, len);
	bool is_ascii = true;
	if (event->has_timestamp) {
		flags |= FLAG_TIMESTAMP;
		out = encode_put_u32(out, (uint32_t)event->timestamp.sec);
		out = encode_put_number(out, event->timestamp.nsec);
	}
	if (subunit2_view_present(event->test_id)) {
		flags |= FLAG_TEST_ID;
		out = encode_put_string(out, event->test_id, &is_ascii);
	}
	if (event->tags.count) {
		flags |= FLAG_TAGS;
		out = encode_put_number(out, event->tags.count);
		out = encode_put_bytes(out, event->tags.packed);
	}
	if (subunit2_view_present(event->mime_type)) {
		flags |= FLAG_MIME_TYPE;
		out = encode_put_string(out, event->mime_type, &is_ascii);
	}
	if (subunit2_view_present(event->file_name)) {
		flags |= FLAG_FILE_CONTENT;
		out = encode_put_string(out, event->file_name, &is_ascii);
		out = encode_put_number(out, event->file_bytes.len);
		out = encode_put_bytes(out, event->file_bytes);
	}
	if (subunit2_view_present(event->route_code)) {
		flags |= FLAG_ROUTE_CODE;
		out = encode_put_string(out, event->route_code, &is_ascii);
	}
	packet[0] = SUBUNIT2_SIGNATURE;
	packet[1] = (uint8_t)(flags >> 8);
	packet[2] = (uint8_t)flags;
	encode_put_u32(out, crc_add(0, packet, (size_t)(out - packet)));
	return is_ascii;
}

bool
encode(const struct subunit2_event *event, uint8_t *packet, size_t len)
{
	return encode_packet(event, packet, len);
}

size_t
encode_if_ascii(const struct subunit2_event *event, uint8_t *packet, size_t size)
{
	size_t len = encode_len(event);
	bool good = len <= size && encode_check_values(event, NULL) == SUBUNIT2_E_OK &&
	            (!event->tags.count || encode_check_tags(event->tags, NULL) == SUBUNIT2_E_OK);
	return len && good && encode_packet(event, packet, len) ? len : 0;
}

enum subunit2_result
subunit2_packet_encode(const struct subunit2_event *event, void *buffer, size_t size, size_t *len,
                       struct subunit2_error *error)
{
	enum subunit2_result result = fields_check(event, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	*len = encoded_len(event);
	if (!*len)
		return refuse_len(event, "is too long for a packet", error);
	if (*len <= size)
		encode(event, buffer, *len);
	return SUBUNIT2_E_OK;
}
