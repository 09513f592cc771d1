/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The file testlog.json of `meson test`: a JSON object a line, one for each test, in the order of
 * the console. It holds the output of each test, and its environment, which is not read.
 *
 * meson writes the file in blocks and closes it when it ends, after its last line on the console.
 */
#ifndef MESON_LOG_H
#define MESON_LOG_H

#include <subunit2.h>

struct meson_log_test {
	/* The name, the result ("FAIL") and the seconds ("0.02") as the console prints them. */
	struct subunit2_view name, result, seconds;
	struct subunit2_view stdout_text, stderr_text; /* absent: empty */
};

/* Reads the file FD, which it closes, and calls ON_TEST for each test until that returns false. The
 * views are valid until ON_TEST returns. Ignores lines that are no test or too long. */
void meson_log_read(int fd, bool (*on_test)(void *context, const struct meson_log_test *test),
                    void *context);

#endif
