/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The content of a case of JUnit's XML: the elements that say why it did not pass, its earlier
 * attempts, and its output.
 */
#ifndef JUNIT_CONTENT_H
#define JUNIT_CONTENT_H

#include "junit_files.h"

#include <stdio.h>
#include <subunit2/collect.h>

enum junit_outcome {
	JUNIT_PASSED,
	JUNIT_SKIPPED,
	JUNIT_FAILED,
	JUNIT_ERROR,
};

/* How a case ended. */
struct junit_ending {
	enum junit_outcome outcome;
	const char *type;    /* the attribute of the element for OUTCOME; NULL: it passed */
	const char *message; /* if there is no file "reason"; NULL: no message */
};

struct junit_ending junit_content_ending(const struct subunit2_test *test);

/* Writes the elements within the case of TEST. If FAILED_ASSERTIONS is not 0, these are all that
 * made the script TEST fail. FILES is for attachments that are not text. */
enum subunit2_result junit_content_put(FILE *file, const struct subunit2_test *test,
                                       uint64_t failed_assertions, struct junit_files *files,
                                       struct subunit2_error *error);

#endif
