/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The directories that make is in, as its output tells: "Entering directory",
 * "Leaving directory" and "Making check in".
 */
#ifndef MAKE_DIRS_H
#define MAKE_DIRS_H

#include "string_list.h"

#include <subunit2/view.h>

struct make_directories {
	char *top;
	struct strings entered; /* innermost last */
	char *making;           /* what make said of making, while none was entered; or NULL */
};

/* Make was started in TOP. */
void make_directories_init(struct make_directories *directories, const char *top);
void make_directories_clear(struct make_directories *directories);

void make_directories_enter(struct make_directories *directories, struct subunit2_view directory);
void make_directories_leave(struct make_directories *directories);

/* "Making check in sub" does not say below what: it is the innermost directory
 * that has one, from where make was last upwards. */
void make_directories_making(struct make_directories *directories, struct subunit2_view directory);

/* Where make is now, absolute. Lives until the next call. */
const char *make_directories_here(const struct make_directories *directories);

/* The same, as it stands before names: "" at the top, else "tests/"; to be freed. */
char *make_directories_prefix(const struct make_directories *directories);

#endif
