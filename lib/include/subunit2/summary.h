/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * summary: counts the results of a stream and computes the verdict.
 *
 * A run is good if at least one test was run or skipped, no test failed, no test passed
 * unexpectedly, no test was still in progress at the end, and no damage was found. Runnable tests
 * (scripts) and others (assertions) are counted separately; a test is runnable if one of its
 * statuses said so. A test with several final statuses counts with each of them. Files without a
 * status do not count. Memory grows with the number of open tests, by 16 to 32 bytes each.
 *
 * Threads: as for every sink (sink.h). subunit2_summary_is_good may be called from every thread.
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
	uint64_t unfinished; /* in progress at the end */
	uint64_t listed;     /* exists, without another status */
	uint64_t reserved;   /* 0 */
};

struct subunit2_summary_result {
	struct subunit2_counts scripts;    /* runnable */
	struct subunit2_counts assertions; /* not runnable */
	uint64_t damaged;                  /* failed "subunit.parser" tests; not counted above */
	bool has_time;                     /* an event had a time */
	struct subunit2_time start, stop;  /* the earliest and the latest */
};

struct subunit2_summary;

/* Create a summary. Return NULL if memory is short. Release with subunit2_summary_free. */
struct subunit2_summary *subunit2_summary_new(void);
/* Return the summary as a sink. It is valid as long as the summary; subunit2_sink_free does not
 * free it. */
struct subunit2_sink *subunit2_summary_sink(struct subunit2_summary *summary);
/* Return the counts. They are complete after the sink was finished. */
const struct subunit2_summary_result *
subunit2_summary_result(const struct subunit2_summary *summary);
/* Release SUMMARY. NULL is allowed. */
void subunit2_summary_free(struct subunit2_summary *summary);

/* Flags of subunit2_summary_is_good. */
enum subunit2_summary_flags {
	SUBUNIT2_SUMMARY_EMPTY_IS_GOOD = 1, /* a run without tests is good */
};

/* Return the verdict. FLAGS is 0 or SUBUNIT2_SUMMARY_EMPTY_IS_GOOD. */
bool subunit2_summary_is_good(const struct subunit2_summary_result *result, unsigned flags);

/* A bad result of a test. */
struct subunit2_failure {
	struct subunit2_view test_id;
	struct subunit2_view route_code; /* may be absent */
	enum subunit2_status status;     /* fail or uxsuccess; inprogress if the test never ended */
	bool runnable;
};

/*
 * Keep the names of up to LIMIT tests with bad results. By default no names are kept. Call it once,
 * before the first event. The ids of open tests are kept as well until these end, so that memory
 * grows with them. Fail with SUBUNIT2_E_NO_MEMORY only.
 */
enum subunit2_result subunit2_summary_keep_failures(struct subunit2_summary *summary, size_t limit,
                                                    struct subunit2_error *error);
/* Return how many failures are kept. If it equals the limit, the result may count more. */
size_t subunit2_summary_failure_count(const struct subunit2_summary *summary);
/* Return the failure with NUMBER, which is less than the count, in order of arrival. It is valid
 * until the next event. Tests that never ended follow when the sink is finished. */
const struct subunit2_failure *subunit2_summary_failure(const struct subunit2_summary *summary,
                                                        size_t number);

#ifdef __cplusplus
}
#endif

#endif
