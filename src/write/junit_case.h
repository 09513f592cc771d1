/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes a test as a case of JUnit's XML.
 */
#ifndef JUNIT_CASE_H
#define JUNIT_CASE_H

#include "buffer.h"
#include "junit_content.h"
#include "spool.h"
#include "unique_names.h"

/* Where a case stands. */
struct junit_case_place {
	struct subunit2_view suite;  /* the id of its script; absent or empty: no script */
	struct subunit2_view source; /* the file that holds the test; absent: not known */
	struct subunit2_view mark;   /* "[LABEL] " before the name; absent: nothing */
	struct unique_names *names;  /* of the cases of the suite; NULL: there is no other */
	struct junit_files *files;   /* for attachments that are not text */
	struct spools *spools;       /* of SPOOL */
	struct spool *spool;         /* to which the case is appended */
	enum junit_outcome outcome;  /* as junit_case_outcome returns it */
	bool has_time;               /* as junit_case_has_time returns it */
	bool has_length;
	int64_t length_ns;          /* of the test, as junit_case_length sets it */
	struct buffer *line, *key;  /* for the writer of the case; kept for the next one */
	uint64_t failed_assertions; /* if these are all that made the script fail; else 0 */
};

/* Returns the name of the suite from which TEST was read, if it was read from JUnit and its id is
 * "SUITE.CLASS.NAME", with the class and the name that its tags have; absent otherwise. Cases of
 * different suites may have the same class and name. */
struct subunit2_view junit_case_outer_suite(const struct subunit2_test *test);

/* Returns the outcome of TEST. If it is a script that failed only because of FAILED_ASSERTIONS, it
 * counts as skipped: the assertions are the failures. */
enum junit_outcome junit_case_outcome(const struct subunit2_test *test, uint64_t failed_assertions);

/* Returns true if the times of the first and of the last event of TEST can be compared. */
bool junit_case_has_time(const struct subunit2_test *test);

/* Sets *NS to the duration of TEST, for which junit_case_has_time is true. Returns false if the
 * duration is not known. */
bool junit_case_length(const struct subunit2_test *test, int64_t *ns);

/* Adds "[LABEL] " to MARK if ROUTE_CODE has a label. */
void junit_case_add_mark(struct buffer *mark, struct subunit2_view route_code);

/* Writes the attribute time: seconds with three digits, as in the schema. */
void junit_case_put_time(FILE *file, int64_t ns);

/* Writes TEST as a case at PLACE. Returns an error if the spool, or a file beside the document,
 * cannot be written. */
enum subunit2_result junit_case_put(const struct subunit2_test *test,
                                    const struct junit_case_place *place,
                                    struct subunit2_error *error);

#endif
