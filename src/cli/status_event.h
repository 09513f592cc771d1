/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A statement: what one call of `subunit2 status` says. At most one status of at
 * most one test, and files; as many packets as these need.
 */
#ifndef STATUS_EVENT_H
#define STATUS_EVENT_H

#include "attachment.h"
#include "outputs.h"

enum status_event_time {
	STATUS_EVENT_NOW, /* each packet has the time at which it is made */
	STATUS_EVENT_AT,  /* all of them have the time that is given */
	STATUS_EVENT_TIMELESS,
};

/* All zeroes to begin with, but for duration_ns. */
struct status_event {
	char *test_id; /* NULL: none */
	enum subunit2_status status;
	struct subunit2_tagset tags;
	char *route_code; /* NULL: none */
	bool runnable;
	bool stays_open; /* the files' ends are not told */
	enum status_event_time timing;
	struct subunit2_time time;
	int64_t duration_ns; /* an inprogress packet goes ahead by so much; -1: none does */
	struct attachment *files;
	size_t count;
};

/* Room for one more file, the last; fill it before anything else is done. */
struct attachment *status_event_add_file(struct status_event *status_event);

/*
 * Says it, to the outputs that are asked for: EXIT_STATUS_GOOD, or EXIT_STATUS_IO after a
 * message. When a file cannot be opened nothing is said. When it can be read in
 * part only, the rest is said all the same. Once an interruption ended a wait no
 * more is.
 *
 * A first status goes with the first packet, a final one with the last.
 */
int status_event_write(struct status_event *status_event, const struct output_options *to);

void status_event_clear(struct status_event *status_event);

#endif
