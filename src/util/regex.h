/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Patterns: regular expressions as PCRE2 has them, over any bytes.
 *
 * A pattern matches when it is found anywhere; ^ and $ bind it. Characters are
 * those of UTF-8; bytes that are not UTF-8 match nothing.
 */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <subunit2/view.h>

struct pattern;

#define PATTERN_REASON_SIZE 160

/* NULL, with REASON filled ("missing closing parenthesis, at offset 4"), when
 * REGEX is not a pattern. Released with pattern_free; NULL is allowed there. */
struct pattern *pattern_new(const char *regex, char reason[PATTERN_REASON_SIZE]);
void pattern_free(struct pattern *pattern);

/* Where PCRE2 gives up on TEXT, as on one that would take it for ever, a message
 * says so, once for a pattern, and TEXT does not match. */
bool pattern_matches(struct pattern *pattern, struct subunit2_view text);

/*
 * TEXT with every match replaced by REPLACEMENT, in which $1 or ${name} is what a
 * group found; to be freed, its length in *LEN. NULL when nothing matches, as above.
 */
char *pattern_replace(struct pattern *pattern, struct subunit2_view text, const char *replacement,
                      size_t *len);

/* False, with REASON filled ("unknown substring"), when what matches REGEX, which is
 * a pattern, cannot be replaced by REPLACEMENT. */
bool pattern_replacement_is_good(const char *regex, const char *replacement,
                                 char reason[PATTERN_REASON_SIZE]);

/* Several, of which one is enough. All zeroes to begin with. */
struct patterns {
	struct pattern **items;
	size_t count;
};

/* REGEX as one more. False, with REASON filled, when it is not a pattern. */
bool patterns_add(struct patterns *patterns, const char *regex, char reason[PATTERN_REASON_SIZE]);
bool patterns_match(const struct patterns *patterns, struct subunit2_view text);
void patterns_clear(struct patterns *patterns);

/* Which test ids are meant: --match and --exclude, both repeatable. */
struct pattern_filter {
	struct patterns match, exclude;
};

/* True when ID is matched, or nothing was to match, and it is not excluded. */
bool pattern_filter_admits(const struct pattern_filter *filter, struct subunit2_view id);
void pattern_filter_clear(struct pattern_filter *filter);

#endif
