/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Amending sinks: they change events that pass. What they do not change keeps
 * its packet.
 */
#ifndef REWRITE_H
#define REWRITE_H

#include "regex.h"
#include "string_list.h"

#include <subunit2.h>

/* "RE=TEXT": what RE matches in test ids becomes TEXT, in which $1 is a group. */
struct renaming {
	struct regex *pattern;
	char *replacement;
};

struct renamings {
	struct renaming *items;
	size_t count;
};

/* False, with REASON filled, when REGEX is not a pattern or REPLACEMENT does not fit it. */
bool renamings_add(struct renamings *renamings, const char *regex, const char *replacement,
                   char reason[REGEX_REASON_SIZE]);
void renamings_clear(struct renamings *renamings);

/* Each renaming in turn. An id that becomes empty, or no id at all (NUL, bad
 * UTF-8), stays what it was. RENAMINGS and NEXT outlive the sink. */
struct subunit2_sink *rewrite_rename_new(const struct renamings *renamings,
                                         struct subunit2_sink *next);

/* The tests with the ids in EXPECTED, which is sorted and outlives the sink: fail becomes xfail,
 * success uxsuccess. */
struct subunit2_sink *rewrite_expect_fail_new(const struct string_list *expected,
                                              struct subunit2_sink *next);

/* Takes off the part of the routing code that is one of ROUTES; where there are
 * none, its first segment. Nothing left: no code. ROUTES outlives the sink. */
struct subunit2_sink *rewrite_strip_route_new(const struct string_list *routes,
                                              struct subunit2_sink *next);

#endif
