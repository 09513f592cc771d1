/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The Makefile of a directory that make checks: what automake wrote into it.
 */
#ifndef MAKEFILE_H
#define MAKEFILE_H

#include <stdbool.h>
#include <subunit2/view.h>

struct makefile {
	bool exists;
	bool has_subdir; /* the word that was asked for is in SUBDIRS */
	bool has_tests;  /* it has automake's rule check-TESTS */
};

/* Reads DIRECTORY/Makefile, and looks for SUBDIR in its SUBDIRS. */
struct makefile makefile_read(const char *directory, struct subunit2_view subdir);

#endif
