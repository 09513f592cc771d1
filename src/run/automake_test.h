/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs one test for automake's harness: the work of `subunit2 automake-driver`.
 */
#ifndef AUTOMAKE_TEST_H
#define AUTOMAKE_TEST_H

#include <stdbool.h>

enum automake_test_mode {
	AUTOMAKE_TEST_AUTO,   /* as TAP if the test writes TAP, else as TEXT */
	AUTOMAKE_TEST_TAP,    /* as tap-driver.sh does */
	AUTOMAKE_TEST_TEXT,   /* as test-driver does: the exit status alone decides */
	AUTOMAKE_TEST_AROUND, /* the command is another driver, which writes the files */
	AUTOMAKE_TEST_SERIAL, /* as the serial harness does, which has no files */
};

struct automake_test {
	enum automake_test_mode mode;
	const char *name; /* of the test; NULL with SERIAL: that of the command */
	const char *log_file, *trs_file;
	const char *diagnostic;  /* begins a comment of TAP */
	const char *xfail_tests; /* SERIAL: names between blanks; NULL: none */
	bool color, collect_skipped_logs, hard_errors, expect_failure;
	bool merge, comments, ignore_exit; /* of TAP */
	char *const *argv;                 /* the command */

	int signo; /* set by automake_test_run: a signal that ended it; 0: none */
};

/*
 * Runs the test, writes its files and console lines, and emits its events to the wrap around
 * make, if there is one. Returns EXIT_STATUS_GOOD, or EXIT_STATUS_IO after a message; with
 * AROUND and SERIAL the exit status of the command, as a shell has it. If a signal ended it,
 * the files are removed.
 */
int automake_test_run(struct automake_test *test);

#endif
