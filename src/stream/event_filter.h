/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The sieve: which events pass. What passes is handed on untouched.
 *
 * Some rules speak of an event (its id, route, time), and are decided at once.
 * Others speak of a whole test (how it ended, its tags, what is in its files):
 * while there is one of these, a test's events are held until its final status,
 * and pass together or not at all.
 */
#ifndef EVENT_FILTER_H
#define EVENT_FILTER_H

#include "regex.h"
#include "string_list.h"

#include <subunit2.h>

/* All zeroes: everything passes. */
struct event_filter_rules {
	/* Of an event. */
	struct regex_filter ids;
	struct string_list routes;   /* one is enough: the code, or its first segments */
	struct string_list files;    /* of these names alone; other files are taken off */
	bool runnable, not_runnable; /* tests that are; tests that are not */
	bool has_since, has_until;   /* events that have a time, at or after; before */
	struct subunit2_time since, until;
	bool no_text;      /* no files of no test */
	bool keeps_faults; /* the tests of lost_input_or_damage pass all rules but FILES */

	/* Of a test. */
	unsigned statuses; /* 1 << status of each that passes; 0: all. A test that never ended
	                      has the last status it was given */
	unsigned always;   /* of these, whatever is asked for below */
	struct regex_list with, without; /* found in its id, or in a line of a file */
	struct subunit2_tagset tags, no_tags;
};

void event_filter_rules_clear(struct event_filter_rules *rules);

/* RULES and NEXT outlive the sieve. */
struct subunit2_sink *event_filter_new(const struct event_filter_rules *rules,
                                       struct subunit2_sink *next);

#endif
