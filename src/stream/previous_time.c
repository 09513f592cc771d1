/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "previous_time.h"

#include "forward_sink.h"

struct previous_time {
	struct forward_sink base;
	bool has_time;
	struct subunit2_time time; /* of the last event that had one */
};

static enum subunit2_result
previous_time_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                    struct subunit2_error *error)
{
	struct previous_time *self = (struct previous_time *)sink;
	struct subunit2_event timed = *event;
	if (event->has_timestamp) {
		self->has_time = true;
		self->time = event->timestamp;
	} else if (self->has_time) {
		timed.has_timestamp = true;
		timed.timestamp = self->time;
		timed.packet = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(self->base.next, &timed, error);
}

struct subunit2_sink *
previous_time_new(struct subunit2_sink *next)
{
	struct previous_time *self = forward_sink_new(sizeof(*self), previous_time_event, next);
	return &self->base.sink;
}
