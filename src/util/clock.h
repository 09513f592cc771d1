/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The monotonic clock, which measures durations. For dates and times, see timestamp.h.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#define CLOCK_MS 1000000LL /* in nanoseconds */

/* Returns the time of CLOCK_MONOTONIC in nanoseconds. */
int64_t clock_ns(void);

#endif
