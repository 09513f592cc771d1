/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_clock.h"

bool
worker_clock_measure(struct worker_clock *clock, struct subunit2_time there,
                     struct subunit2_time asked, struct subunit2_time here)
{
	if (clock->measured)
		return false;
	int64_t offset_ns = subunit2_time_since(there, here);
	bool near = offset_ns <= WORKER_CLOCK_NEAR_NS &&
	            subunit2_time_since(there, asked) >= -WORKER_CLOCK_NEAR_NS;
	clock->measured = true;
	clock->offset_ns = near ? 0 : offset_ns;
	return !near;
}

struct subunit2_time
worker_clock_shift(const struct worker_clock *clock, struct subunit2_time there)
{
	return clock->offset_ns ? subunit2_time_add(there, -clock->offset_ns) : there;
}
