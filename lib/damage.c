/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/damage.h>

#include <subunit2/utf8.h>

#define PIECE_MAX 65536 /* bytes in one event */

/* Send at least one event, which carries eof; its piece may be empty. */
static enum subunit2_result
damage_emit_bytes(struct subunit2_sink *sink, struct subunit2_event event,
                  struct subunit2_view bytes, bool first, bool last, struct subunit2_error *error)
{
	enum subunit2_result result;
	event.file_name = SUBUNIT2_LITERAL("Packet data");
	if (first)
		event.mime_type = SUBUNIT2_BYTES_TYPE;
	if (!bytes.data)
		bytes.data = "";
	do {
		size_t len = bytes.len < PIECE_MAX ? bytes.len : PIECE_MAX;
		event.file_bytes = (struct subunit2_view){bytes.data, len};
		bytes.data += len;
		bytes.len -= len;
		event.eof = last && !bytes.len;
		result = subunit2_sink_event(sink, &event, error);
		event.mime_type = SUBUNIT2_ABSENT;
	} while (bytes.len && !result);
	return result;
}

static enum subunit2_result
damage_emit_reason(struct subunit2_sink *sink, struct subunit2_event event, const char *reason,
                   struct subunit2_error *error)
{
	char text[SUBUNIT2_DAMAGE_REASON_MAX];
	event.file_name = SUBUNIT2_LITERAL("Parser Error");
	event.file_bytes.data = text;
	event.file_bytes.len = subunit2_utf8_escape(subunit2_view_of(reason), text, sizeof(text));
	event.mime_type = SUBUNIT2_TEXT_TYPE;
	event.eof = true;
	event.status = SUBUNIT2_STATUS_FAIL;
	return subunit2_sink_event(sink, &event, error);
}

enum subunit2_result
subunit2_damage_emit(struct subunit2_sink *sink, struct subunit2_view bytes, unsigned flags,
                     const char *reason, const struct subunit2_time *time,
                     struct subunit2_error *error)
{
	bool first = flags & SUBUNIT2_DAMAGE_FIRST;
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("subunit.parser")};
	if (time) {
		event.has_timestamp = true;
		event.timestamp = *time;
	}
	enum subunit2_result result =
		damage_emit_bytes(sink, event, bytes, first, reason != NULL, error);
	return result || !reason ? result : damage_emit_reason(sink, event, reason, error);
}
