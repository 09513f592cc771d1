/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_clock.h"

#include "clock_offset.h"
#include "forward_sink.h"
#include "message.h"
#include "timestamp.h"

#include <stdlib.h>

struct mux_clock {
	struct forward_sink base;
	const char *name;
	struct subunit2_time opened;
	struct clock_offset offset;
};

static enum subunit2_result
mux_clock_report(struct mux_clock *clock, struct subunit2_time now, struct subunit2_error *error)
{
	char *text = clock_offset_text(&clock->offset, clock->name);
	struct subunit2_event event = clock_offset_event(text, now);
	message("%s", text);
	enum subunit2_result result = subunit2_sink_event(clock->base.next, &event, error);
	free(text);
	return result;
}

static enum subunit2_result
mux_clock_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct mux_clock *clock = (struct mux_clock *)sink;
	struct subunit2_event shifted = *event;
	struct subunit2_time now = timestamp_now();
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (clock_offset_measure(&clock->offset, event, clock->opened, now))
		result = mux_clock_report(clock, now, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (!event->has_timestamp || !clock->offset.offset_ns)
		return subunit2_sink_event(clock->base.next, event, error);
	shifted.timestamp = clock_offset_shift(&clock->offset, event->timestamp);
	shifted.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(clock->base.next, &shifted, error);
}

struct subunit2_sink *
mux_clock_new(const char *name, struct subunit2_sink *next)
{
	struct mux_clock *clock = forward_sink_new(sizeof(*clock), mux_clock_event, next);
	clock->name = name;
	clock->opened = timestamp_now();
	return &clock->base.sink;
}
