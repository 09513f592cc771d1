/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What automake wants to know of a test: its results, as its console shows them
 * and as it keeps them in the file NAME.trs. Source: the automake manual, "Custom
 * test drivers" and "Log files generation and test results recording".
 */
#ifndef AUTOMAKE_TRS_H
#define AUTOMAKE_TRS_H

#include "automake_line.h"

#include <stdio.h>

struct automake_trs {
	const char *test; /* its name; outlives this */
	bool color;
	bool collect_skipped_logs; /* into the log of the whole suite */
	bool expect_failure;
	bool of_parts; /* the results are those of assertions, as TAP has them */
	FILE *file;    /* the .trs, being written */
	size_t count;  /* of results */
	size_t counts[AUTOMAKE_RESULTS];
};

/* A result: of an assertion, with DETAILS ("1 - name"), or of the test, with "".
 * Where failure is expected, pass and fail become xpass and xfail. */
void automake_trs_add(struct automake_trs *trs, enum automake_result result, const char *details);

/* What automake needs besides. */
void automake_trs_end(struct automake_trs *trs);

/* What the test is, by its results. */
enum automake_result automake_trs_global(const struct automake_trs *trs);

#endif
