/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#ifndef EVENT_CLEAR_H
#define EVENT_CLEAR_H

#include <subunit2/event.h>

/* Make EVENT all zeroes. Compilers turn an assignment of {0} into a loop that takes twice as many
 * instructions as these assignments, 23. */
static inline __attribute__((always_inline)) void
event_clear(struct subunit2_event *event)
{
	event->test_id = SUBUNIT2_ABSENT;
	event->status = SUBUNIT2_STATUS_NONE;
	event->tags = SUBUNIT2_NO_TAGS;
	event->runnable = false;
	event->file_name = SUBUNIT2_ABSENT;
	event->file_bytes = SUBUNIT2_ABSENT;
	event->eof = false;
	event->mime_type = SUBUNIT2_ABSENT;
	event->route_code = SUBUNIT2_ABSENT;
	event->has_timestamp = false;
	event->timestamp = (struct subunit2_time){0};
	event->stream = 0;
	event->packet = SUBUNIT2_ABSENT;
	event->reserved = NULL;
}

#endif
