/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How far the clock of a live stream is off, and the times that follow from it. */
#include "clock_offset.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static const struct subunit2_time here = {1700000000, 500};

/* The start of a test at THERE. */
static struct subunit2_event
start_at(struct subunit2_time there)
{
	return (struct subunit2_event){
		.test_id = SUBUNIT2_LITERAL("a"),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
		.has_timestamp = true,
		.timestamp = there,
	};
}

/* A writer whose clock is NS ahead. */
static struct clock_offset
ahead(int64_t ns)
{
	struct clock_offset clock = {0};
	struct subunit2_event event = start_at(subunit2_time_add(here, ns));
	clock_offset_measure(&clock, &event, here, here);
	return clock;
}

/* An event that a writer with CLOCK, which is NS ahead, sends now has this program's time. */
static bool
is_shifted(struct clock_offset clock, int64_t ns)
{
	struct subunit2_time there = subunit2_time_add(here, ns);
	return subunit2_time_compare(clock_offset_shift(&clock, there), here) == 0;
}

int
main(void)
{
	static const int64_t hour_ns = 3600000000000LL;
	struct clock_offset clock = ahead(CLOCK_OFFSET_NEAR_NS);
	CHECK_NAMED("two seconds are left alone", clock.measured && clock.offset_ns == 0);
	CHECK(ahead(-CLOCK_OFFSET_NEAR_NS).offset_ns == 0);
	CHECK(ahead(CLOCK_OFFSET_NEAR_NS + 1).offset_ns == CLOCK_OFFSET_NEAR_NS + 1);
	CHECK_NAMED("an hour ahead", is_shifted(ahead(hour_ns), hour_ns));
	CHECK_NAMED("an hour late", is_shifted(ahead(-hour_ns), -hour_ns));
	clock = (struct clock_offset){0};
	struct subunit2_event event = start_at(here);
	clock_offset_measure(&clock, &event, here, subunit2_time_add(here, hour_ns));
	CHECK_NAMED("an event that is read late is no sign of a slow clock",
	            clock.measured && clock.offset_ns == 0);
	clock = ahead(hour_ns);
	CHECK_NAMED("it is measured once", !clock_offset_measure(&clock, &event, here, here) &&
	                                           clock.offset_ns == hour_ns);
	clock = (struct clock_offset){0};
	event = start_at(subunit2_time_add(here, hour_ns));
	event.status = SUBUNIT2_STATUS_SUCCESS;
	CHECK_NAMED("only a start measures it",
	            !clock_offset_measure(&clock, &event, here, here) && !clock.measured);
	char *text = clock_offset_text(&(struct clock_offset){true, -2500000000LL}, "box");
	CHECK(strcmp(text, "the clock of box is 2.500 s slow; its times are shifted") == 0);
	free(text);
	return check_done();
}
