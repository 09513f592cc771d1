/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options whose value is a pattern (util/regex.h).
 *
 * Each function returns 0, or what options_refuse_value returns.
 */
#ifndef PATTERN_OPTIONS_H
#define PATTERN_OPTIONS_H

#include "options.h"
#include "regex.h"
#include "rewrite.h"

/* --match and --exclude, both repeatable. */
extern const struct poptOption pattern_options_table[];

/* Add the value of OPTION, one of that table, to FILTER. */
int parse_pattern_filter(struct pattern_filter *filter, struct options *options, int option);

/* Add the value of the last option to PATTERNS. */
int parse_pattern(struct patterns *patterns, struct options *options);

/*
 * Add the value of the last option, "REGEX=TEXT", to RENAMINGS. The first "=" divides it that has
 * no backslash before it and is not part of "(?=" or "(?<=".
 */
int parse_renaming(struct renamings *renamings, struct options *options);

#endif
