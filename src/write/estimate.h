/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The estimate of the time that a run still takes. It counts the tests that run, how many run at
 * a time, and durations that are known from earlier runs.
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "name_table.h"

#include <stdint.h>

struct estimate {
	uint64_t expected;       /* tests of the run; 0: not known */
	struct name_table known; /* durations by test id, in ms, plus 1 */
	uint64_t known_left;     /* tests with a known duration that have not started */
	double known_left_ms;    /* the sum of their durations */

	uint64_t started, ended;
	double ended_ms;                          /* of all tests that ended */
	double ended_known_ms, ended_expected_ms; /* of those with a known duration */
	unsigned running, slots;                  /* now, and the most at a time */
};

/* A test that runs. */
struct estimate_running {
	int64_t known_ms; /* as estimate_start returned it */
	int64_t elapsed_ms;
};

void estimate_init(struct estimate *estimate);
void estimate_clear(struct estimate *estimate);

/* Adds the duration of the test ID from an earlier run. */
void estimate_add_known(struct estimate *estimate, struct subunit2_view id, int64_t ms);

/* Returns the known duration of the test that starts, or -1. */
int64_t estimate_start(struct estimate *estimate, struct subunit2_view id);

/* KNOWN_MS: as estimate_start returned it. */
void estimate_end(struct estimate *estimate, int64_t known_ms, int64_t took_ms);

/* Returns the time left in ms, with COUNT tests running; -1: too little is known. */
int64_t estimate_left_ms(const struct estimate *estimate, const struct estimate_running *running,
                         size_t count);

#endif
