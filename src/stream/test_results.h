/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The results of runs: what their streams say of each test. One that ran on several
 * routes, or in several streams of a run, ended as badly as it did on any of them; on
 * one of them it ended as it did last. Several runs may be read, one after the other.
 */
#ifndef TEST_RESULTS_H
#define TEST_RESULTS_H

#include <subunit2.h>

struct result {
	const char *id;         /* of id_len bytes, and a NUL */
	int64_t ns;             /* how long it took in the last run that had it; -1: not known */
	unsigned passes, fails; /* how often it passed, and ended badly, in all runs */
	unsigned char status;   /* enum subunit2_status, in that run; INPROGRESS: never ended */
	bool runnable;
	uint32_t id_len;

	unsigned run, bad_routes; /* of the results: on how many it ended badly in that run */
};

struct results;

enum results_kept {
	RESULTS_ALL,
	RESULTS_NOTABLE, /* not the assertions that ended well: there may be millions */
};

struct results *results_new(enum results_kept kept);
void results_free(struct results *results);

/* Takes the events of a run; its finish ends the run, and another may follow. */
struct subunit2_sink *results_sink(struct results *results);

/* NULL: no run had the test. Lives until the next event. */
const struct result *results_find(const struct results *results, struct subunit2_view id);

/* Returns whether a stream was damaged or broke off, so that tests may be missing. */
bool results_are_damaged(const struct results *results);

size_t results_count(const struct results *results);

/* Calls EACH in the order in which the tests were seen first. */
void results_each(const struct results *results,
                  void (*each)(void *context, const struct result *result), void *context);

/* True for fail and uxsuccess, and for a test that never ended. */
bool result_is_bad(const struct result *result);

#endif
