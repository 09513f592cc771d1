#include "damage.h"

#include <subunit2/utf8.h>

#define PIECE 65536
#define REASON_MAX 1024

static int
tell_bytes(struct subunit2_sink *sink, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("subunit.parser"),
		.file_name = SUBUNIT2_LITERAL("Packet data"),
		.mime_type = SUBUNIT2_LITERAL("application/octet-stream"),
	};
	do {
		size_t len = bytes.len < PIECE ? bytes.len : PIECE;
		event.file_bytes = (struct subunit2_view){bytes.data, len};
		bytes.data += len;
		bytes.len -= len;
		event.eof = bytes.len == 0;
		int result = subunit2_sink_event(sink, &event, error);
		if (result != SUBUNIT2_OK)
			return result;
		event.mime_type = SUBUNIT2_ABSENT;
	} while (bytes.len > 0);
	return SUBUNIT2_OK;
}

int
damage_tell(struct subunit2_sink *sink, struct subunit2_view bytes, const char *reason,
            struct subunit2_error *error)
{
	if (!bytes.data)
		bytes.data = "";
	int result = tell_bytes(sink, bytes, error);
	if (result != SUBUNIT2_OK)
		return result;
	char text[REASON_MAX];
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("subunit.parser"),
		.status = SUBUNIT2_FAIL,
		.file_name = SUBUNIT2_LITERAL("Parser Error"),
		.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8"),
		.eof = true,
	};
	event.file_bytes.data = text;
	event.file_bytes.len = subunit2_utf8_escape(subunit2_view_of(reason), text, sizeof(text));
	return subunit2_sink_event(sink, &event, error);
}
