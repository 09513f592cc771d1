/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of `go test -json` that have begun and not ended, and the packages, by id. For each
 * test, keeps the result that was found in its output, in case the action that ends the test is
 * missing.
 *
 * Nothing is emitted here. Ids are copied.
 */
#ifndef GOJSON_TESTS_H
#define GOJSON_TESTS_H

#include "gojson_action.h"

#include <uthash.h>

struct gojson_test {
	char *id;
	bool ended; /* a package that ended: kept, so that it begins once */
	bool has_time;
	struct subunit2_time time;   /* when it began */
	struct gojson_result result; /* that was found in its output; NONE: none. RESULT.test is
	                                not valid */
	bool measured;               /* that result is a measurement, without a duration */
	bool has_measured_time;      /* the measurement has a time */
	struct subunit2_time measured_time;
	struct gojson_test *package;     /* NULL: it has none */
	struct gojson_test *prev, *next; /* in the list FOUND of its package */

	/* Of a package. */
	bool has_tests;
	uint64_t open_tests;        /* its tests that have begun and not ended */
	uint64_t results, failures; /* its tests that have ended */
	struct gojson_test *found;  /* its open tests with a result */
	UT_hash_handle hh;
};

/* All zero at first. */
struct gojson_tests {
	struct gojson_test *open;  /* a hash table of the ids */
	struct gojson_test *found; /* open tests without a package that have a result */
};

void gojson_tests_clear(struct gojson_tests *tests);

/* Returns the test or package ID, or NULL. ID may be NULL. */
struct gojson_test *gojson_tests_find(const struct gojson_tests *tests, const char *id);

/* Returns true if ID has begun and not ended. */
bool gojson_tests_is_open(const struct gojson_tests *tests, const char *id);

/* Adds the test ID, which ACTION begins, unless it is there. A package that ended is open again. */
void gojson_tests_open(struct gojson_tests *tests, const struct gojson_action *action,
                       const char *id);

/* Counts the final STATUS of ACTION's test for its package. */
void gojson_tests_count(struct gojson_tests *tests, const struct gojson_action *action,
                        enum subunit2_status status);

/* Returns an open test of ACTION's package, or of none, with a result from its output; NULL: there
 * is no such test. */
struct gojson_test *gojson_tests_next_found(const struct gojson_tests *tests,
                                            const struct gojson_action *action);

/* Forgets a test that ended; of a package, remembers that it did. */
void gojson_tests_close(struct gojson_tests *tests, const struct gojson_action *action,
                        const char *id);

/* Sets the result of ACTION's benchmark and those of the benchmarks that it is a part of. STATUS:
 * success after a measurement, none if one of them begins again. */
void gojson_tests_note_benchmark(struct gojson_tests *tests, const struct gojson_action *action,
                                 enum subunit2_status status);

/* Looks for a result in the output of the open test ID, its own or a subtest's. */
void gojson_tests_note_output(struct gojson_tests *tests, const struct gojson_action *action,
                              const char *id);

#endif
