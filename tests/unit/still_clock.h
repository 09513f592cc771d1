/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A clock that stands still, in place of libc's: a test sets it forward.
 */
#ifndef STILL_CLOCK_H
#define STILL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define STILL_CLOCK_S 1000000000LL

/* The time of each clock, after the beginning of any process. */
static int64_t now_ns = 1000000 * STILL_CLOCK_S;

int
clock_gettime(clockid_t id, struct timespec *at)
{
	(void)id;
	*at = (struct timespec){now_ns / STILL_CLOCK_S, now_ns % STILL_CLOCK_S};
	return 0;
}

#endif
