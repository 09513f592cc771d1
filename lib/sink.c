/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

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
