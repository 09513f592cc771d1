/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Drops the events that the rules exclude, and forwards the others unchanged.
 *
 * Rules about an event (its id, route, time) are applied at once. If there is a rule about a whole
 * test (its status, its tags, the content of its files), the events of a test are held until its
 * final status, and all of them pass or none.
 */
#ifndef EVENT_FILTER_H
#define EVENT_FILTER_H

#include "regex.h"
#include "string_list.h"

#include <subunit2.h>

/* All zeroes: every event passes. */
struct event_filter_rules {
	/* About an event. */
	struct regex_filter ids;
	struct string_list routes;   /* one of these is the code or its first segments */
	struct string_list files;    /* names; other files are removed from their events */
	bool runnable, not_runnable; /* only such tests */
	bool has_since, has_until;   /* events without a time pass */
	struct subunit2_time since, until;
	bool no_text;      /* drop files without a test */
	bool keeps_faults; /* the tests of lost_input_or_damage pass all rules but FILES */

	/* About a test. */
	unsigned statuses; /* 1 << status of each that passes; 0: all. A test that never ended
	                      has the last status it was given */
	unsigned always;   /* the statuses that pass all rules below */
	struct regex_list with, without; /* in the id, or in a line of a file */
	struct subunit2_tagset tags, no_tags;
};

/* Returns true if every event passes: then no filter is needed. */
bool event_filter_rules_pass_all(const struct event_filter_rules *rules);

void event_filter_rules_clear(struct event_filter_rules *rules);

/* RULES and NEXT must outlive the sink. */
struct subunit2_sink *event_filter_new(const struct event_filter_rules *rules,
                                       struct subunit2_sink *next);

#endif
