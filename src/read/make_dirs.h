/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The directories that make is in, as its output tells: "Entering directory",
 * "Leaving directory" and "Making check in".
 */
#ifndef MAKE_DIRS_H
#define MAKE_DIRS_H

#include "string_list.h"

#include <subunit2/view.h>

struct make_dirs {
	char *top;
	struct string_list entered; /* innermost last */
	char *making;               /* what make said of making, while none was entered; or NULL */
};

/* Make was started in TOP. */
void make_dirs_init(struct make_dirs *dirs, const char *top);
void make_dirs_clear(struct make_dirs *dirs);

void make_dirs_enter(struct make_dirs *dirs, struct subunit2_view directory);
void make_dirs_leave(struct make_dirs *dirs);

/* "Making check in sub" does not say below what: it is the innermost directory
 * that has one, from where make was last upwards. */
void make_dirs_making(struct make_dirs *dirs, struct subunit2_view directory);

/* Where make is now, absolute. Lives until the next call. */
const char *make_dirs_here(const struct make_dirs *dirs);

/* The same, as it stands before names: "" at the top, else "tests/"; to be freed. */
char *make_dirs_prefix(const struct make_dirs *dirs);

#endif
