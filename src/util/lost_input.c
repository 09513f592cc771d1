/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "lost_input.h"

#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

#define REASON_MAX 4096 /* bytes */

enum subunit2_result
lost_input_emit_reason(struct subunit2_sink *sink, unsigned stream, const char *reason,
                       struct subunit2_error *error)
{
	char text[REASON_MAX];
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL(LOST_INPUT_ID),
		.status = SUBUNIT2_STATUS_FAIL,
		.file_name = SUBUNIT2_LITERAL("reason"),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.stream = stream,
	};
	event.file_bytes.data = text;
	event.file_bytes.len = subunit2_utf8_escape(subunit2_view_of(reason), text, sizeof(text));
	return subunit2_sink_event(sink, &event, error);
}

enum subunit2_result
lost_input_emit(struct subunit2_sink *sink, unsigned stream, const char *name,
                const struct subunit2_error *why, struct subunit2_error *error)
{
	char where[40] = "";
	if (why->offset)
		snprintf(where, sizeof(where), " (at byte %" PRIu64 ")", why->offset);
	char *reason = memory_format("%s: %s%s", name, why->message, where);
	enum subunit2_result result = lost_input_emit_reason(sink, stream, reason, error);
	free(reason);
	return result;
}

bool
lost_input_is(const struct subunit2_event *event)
{
	return !event->runnable &&
	       subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL(LOST_INPUT_ID));
}

bool
lost_input_or_damage(struct subunit2_view id)
{
	return subunit2_view_equal(id, SUBUNIT2_LITERAL(LOST_INPUT_ID)) ||
	       subunit2_view_equal(id, SUBUNIT2_LITERAL("subunit.parser"));
}
