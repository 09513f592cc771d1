/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The time for which writing keeps this program waiting, as the reader of a stream is slow. A clock
 * without that time, and without the time for which this program was stopped, passes only while
 * this program can read what others send.
 */
#ifndef WRITE_WAIT_H
#define WRITE_WAIT_H

#include "supervisor.h"

#include <subunit2.h>

struct write_wait {
	struct subunit2_sink sink; /* passes events on, and counts the time of writing them */
	struct subunit2_sink *to;
	const struct supervisor *supervisor;
	int64_t waited_ns;
};

/* TO and SUPERVISOR outlive WAIT. */
void write_wait_begin(struct write_wait *wait, struct subunit2_sink *to,
                      const struct supervisor *supervisor);

/* Returns the time in nanoseconds, by the clock above. */
int64_t write_wait_clock_ns(const struct write_wait *wait);

/* Returns the nanoseconds that CLOCK_MONOTONIC is ahead of that clock. */
int64_t write_wait_lag_ns(const struct write_wait *wait);

/* Counts a write that began at SINCE_NS, by the clock above, and has ended, if it waited. */
void write_wait_count(struct write_wait *wait, int64_t since_ns);

#endif
