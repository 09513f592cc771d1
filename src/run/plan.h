/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The plan: the scripts to run, in their order, as the options of run select them.
 */
#ifndef PLAN_H
#define PLAN_H

#include "regex.h"
#include "selection.h"

enum plan_order {
	PLAN_SLOW_FIRST,   /* the slowest first */
	PLAN_FAILED_FIRST, /* tests that failed last time, then the slowest first */
	PLAN_LISTED,       /* as they were named */
	PLAN_ORDERS,
};

struct plan_options {
	const struct script_options *scripts;
	bool recurse;
	bool asked_later; /* without paths there are no scripts: requests will name them */
	const char *only; /* the id of one test, and the other fields do not count; NULL: they do */
	bool keeps_order; /* the order is that of the suite, not of the list */
	const char *load_list; /* a file of ids, or "-"; NULL: all scripts */
	const char *rerun;     /* a run, or a folder of runs: tests that failed there or did not
	                          end; NULL: all scripts */
	const char *times;     /* a run, or a folder of runs: slowest first; NULL: times are not
	                          known */
	enum plan_order order; /* if times are known */
	const struct regex_filter *ids;
	unsigned shard, shards; /* shards 0: all of them */
	bool shuffle;
	uint64_t seed;
};

struct plan {
	struct string_list places;      /* folders and scripts in which tests were looked for */
	struct string_list empty;       /* folders that were named, and in which no script is */
	const struct regex_filter *ids; /* which the scripts had to match */
	size_t unmatched;               /* scripts that no --match matches */
	size_t *excluded;               /* scripts that each --exclude left out */
	size_t elsewhere;               /* scripts of other shards */
	bool listed;                    /* a list or an earlier run names the tests */
	char *none_named;               /* why it names none; NULL: it names some */
	struct suite suite;
	struct selection selection;
	struct string_list lost; /* why tests may be missing: a reason for each input */
};

/*
 * Makes the plan. PATHS, up to NULL, are scripts and folders; without any they are t and tests,
 * where these exist, unless ASKED_LATER. Returns false, after a message, if nothing of a list or a
 * stream can be read: PLAN->lost has the reason. Released with plan_clear, after a failure as well.
 */
bool plan_make(struct plan *plan, const struct plan_options *options, const char *const *paths);
/* Prints a message for each file that looks like a test and was left out because it has no execute
 * bit, and for each folder that was named and has no test, unless a list names the tests. If there
 * is no test to run, prints why: the list names none, or where tests were looked for, and what was
 * left out. */
void plan_explain(const struct plan *plan);

void plan_clear(struct plan *plan);

#endif
