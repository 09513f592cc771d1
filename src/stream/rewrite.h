/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Sinks that change events. An event that does not change keeps its packet.
 */
#ifndef REWRITE_H
#define REWRITE_H

#include "regex.h"
#include "string_list.h"

#include <subunit2.h>

/* "RE=TEXT": replaces matches of RE in test ids by TEXT, in which $1 stands for a group. */
struct renaming {
	struct regex *pattern;
	char *replacement;
};

struct renamings {
	struct renaming *items;
	size_t count;
};

/* Adds a renaming. Returns false, with REASON, if REGEX is invalid or REPLACEMENT does not fit it.
 */
bool renamings_add(struct renamings *renamings, const char *regex, const char *replacement,
                   char reason[REGEX_REASON_SIZE]);
void renamings_clear(struct renamings *renamings);

/* Applies each renaming in turn. Ignores one whose result is not a valid id: empty, with NUL, or
 * not UTF-8. RENAMINGS and NEXT must outlive the sink. */
struct subunit2_sink *rewrite_rename_new(const struct renamings *renamings,
                                         struct subunit2_sink *next);

/* Turns fail into xfail, and success into uxsuccess, for the test ids in EXPECTED, which is sorted
 * and must outlive the sink. */
struct subunit2_sink *rewrite_expect_fail_new(const struct string_list *expected,
                                              struct subunit2_sink *next);

/* Strips the leading part of a routing code that is one of ROUTES, or its first segment if ROUTES
 * is empty. An empty code is dropped. ROUTES must outlive the sink. */
struct subunit2_sink *rewrite_strip_route_new(const struct string_list *routes,
                                              struct subunit2_sink *next);

#endif
