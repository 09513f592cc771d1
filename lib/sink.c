/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include "encode.h"

enum subunit2_result
subunit2_sink_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                    struct subunit2_error *error)
{
	return sink->event(sink, event, error);
}

enum subunit2_result
subunit2_sink_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return sink->finish(sink, error);
}

void
subunit2_sink_free(struct subunit2_sink *sink)
{
	if (sink)
		sink->free(sink);
}

enum subunit2_result
subunit2_status_emit(struct subunit2_sink *sink, struct subunit2_view test_id,
                     enum subunit2_status status, unsigned flags, struct subunit2_error *error)
{
	struct subunit2_event event = {
		.test_id = test_id,
		.status = status,
		.runnable = flags & SUBUNIT2_EMIT_RUNNABLE,
	};
	enum subunit2_result result = fields_check(&event, error);

	if (result != SUBUNIT2_E_OK)
		return result;
	if (!subunit2_view_present(test_id))
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "test id", "is absent");
	if (!(flags & SUBUNIT2_EMIT_NO_TIME)) {
		event.has_timestamp = true;
		event.timestamp = subunit2_time_now(NULL);
	}
	return subunit2_sink_event(sink, &event, error);
}
