/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The screen while the user's terminal is attached to a test: the test's output between two
 * banners.
 */
#ifndef ATTACH_SCREEN_H
#define ATTACH_SCREEN_H

#include "attach_test.h"
#include "user_tty.h"

struct attach_screen {
	struct user_tty *tty; /* NULL: output goes to standard error */
	bool mid_line;        /* the last byte was no newline */
};

void attach_screen_write(struct attach_screen *screen, struct subunit2_view bytes);

/* Writes "--- BEFORE, the id of TEST and where it runs, AFTER ---" on a line. */
void attach_screen_banner(struct attach_screen *screen, const char *before,
                          const struct attach_test *test, const char *after);

/* Gives the user's terminal the output modes of TEST's own terminal. That one puts no carriage
 * return before a newline, so the user's terminal does, unless the test has switched output
 * processing off. NULL is allowed, here and below. */
void attach_screen_follow(const struct attach_screen *screen, const struct attach_test *test);

/* Gives the terminal of TEST the size of the user's. */
void attach_screen_resize(const struct attach_screen *screen, const struct attach_test *test);

#endif
