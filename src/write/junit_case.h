/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test as a case of JUnit's XML.
 */
#ifndef JUNIT_CASE_H
#define JUNIT_CASE_H

#include <stdio.h>
#include <subunit2/collect.h>

enum junit_outcome {
	JUNIT_PASSED,
	JUNIT_SKIPPED,
	JUNIT_FAILED,
	JUNIT_ERROR,
};

enum junit_outcome junit_case_outcome(const struct subunit2_test *test);

/* Returns true if it is known when TEST began, and when it was heard of last. */
bool junit_case_has_time(const struct subunit2_test *test);

/* Sets *NS to how long TEST took. Returns false if that is not known. */
bool junit_case_length(const struct subunit2_test *test, int64_t *ns);

/* Writes the attribute time: seconds with three digits, as the schema has them. */
void junit_put_time(FILE *file, int64_t ns);

/* Writes TEST as a case. SUITE is the id of its script; absent or empty if it belongs to
 * none, or is one. */
void junit_put_case(FILE *file, const struct subunit2_test *test, struct subunit2_view suite);

/* Writes stdout and stderr of TEST. OTHERS: and its other files, before stdout. */
void junit_put_streams(FILE *file, const struct subunit2_test *test, bool others);

#endif
