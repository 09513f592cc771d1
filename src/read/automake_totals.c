/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_totals.h"

#include "memory.h"

#include <stdlib.h>

void
automake_totals_clear(struct automake_totals *totals)
{
	free(totals->lost);
	free(totals->missing);
}

static uint64_t
automake_totals_seen(const struct automake_section *section)
{
	uint64_t seen = 0;
	for (int i = 0; i < AUTOMAKE_RESULTS; i++)
		seen += section->seen[i];
	return seen;
}

/* Returns how the totals of SECTION disagree with its results, to be freed; NULL if they do not. */
static char *
automake_totals_check_section(const struct automake_section *section)
{
	static const char format[] = "automake's summary counts %llu %s, but %llu of them were "
				     "seen";
	uint64_t seen = automake_totals_seen(section);
	for (int i = 0; i < AUTOMAKE_RESULTS; i++)
		if (section->totals[i] > section->seen[i])
			return memory_format(format, (unsigned long long)section->totals[i],
			                     automake_result_names[i],
			                     (unsigned long long)section->seen[i]);
	if (section->total > seen)
		return memory_format(format, (unsigned long long)section->total, "tests",
		                     (unsigned long long)seen);
	return NULL;
}

static void
automake_totals_end_harness(struct automake_totals *totals)
{
	char **first = automake_totals_seen(&totals->section) ? &totals->lost : &totals->missing;
	totals->harnesses -= totals->harnesses > 0;
	if (!*first)
		*first = automake_totals_check_section(&totals->section);
}

void
automake_totals_call(struct automake_totals *totals)
{
	totals->section = (struct automake_section){0};
	totals->unclear |= totals->harnesses > 0;
	totals->harnesses++;
	totals->seen_at_call = automake_totals_seen(&totals->whole);
}

void
automake_totals_end_empty(struct automake_totals *totals)
{
	if (totals->harnesses == 1 && !totals->summaries &&
	    automake_totals_seen(&totals->whole) == totals->seen_at_call)
		totals->harnesses = 0;
}

void
automake_totals_add_result(struct automake_totals *totals, enum automake_result result)
{
	totals->whole.seen[result]++;
	totals->section.seen[result]++;
}

void
automake_totals_begin_summary(struct automake_totals *totals, uint64_t total, bool has_header)
{
	totals->unclear |= totals->harnesses == 0;
	totals->summaries += has_header;
	totals->section.total += total;
	if (automake_totals_seen(&totals->whole))
		totals->whole.total += total;
}

void
automake_totals_add(struct automake_totals *totals, enum automake_result result, uint64_t total)
{
	totals->section.totals[result] += total;
	if (automake_totals_seen(&totals->whole))
		totals->whole.totals[result] += total;
}

void
automake_totals_end_summary(struct automake_totals *totals)
{
	totals->summaries -= totals->summaries > 0;
	automake_totals_end_harness(totals);
}

void
automake_totals_end_banner(struct automake_totals *totals, bool in_directory)
{
	totals->unclear |= !in_directory;
	if (totals->harnesses)
		automake_totals_end_harness(totals);
}

char *
automake_totals_check(const struct automake_totals *totals, bool elsewhere)
{
	char *disagreement = automake_totals_check_section(&totals->whole);
	if (disagreement || totals->unclear)
		return disagreement;
	if (totals->lost)
		return memory_copy(totals->lost);
	return totals->missing && !elsewhere ? memory_copy(totals->missing) : NULL;
}
