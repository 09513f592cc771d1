/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A place in a source file, as the output of tests and compilers names it:
 *
 *     at t/x.t line 3                  Perl
 *     in test file x.bats, line 3      bats
 *     File "x.py", line 3              Python
 *     x.c:12: x.py:3: (/src/x.js:3:5)  compilers, pytest, node
 */
#ifndef SOURCE_PLACE_H
#define SOURCE_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <subunit2/view.h>

struct source_place {
	struct subunit2_view file; /* a part of the line that was searched */
	uint64_t line_number;      /* from 1 */
};

/*
 * Finds the first place that LINE names. The file must have the ending of a programming language,
 * so that a host with its port or a time of day is no place, and must not belong to an
 * interpreter or to an installed package. Returns false if there is no place.
 */
bool source_place_find(struct source_place *place, struct subunit2_view line);

/* Returns true if PATH is a source file by the same rule. */
bool source_place_is_file(struct subunit2_view path);

/* Returns true if PATH is a regular file, also if the file system fails to show it (EIO). */
bool source_place_exists(struct subunit2_view path);

#endif
