/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The class and the name of a test in JUnit, made from its id.
 */
#ifndef JUNIT_NAME_H
#define JUNIT_NAME_H

#include <subunit2/tags.h>

struct junit_name {
	struct subunit2_view class; /* absent: no attribute classname */
	struct subunit2_view name;
};

/*
 * Splits ID. "SCRIPT::NAME" is split at the first "::" before a blank or a parenthesis, any
 * other id at its last dot that is not in parentheses or brackets, nor after a blank or a
 * slash. An id without such a dot, and the name of a script's file, is both class and name.
 */
struct junit_name junit_name_split(struct subunit2_view id);

/* Reads *NAME from TAGS. Returns false if no tag has it. */
bool junit_name_of_tags(struct subunit2_tags tags, struct junit_name *name);

/* Adds the tags that junit_name_of_tags reads. */
enum subunit2_result junit_name_add_tags(struct subunit2_tagset *tags,
                                         const struct junit_name *name,
                                         struct subunit2_error *error);

/* Returns true for one of these tags. */
bool junit_name_is_tag(struct subunit2_view tag);

bool junit_name_equal(const struct junit_name *a, const struct junit_name *b);

#endif
