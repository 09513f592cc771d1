/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * summary: the counts of a stream, and the one verdict.
 *
 * A run is good when at least one test was run or skipped, nothing failed,
 * nothing passed unexpectedly, nothing was still in progress at the end, and no
 * damage was met. Runnable tests (scripts) and others (assertions) are counted
 * apart; a test is runnable when any status of it said so. Only statuses count: a
 * file that comes after a test's end opens nothing. Memory grows with the tests
 * that are open, by 16 to 32 bytes each.
 */
#ifndef SUBUNIT2_SUMMARY_H
#define SUBUNIT2_SUMMARY_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_counts {
	uint64_t passed;     /* success */
	uint64_t failed;     /* fail */
	uint64_t skipped;    /* skip */
	uint64_t todo;       /* xfail */
	uint64_t unexpected; /* uxsuccess */
	uint64_t unfinished; /* began, never ended */
	uint64_t listed;     /* exists, and nothing more */
};

struct subunit2_summary_result {
	struct subunit2_counts scripts;    /* runnable */
	struct subunit2_counts assertions; /* not runnable */
	uint64_t damaged;                  /* failed "subunit.parser" tests; not among the above */
	bool has_time;                     /* some event had one */
	struct subunit2_time start, stop;  /* the earliest and the latest */
};

/* A test that gets several final statuses counts with each. */
struct subunit2_summary;

/* Flags of subunit2_summary_is_good. */
enum subunit2_summary_flags {
	SUBUNIT2_SUMMARY_EMPTY_IS_GOOD = 1, /* a run without tests is good */
};

struct subunit2_summary *subunit2_summary_new(void);
struct subunit2_sink *subunit2_summary_sink(struct subunit2_summary *summary);
/* Complete only after the sink's finish. */
const struct subunit2_summary_result *
subunit2_summary_result(const struct subunit2_summary *summary);
void subunit2_summary_free(struct subunit2_summary *summary);

/* The verdict over RESULT. FLAGS: 0 or SUBUNIT2_SUMMARY_EMPTY_IS_GOOD. */
bool subunit2_summary_is_good(const struct subunit2_summary_result *result, unsigned flags);

#ifdef __cplusplus
}
#endif

#endif
