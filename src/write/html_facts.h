/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The head of the HTML page: command, host, revision and date of the run, as far as the stream
 * names them.
 */
#ifndef HTML_FACTS_H
#define HTML_FACTS_H

#include "buffer.h"

#include <stdio.h>
#include <subunit2.h>

/* All zeroes to begin with. */
struct html_facts {
	struct buffer command, host, revision;
	bool has_start;
	struct subunit2_time start; /* the first time with a date */
};

/* Adds EVENT, for which run_facts_has returned true. */
void html_facts_add(struct html_facts *facts, const struct subunit2_event *event);

/* Takes the date from EVENT. */
void html_facts_see(struct html_facts *facts, const struct subunit2_event *event);

/* Writes the facts as a list; nothing without facts. */
void html_facts_put(const struct html_facts *facts, FILE *file);

void html_facts_clear(struct html_facts *facts);

#endif
