/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The version of the library.
 *
 * Versions are numbered MAJOR.MINOR.PATCH. Programs that were built with an older version of the
 * same MAJOR run with a newer one. Structs that the caller allocates are of three kinds:
 *
 * options    begin with their size, which the caller sets; they may grow at their end
 * with a reserved member
 *            keep their layout; the caller sets the member to NULL or 0
 * all others (views, times, lists of tags, sinks)
 *            never change
 *
 * Structs that only the library allocates may grow at their end.
 *
 * Threads: the function may be called from every thread.
 */
#ifndef SUBUNIT2_VERSION_H
#define SUBUNIT2_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_VERSION_MAJOR 1
#define SUBUNIT2_VERSION_MINOR 0
#define SUBUNIT2_VERSION_PATCH 0

/* The version of the headers as one number, for comparisons: 1.2.3 is 10203. */
#define SUBUNIT2_VERSION_NUMBER                                                                    \
	(SUBUNIT2_VERSION_MAJOR * 10000 + SUBUNIT2_VERSION_MINOR * 100 + SUBUNIT2_VERSION_PATCH)

/* Return the version of the library that the program runs with, as a number of the same form. */
int subunit2_version(void);

#ifdef __cplusplus
}
#endif

#endif
