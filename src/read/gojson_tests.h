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
	size_t package_len;         /* bytes of the id; 0: it has no package */
	uint64_t results, failures; /* of a package: its tests that have ended */
	UT_hash_handle hh;
};

/* All zero at first. */
struct gojson_tests {
	struct gojson_test *open; /* a hash table of the ids, in the order of their begin */
	size_t found;             /* open tests with a result from their output */
};

void gojson_tests_clear(struct gojson_tests *tests);

/* Returns the test or package ID, or NULL. ID may be NULL. */
struct gojson_test *gojson_tests_find(const struct gojson_tests *tests, const char *id);

/* Returns true if ID has begun and not ended. */
bool gojson_tests_is_open(const struct gojson_tests *tests, const char *id);

/* Returns true if a test of the package ID has not ended. */
bool gojson_tests_has_open_test(const struct gojson_tests *tests, const char *id);

/* Adds the test ID, which ACTION begins, unless it is there. A package that ended is open again. */
void gojson_tests_open(struct gojson_tests *tests, const struct gojson_action *action,
                       const char *id);

/* Counts the final STATUS of ACTION's test for its package. */
void gojson_tests_count(struct gojson_tests *tests, const struct gojson_action *action,
                        enum subunit2_status status);

/* Forgets a test that ended; of a package, remembers that it did. */
void gojson_tests_close(struct gojson_tests *tests, const struct gojson_action *action,
                        const char *id);

/* Sets the result of the benchmark NAME, a part of its package, and those of the benchmarks that it
 * is a part of. STATUS: success after a measurement, none if one of them begins again. */
void gojson_tests_note_benchmark(struct gojson_tests *tests, const struct gojson_action *action,
                                 enum subunit2_status status);

/* Looks for a result in the output of the open test ID, its own or a subtest's. */
void gojson_tests_note_output(struct gojson_tests *tests, const struct gojson_action *action,
                              const char *id);

#endif
