/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The totals of automake's summaries, compared with the results that were seen.
 *
 * There may be more results than the summaries count: the others are those of harnesses without
 * such a summary, as automake's serial one. So that these do not stand in for a result that is
 * missing, the console is also compared in sections. One begins where make calls a harness, by the
 * line "make  check-TESTS", and ends with the summary of that harness. Sections do not count if it
 * is not clear which results belong to them: if a summary comes without that line, as with `make
 * -s`, or if directories are checked side by side.
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
	bool unclear;          /* it is not clear which results belong to which harness */
	char *lost;            /* how the first section with a result disagrees that does; NULL */
	char *missing;         /* the same of a section without a result */
};

void automake_totals_clear(struct automake_totals *totals);

/* Make calls a harness. */
void automake_totals_call(struct automake_totals *totals);
/* Ends the only harness that make called if it printed no result: automake's serial harness prints
 * nothing if there are no tests. To be called when make leaves a directory. */
void automake_totals_end_empty(struct automake_totals *totals);
void automake_totals_add_result(struct automake_totals *totals, enum automake_result result);
/* Begins a summary, which counts TOTAL tests. HAS_HEADER: the line above says what it is. Before
 * the first result, its totals are only compared with the results of its section. */
void automake_totals_begin_summary(struct automake_totals *totals, uint64_t total, bool has_header);
/* Adds a line of a summary: it counts TOTAL times RESULT. */
void automake_totals_add(struct automake_totals *totals, enum automake_result result,
                         uint64_t total);
void automake_totals_end_summary(struct automake_totals *totals);
/* Ends a harness that prints a summary in one line. IN_DIRECTORY: make is in one, by its messages.
 * A harness that was written by hand may print such a line, too. */
void automake_totals_end_banner(struct automake_totals *totals, bool in_directory);

/* Returns how the totals disagree with the results, to be freed; NULL if they do not. ELSEWHERE:
 * results of harnesses may have come in another form, so that a section may lack all of its. */
char *automake_totals_check(const struct automake_totals *totals, bool elsewhere);

#endif
