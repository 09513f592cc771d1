/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "clock_offset.h"

#include "memory.h"

#define NS_PER_MS 1000000

bool
clock_offset_measure(struct clock_offset *clock, const struct subunit2_event *event,
                     struct subunit2_time asked, struct subunit2_time here)
{
	if (clock->measured || event->status != SUBUNIT2_STATUS_INPROGRESS || !event->runnable ||
	    !event->has_timestamp)
		return false;
	int64_t offset_ns = subunit2_time_since(event->timestamp, here);
	bool near = offset_ns <= CLOCK_OFFSET_NEAR_NS &&
	            subunit2_time_since(event->timestamp, asked) >= -CLOCK_OFFSET_NEAR_NS;
	clock->measured = true;
	clock->offset_ns = near ? 0 : offset_ns;
	return !near;
}

struct subunit2_time
clock_offset_shift(const struct clock_offset *clock, struct subunit2_time there)
{
	return clock->offset_ns ? subunit2_time_add(there, -clock->offset_ns) : there;
}

char *
clock_offset_text(const struct clock_offset *clock, const char *name)
{
	int64_t offset_ns = clock->offset_ns;
	int64_t ms = (offset_ns < 0 ? -offset_ns : offset_ns) / NS_PER_MS;
	return memory_format("the clock of %s is %lld.%03lld s %s; its times are shifted", name,
	                     (long long)(ms / 1000), (long long)(ms % 1000),
	                     offset_ns < 0 ? "slow" : "ahead");
}

struct subunit2_event
clock_offset_event(const char *text, struct subunit2_time here)
{
	return (struct subunit2_event){
		.file_name = SUBUNIT2_LITERAL("clock"),
		.file_bytes = subunit2_view_of(text),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = here,
	};
}
