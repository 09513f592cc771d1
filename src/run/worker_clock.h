/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The clock of a worker: how far it is ahead of this program's, measured once, on the first
 * event that the worker sends as it happens. That event lies between the first request and the
 * moment when it is read; up to WORKER_CLOCK_NEAR_NS outside of that, times are left as they are.
 */
#ifndef WORKER_CLOCK_H
#define WORKER_CLOCK_H

#include <subunit2/event.h>

#define WORKER_CLOCK_NEAR_NS 2000000000LL

/* All zeroes to begin with. */
struct worker_clock {
	bool measured;
	int64_t offset_ns; /* positive: the worker is ahead; 0: its times are left as they are */
};

/* Measures, once, from an event that happened at THERE by the worker's clock, after ASKED, and was
 * read at HERE. Returns true if times will be shifted from now on. */
bool worker_clock_measure(struct worker_clock *clock, struct subunit2_time there,
                          struct subunit2_time asked, struct subunit2_time here);

/* Returns THERE by this program's clock. */
struct subunit2_time worker_clock_shift(const struct worker_clock *clock,
                                        struct subunit2_time there);

#endif
