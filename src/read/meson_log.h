/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads the file testlog.json of `meson test`, whose lines are JSON objects, one for each test, in
 * the order of the console. An object holds the output of the test, and its environment, which is
 * not read.
 *
 * meson writes the file in blocks, and the last one after its last line on the console: the file is
 * complete only when meson has ended.
 */
#ifndef MESON_LOG_H
#define MESON_LOG_H

#include <subunit2.h>

struct meson_log_test {
	/* The name, the result ("FAIL") and the seconds ("0.02") as the console prints them. */
	struct subunit2_view name, result, seconds;
	struct subunit2_view stdout_text, stderr_text; /* absent if it was empty */
};

/* Reads the file FD, and closes it. Calls ON_TEST for each test, until it returns false; the views
 * of TEST are valid until it returns. Ignores lines that are too long or do not describe a test. */
void meson_log_read(int fd, bool (*on_test)(void *context, const struct meson_log_test *test),
                    void *context);

#endif
