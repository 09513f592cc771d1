/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests that run and that the user's terminal can be attached to (see attach.h), in the order
 * in which they began.
 */
#ifndef ATTACH_TEST_H
#define ATTACH_TEST_H

#include "attach.h"
#include "buffer.h"
#include "route_label.h"

#define ATTACH_TAIL_MAX 4096 /* bytes of output that are kept for a terminal to be attached */

struct attach_test {
	struct attach_test *prev, *next; /* see utlist.h */
	struct attach *attach;
	struct attach_test_options options;
	struct buffer label; /* where it runs; empty: here */
	int64_t start_ns;
	struct buffer tail; /* the last output */
	bool cut;           /* TAIL lacks the output before it */
};

/* Adds a test to LIST. */
struct attach_test *attach_test_add(struct attach_test **list, struct attach *attach,
                                    const struct attach_test_options *options, int64_t now_ns);
/* Removes it from LIST, and frees it. */
void attach_test_remove(struct attach_test **list, struct attach_test *test);

/* Keeps BYTES, the last output of TEST. */
void attach_test_keep(struct attach_test *test, struct subunit2_view bytes);

/* Returns the last output, from the start of a line if the output before it is missing. */
struct subunit2_view attach_test_tail(const struct attach_test *test);

/* Returns true if the test has a terminal of its own. */
bool attach_test_has_terminal(const struct attach_test *test);

#endif
