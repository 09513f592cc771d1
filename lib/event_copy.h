/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Copies of events that outlive the callback that received the event. */
#ifndef EVENT_COPY_H
#define EVENT_COPY_H

#include <subunit2/event.h>

struct event_copy {
	struct event_copy *next;     /* for the caller's list */
	size_t size;                 /* in bytes, of the whole allocation */
	struct subunit2_event event; /* its views point into BYTES */
	char bytes[];
};

/*
 * Copy EVENT and put PREFIX, unless it is empty, and a slash before its routing code; the copy has
 * no packet then. Return NULL if memory is short. Release the copy with free.
 */
struct event_copy *event_copy_new(const struct subunit2_event *event, struct subunit2_view prefix);

#endif
