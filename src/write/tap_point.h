/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes a test point of TAP 14: its line, and its YAML diagnostics, which hold times, tags and
 * files.
 */
#ifndef TAP_POINT_H
#define TAP_POINT_H

#include <stdio.h>
#include <subunit2/collect.h>

/* Where a test point is written, and its indentation. */
struct tap_point_place {
	FILE *file;
	const char *indent;      /* of the point */
	const char *text_indent; /* of its diagnostics */
	const char *file_indent; /* of the files among them */
};

static inline struct tap_point_place
tap_point_place_of(FILE *file, bool in_subtest)
{
	return in_subtest ? (struct tap_point_place){file, "    ", "      ", "        "}
	                  : (struct tap_point_place){file, "", "  ", "    "};
}

/* Returns true if the line of a test with STATUS begins with "ok". */
static inline bool
tap_point_is_ok(enum subunit2_status status)
{
	return status == SUBUNIT2_STATUS_SUCCESS || status == SUBUNIT2_STATUS_SKIP;
}

/* Writes NAME on the line of a test point. "#" and "\" are escaped, and so is "{" at the end, which
 * begins a subtest for some readers. */
void tap_point_put_name(FILE *file, struct subunit2_view name);

/* Writes the beginning of a test point, up to its number. */
void tap_point_put_number(const struct tap_point_place *place, bool ok, uint64_t number);

/* Writes the rest of the test point of TEST. The second form is for the top level: the name is the
 * id, and the label of the route follows as a comment. */
void tap_point_put_rest(const struct tap_point_place *place, struct subunit2_view name,
                        const struct subunit2_test *test);
void tap_point_put_top_rest(const struct tap_point_place *place, const struct subunit2_test *test);

#endif
