/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options whose value is a pattern (util/regex.h).
 *
 * Each function returns 0, or the result of options_refuse_value.
 */
#ifndef PATTERN_OPTIONS_H
#define PATTERN_OPTIONS_H

#include "options.h"
#include "regex.h"
#include "rewrite.h"

/* --match and --exclude, both repeatable. */
extern const struct poptOption pattern_options_table[];

/* Add the value of OPTION, one of that table, to FILTER. */
int pattern_options_parse_filter(struct regex_filter *filter, struct options *options, int option);

/* Add the value of the last option to PATTERNS. */
int pattern_options_parse(struct regex_list *patterns, struct options *options);

/*
 * Add the value of the last option, "REGEX=TEXT", to RENAMINGS. The first "=" divides it that has
 * no backslash before it and is not part of "(?=" or "(?<=".
 */
int pattern_options_parse_renaming(struct renamings *renamings, struct options *options);

#endif
