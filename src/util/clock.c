/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "clock.h"

#include <time.h>

int64_t
clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 * CLOCK_MS + now.tv_nsec;
}
