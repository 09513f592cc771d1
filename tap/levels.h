/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The levels of TAP. Level 0 is the script; a subtest opens the next one.
 *
 * A level is closed by its own result, a line of its parent that follows it. Its name is given by
 * "# Subtest: NAME", with the indentation of the parent or of the level, or else by that result. If
 * the own result ends in "{", it comes before the level, and "}" closes the level: the level is
 * braced.
 */
#ifndef TAP_LEVELS_H
#define TAP_LEVELS_H

#include "fact.h"
#include "plan.h"

#define TAP_LEVELS_MAX 32 /* deeper subtests are output */
#define TAP_NO_LEVEL SIZE_MAX

#define TAP_COLUMN_UNKNOWN SIZE_MAX /* until its first line */
#define TAP_COLUMN_COMMENT 4096     /* for each "# " before a subtest's lines */

struct tap_level {
	size_t column; /* of its lines */
	bool named;
	bool braced;
	bool announced; /* by "# Subtest", without a name */
	bool versioned; /* by "KTAP version" */
	bool begun;     /* its lines count; until then, only lines that may begin TAP count */
	bool strict;    /* pragma +strict: text is a fault */
	bool had_text;  /* while strict */
	struct tap_plan plan;
	bool has_later; /* a plan came while a subtest was open: see tap_levels_count_later_plans */
	uint64_t later; /* the number of that plan */
	bool has_more_later; /* more than one plan came so */
};

struct tap_levels {
	tap_fact_function *emit;
	void *context;
	bool ktap;      /* a plan may be missing */
	bool cut_short; /* by a bail-out or a restart: missing tests are no fault */
	size_t newest;  /* level; those above it are closed */
	struct tap_level at[TAP_LEVELS_MAX];
};

void tap_levels_init(struct tap_levels *levels, tap_fact_function *emit, void *context);

static inline struct tap_level *
tap_levels_newest(struct tap_levels *levels)
{
	return &levels->at[levels->newest];
}

/* Opens a level above the newest and emits FACT, an OPEN whose number is filled
 * in. There is room for TAP_LEVELS_MAX. */
int tap_levels_open(struct tap_levels *levels, size_t column, struct tap_fact fact);

/* Emits the faults of the newest level, which ends here. COMPLETE: missing tests, too. */
int tap_levels_faults(struct tap_levels *levels, bool complete);

/* Closes the levels above KEEP, whose own results do not come. A subtest that nothing announced is
 * then no TAP, unless it begins with a version of KTAP. */
int tap_levels_close(struct tap_levels *levels, size_t keep);

/* Does the work of tap_levels_close_for. A level above KEEP must be open. */
int tap_levels_close_open(struct tap_levels *levels, size_t keep, bool *closed);

/* Closes the levels above KEEP before a result at that level. *CLOSED becomes
 * true when the lowest of them is that result's subtest. */
static inline int
tap_levels_close_for(struct tap_levels *levels, size_t keep, bool *closed)
{
	*closed = false;
	return levels->newest > keep ? tap_levels_close_open(levels, keep, closed) : 0;
}

/* Returns how many levels a line at COLUMN is above level AT. Subtests are indented by four
 * columns; under KTAP and in comments, by any even number. Returns 0 if the line is not indented
 * so. */
size_t tap_levels_steps(const struct tap_levels *levels, size_t at, size_t column);

/* Returns whether a subtest is open above level AT that has lines, and whose own result follows at
 * level AT. */
bool tap_levels_in_subtest(const struct tap_levels *levels, size_t at);

/* Returns the level that a line at COLUMN belongs to, or the one that would be its parent. */
size_t tap_levels_find(struct tap_levels *levels, size_t column);

/* Returns the innermost level whose next test has NUMBER, which a plan, if there is one, includes;
 * or TAP_NO_LEVEL. */
size_t tap_levels_expecting(const struct tap_levels *levels, uint64_t number);

/* Returns whether a subtest is open that a "}" closes. */
bool tap_levels_in_braces(const struct tap_levels *levels);

/* Returns whether a subtest after "# " is open. */
static inline bool
tap_levels_in_comment(const struct tap_levels *levels)
{
	for (size_t at = levels->newest; at > 0; at--)
		if (levels->at[at].column >= TAP_COLUMN_COMMENT &&
		    levels->at[at].column != TAP_COLUMN_UNKNOWN)
			return true;
	return false;
}

#endif
