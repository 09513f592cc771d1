/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Reads one line of the console of make, for the results of an automake test suite. */
#ifndef AUTOMAKE_LINE_H
#define AUTOMAKE_LINE_H

#include <subunit2/event.h>

/* The six results of automake, in the order of its summary. */
enum automake_result {
	AUTOMAKE_PASS,
	AUTOMAKE_SKIP,
	AUTOMAKE_XFAIL,
	AUTOMAKE_FAIL,
	AUTOMAKE_XPASS,
	AUTOMAKE_ERROR,
	AUTOMAKE_RESULTS,
};

extern const char *const automake_result_names[AUTOMAKE_RESULTS];
extern const enum subunit2_status automake_result_statuses[AUTOMAKE_RESULTS];

enum automake_line_kind {
	AUTOMAKE_OTHER,
	AUTOMAKE_RESULT,   /* "PASS: test", "FAIL: test 3 - name # why" */
	AUTOMAKE_MAKING,   /* "Making check in DIRECTORY" */
	AUTOMAKE_CHECKING, /* "make  check-TESTS", "make -s check": a check begins */
	AUTOMAKE_HEADER,   /* "Testsuite summary for suite 1", above a summary */
	AUTOMAKE_SUMMARY,  /* "# TOTAL: 3": a summary begins */
	AUTOMAKE_TOTAL,    /* "# PASS:  3" of a summary */
	AUTOMAKE_BANNER,   /* "All 2 tests passed", "1 of 2 tests failed": a summary of the serial
	                      harness, in one line */
	AUTOMAKE_FAILED,   /* "make: *** [Makefile:400: check] Error 2": make ends */
};

struct automake_line {
	enum automake_line_kind kind;
	enum automake_result result;  /* RESULT and TOTAL */
	struct subunit2_view test;    /* RESULT: the script */
	struct subunit2_view number;  /* of a TAP assertion; absent: the script's own result */
	struct subunit2_view name;    /* of the assertion; may be empty */
	struct subunit2_view comment; /* after " # ", or after the name of a test; may be absent */
	struct subunit2_view directory;
	uint64_t total; /* SUMMARY and TOTAL */
	bool harness;   /* CHECKING: make calls automake's harness, which prints a summary */
};

/* Reads LINE, which has no newline and no colors. The views point into LINE. */
struct automake_line automake_line(struct subunit2_view line);

#endif
