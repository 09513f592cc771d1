/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "max_time.h"

#include "duration.h"
#include "message.h"

void
max_time_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t limit_ns,
               void (*fire)(void *context), void *context)
{
	if (limit_ns)
		event_loop_timer_start(loop, timer, event_loop_now_ns(loop) + limit_ns, fire,
		                       context);
}

void
max_time_report(int64_t limit_ns)
{
	char text[DURATION_SIZE];
	message("the run is ended after %s", duration_text(limit_ns, text));
}
