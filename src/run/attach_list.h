/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The list of the tests that run, from which the user selects the one to attach to.
 *
 *     attach to: (up, down, Enter; Esc)
 *       1 t/a.sh  3.1s  on mac/0
 *     > 2 t/b.sh  0.4s  on linux/1
 *
 * A digit selects a line at once.
 */
#ifndef ATTACH_LIST_H
#define ATTACH_LIST_H

#include "attach_test.h"

struct attach_list {
	struct attach_test *const *tests; /* the list as it is now */
	struct attach_test *selected;     /* NULL: the first one */
	struct attach_test *shown[9];     /* as last drawn, from above */
	unsigned shown_count;
};

enum attach_list_result {
	ATTACH_LIST_OPEN,
	ATTACH_LIST_CLOSED,
	ATTACH_LIST_SELECTED,
};

/* Handles the keys in BYTES, up to one that closes the list, and removes them from BYTES. */
enum attach_list_result attach_list_type(struct attach_list *list, struct subunit2_view *bytes);

/* Removes TEST, which has ended, from the list. */
void attach_list_forget(struct attach_list *list, const struct attach_test *test);

/* Draws a struct attach_list; see live_view.h. */
live_view_put attach_list_put;

#endif
