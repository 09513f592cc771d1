/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How far the clock of a worker is off, and the times that follow from it. */
#include "worker_clock.h"
#include "check.h"

static const struct subunit2_time here = {1700000000, 500};

/* A worker whose clock is NS ahead. */
static struct worker_clock
ahead(int64_t ns)
{
	struct worker_clock clock = {0};
	worker_clock_measure(&clock, subunit2_time_add(here, ns), here, here);
	return clock;
}

/* An event that a worker with CLOCK, which is NS ahead, sends now has this program's time. */
static bool
is_shifted(struct worker_clock clock, int64_t ns)
{
	struct subunit2_time there = subunit2_time_add(here, ns);
	return subunit2_time_compare(worker_clock_shift(&clock, there), here) == 0;
}

int
main(void)
{
	static const int64_t hour_ns = 3600000000000LL;
	struct worker_clock clock = ahead(WORKER_CLOCK_NEAR_NS);
	CHECK_NAMED("two seconds are left alone", clock.measured && clock.offset_ns == 0);
	CHECK(ahead(-WORKER_CLOCK_NEAR_NS).offset_ns == 0);
	CHECK(ahead(WORKER_CLOCK_NEAR_NS + 1).offset_ns == WORKER_CLOCK_NEAR_NS + 1);
	CHECK_NAMED("an hour ahead", is_shifted(ahead(hour_ns), hour_ns));
	CHECK_NAMED("an hour late", is_shifted(ahead(-hour_ns), -hour_ns));
	clock = (struct worker_clock){0};
	worker_clock_measure(&clock, here, here, subunit2_time_add(here, hour_ns));
	CHECK_NAMED("an event that is read late is no sign of a slow clock",
	            clock.measured && clock.offset_ns == 0);
	clock = ahead(hour_ns);
	CHECK_NAMED("it is measured once",
	            !worker_clock_measure(&clock, here, here, here) && clock.offset_ns == hour_ns);
	return check_done();
}
