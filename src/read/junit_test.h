/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test of a JUnit file while it is read: how it ended, and its files. Elements become
 * files: text of <failure> is "traceback", a message is "reason", an earlier attempt has a
 * file of the element's name.
 */
#ifndef JUNIT_TEST_H
#define JUNIT_TEST_H

#include "junit_ids.h"
#include "junit_name.h"

/* The files of a test; their names stand in junit_test.c. */
enum junit_file {
	JUNIT_TRACEBACK,
	JUNIT_REASON,
	JUNIT_DETAILS,
	JUNIT_RERUN_FAILURE,
	JUNIT_RERUN_ERROR,
	JUNIT_FLAKY_FAILURE,
	JUNIT_FLAKY_ERROR,
	JUNIT_STDOUT,
	JUNIT_STDERR,
	JUNIT_FILES,
};

struct junit_test {
	struct subunit2_sink *sink; /* without IDS */
	struct junit_ids *ids;      /* NULL: events go to the sink at once */
	struct junit_place place;
	enum subunit2_result result; /* of the first event that failed, else SUBUNIT2_E_OK */
	struct subunit2_error *error;

	char *id; /* NULL: no test is read; output belongs to the run */
	bool runnable;
	bool has_time;
	struct subunit2_time time;
	enum subunit2_status status;
	bool expected;        /* a failure is expected */
	bool flaky, repeated; /* an attempt before the last failed; the element says flaky */

	unsigned attempts[JUNIT_FILES]; /* elements that became a file of their own */
	unsigned unended;               /* files whose last line has no end, a bit for each */

	enum junit_file file; /* that is written */
	bool file_begun;      /* a piece was emitted */
	char *message;        /* stands before the text, or for it; NULL: nothing */
	bool before;          /* before it */
	char *piece;          /* of the file */
	size_t piece_len;
};

/* Either SINK or IDS is NULL. */
void junit_test_init(struct junit_test *test, struct subunit2_sink *sink, struct junit_ids *ids);
void junit_test_clear(struct junit_test *test);

/* Begins the test ID, which is freed with it. NAME is the one in the file; NULL: it is not
 * kept. */
void junit_test_begin(struct junit_test *test, char *id, const struct junit_name *name,
                      enum subunit2_status status);
void junit_test_end(struct junit_test *test);

/* Sets the status to STATUS, unless another element gave a worse one. */
void junit_test_set_status(struct junit_test *test, enum subunit2_status status);
void junit_test_set_reason(struct junit_test *test, const char *reason);

/* Begins FILE. MESSAGE, which is freed, stands for its text if it has none, and if FILE is
 * that of an attempt and BEFORE is true, before its text, too. NULL: nothing does. */
void junit_test_begin_file(struct junit_test *test, enum junit_file file, char *message,
                           bool before);
void junit_test_add_text(struct junit_test *test, const char *text, size_t len);
void junit_test_end_file(struct junit_test *test);

#endif
