/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The totals of automake's summaries, compared with the results that were seen.
 *
 * Directories may be checked side by side, so that the results of one come before the summary of
 * another. So the console is compared in sections: one ends with a summary if make has by then
 * called no other harness, each by the line "make  check-TESTS", whose summary is missing. If a
 * summary comes without that line, as with `make -s`, the whole console is one section. There may
 * be more results than the summaries of a section count: the others are those of harnesses without
 * such a summary, as automake's serial one.
 */
#ifndef AUTOMAKE_TOTALS_H
#define AUTOMAKE_TOTALS_H

#include "automake_line.h"

#include <stdint.h>

struct automake_section {
	uint64_t seen[AUTOMAKE_RESULTS];
	uint64_t totals[AUTOMAKE_RESULTS];
	uint64_t total; /* of all results, by the summaries */
};

/* All zero is the start. */
struct automake_totals {
	struct automake_section whole, section;
	uint64_t harnesses;    /* that make called, and whose summary has not come */
	uint64_t seen_at_call; /* results, when make called the last one */
	uint64_t summaries;    /* that have a header, have begun, and not ended */
	bool unannounced;      /* a summary came without a call of its harness */
	char *lost;            /* how the first section disagrees that does; NULL */
};

void automake_totals_clear(struct automake_totals *totals);

/* Make calls a harness. */
void automake_totals_call(struct automake_totals *totals);
/* Ends the only harness that make called if it printed no result: automake's serial harness prints
 * nothing if there are no tests. To be called when make leaves a directory. */
void automake_totals_end_empty(struct automake_totals *totals);
void automake_totals_add_result(struct automake_totals *totals, enum automake_result result);
/* Begins a summary, which counts TOTAL tests. HAS_HEADER: the line above says what it is. */
void automake_totals_begin_summary(struct automake_totals *totals, uint64_t total, bool has_header);
/* Adds a line of a summary: it counts TOTAL times RESULT. */
void automake_totals_add(struct automake_totals *totals, enum automake_result result,
                         uint64_t total);
void automake_totals_end_summary(struct automake_totals *totals);
/* Ends a harness that prints a summary in one line. */
void automake_totals_end_banner(struct automake_totals *totals);

/* Returns how the totals disagree with the results, to be freed; NULL if they do not. */
char *automake_totals_check(const struct automake_totals *totals);

#endif
