/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The interface of subunit's C library: a test program reports its results on standard output.
 *
 * This implementation writes packets of version 2; see subunit2-compat(7). NAME is the name of a
 * test. No string may be NULL, except for an ERROR or a REASON, which is then left out.
 */
#ifndef SUBUNIT_CHILD_H
#define SUBUNIT_CHILD_H

#ifdef __cplusplus
extern "C" {
#endif

/* The test NAME starts. */
void subunit_test_start(const char *name);

/* The test NAME ends: it passed, failed, had an error, or was skipped. */
void subunit_test_pass(const char *name);
void subunit_test_fail(const char *name, const char *error);
void subunit_test_error(const char *name, const char *error);
void subunit_test_skip(const char *name, const char *reason);

enum subunit_progress_whence {
	SUBUNIT_PROGRESS_SET, /* OFFSET tests are expected */
	SUBUNIT_PROGRESS_CUR, /* OFFSET more tests are expected */
	SUBUNIT_PROGRESS_POP, /* end the count of a part */
	SUBUNIT_PROGRESS_PUSH /* begin the count of a part */
};

/* Report how many tests are expected. OFFSET has a meaning for SET and CUR only. */
void subunit_progress(enum subunit_progress_whence whence, int offset);

#ifdef __cplusplus
}
#endif

#endif
