/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The event of one call of `subunit2 status`: at most one status, of at most one test, and files.
 * It is written as several packets if the files need them.
 */
#ifndef STATUS_EVENT_H
#define STATUS_EVENT_H

#include "attachment.h"
#include "outputs.h"

enum status_event_time {
	STATUS_EVENT_NOW, /* each packet has the current time */
	STATUS_EVENT_AT,  /* all packets have the given time */
	STATUS_EVENT_TIMELESS,
};

/* Starts as all zeroes, except duration_ns. */
struct status_event {
	char *test_id; /* NULL: none */
	enum subunit2_status status;
	struct subunit2_tagset tags;
	char *route_code; /* NULL: none */
	bool runnable;
	bool stays_open; /* do not send the ends of the files */
	enum status_event_time timing;
	struct subunit2_time time;
	int64_t duration_ns; /* send an inprogress packet, this much earlier, first; -1: do not */
	struct attachment *files;
	size_t count;
};

/* Adds a file, which the caller fills before any other call. */
struct attachment *status_event_add_file(struct status_event *status_event);

/*
 * Writes the event to the outputs. Returns EXIT_STATUS_GOOD, or EXIT_STATUS_IO after a message. If
 * a file cannot be opened, writes nothing. If a file can be read only in part, writes all the rest.
 * If a signal ends a wait, writes no more.
 *
 * A status that is not final goes into the first packet, a final one into the last.
 */
int status_event_write(struct status_event *status_event, const struct output_options *to);

void status_event_clear(struct status_event *status_event);

#endif
