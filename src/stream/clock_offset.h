/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The clock offset of a live stream: how far the clock of its writer is ahead of this program's. It
 * is measured once, on the first event that is sent as it happens: the start of a test that can be
 * run by its id. That event lies between the moment when the stream was requested and the moment
 * when it is read; if it is at most CLOCK_OFFSET_NEAR_NS outside of that, times stay as they are.
 */
#ifndef CLOCK_OFFSET_H
#define CLOCK_OFFSET_H

#include <subunit2/event.h>

#define CLOCK_OFFSET_NEAR_NS 2000000000LL

/* All zeroes to begin with. */
struct clock_offset {
	bool measured;
	int64_t offset_ns; /* positive: the writer is ahead; 0: its times are left as they are */
};

/* Measures, once, from EVENT, which was requested after ASKED and read at HERE. Returns true if
 * times are shifted from now on. Ignores an event that is no start of a test, or has no time. */
bool clock_offset_measure(struct clock_offset *clock, const struct subunit2_event *event,
                          struct subunit2_time asked, struct subunit2_time here);

/* Returns THERE by this program's clock. */
struct subunit2_time clock_offset_shift(const struct clock_offset *clock,
                                        struct subunit2_time there);

/* Returns a sentence about the offset, to be freed. NAME is the writer's. */
char *clock_offset_text(const struct clock_offset *clock, const char *name);

/* Returns an event with TEXT as the file "clock", at the time HERE. */
struct subunit2_event clock_offset_event(const char *text, struct subunit2_time here);

#endif
