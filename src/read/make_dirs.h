/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The directories that make is in, as its output says: "Entering directory" and "Leaving
 * directory", in any language, and automake's "Making check in".
 */
#ifndef MAKE_DIRS_H
#define MAKE_DIRS_H

#include "string_list.h"

#include <subunit2/view.h>

struct make_dirs {
	char *top;     /* where make was started; NULL: not known yet, for a saved console */
	bool saved;    /* no file or directory is looked at */
	bool tested;   /* the tests of MAKING have ended */
	bool checked;  /* MAKING has tests, which have not ended */
	bool parallel; /* two makes of one level were in directories at the same time */
	struct string_list entered; /* "make[1]: /path", innermost last */
	char *making;               /* the last "Making check in", if no directory is entered; or
	                               NULL */
};

/* Make was started in TOP; NULL: the console was saved. */
void make_dirs_init(struct make_dirs *dirs, const char *top);
void make_dirs_clear(struct make_dirs *dirs);

/* Takes in LINE, without its newline. Returns whether it says that make enters or leaves a
 * directory: "make[1]: Entering directory '/x'". In another language than English, the second
 * message of the same make about the same directory says that it leaves. */
bool make_dirs_message(struct make_dirs *dirs, struct subunit2_view line);

/* Takes in "Making check in DIRECTORY". It lies below the nearest directory whose Makefile has
 * DIRECTORY in its SUBDIRS, from where make was last upwards; without such a Makefile, below
 * the nearest directory in which it exists. */
void make_dirs_making(struct make_dirs *dirs, struct subunit2_view directory);

/* Notes that the summary of the tests in the current directory was printed. */
void make_dirs_end_tests(struct make_dirs *dirs);

/* To be called before each result. If make does not print "Entering directory", no message says
 * that the tests of a directory follow those of its SUBDIRS. So, if the present directory has no
 * tests, or they have ended, goes up to the nearest directory whose own tests come last. */
void make_dirs_begin_result(struct make_dirs *dirs);

/* Returns the directory that make is in; absolute, unless the console was saved. Valid until
 * the next call. */
const char *make_dirs_here(const struct make_dirs *dirs);

/* Returns the same as a prefix of names: "" at the top, else "tests/"; to be freed. */
char *make_dirs_prefix(const struct make_dirs *dirs);

#endif
