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

struct regex;

#define REGEX_REASON_SIZE 160

/* NULL, with REASON filled ("missing closing parenthesis, at offset 4"), when
 * REGEX is not a pattern. Released with regex_free; NULL is allowed there. */
struct regex *regex_new(const char *regex, char reason[REGEX_REASON_SIZE]);
void regex_free(struct regex *pattern);

/* Where PCRE2 gives up on TEXT, as on one that would take it for ever, a message
 * says so, once for a pattern, and TEXT does not match. */
bool regex_matches(struct regex *pattern, struct subunit2_view text);

/*
 * TEXT with every match replaced by REPLACEMENT, in which $1 or ${name} is what a
 * group found; to be freed, its length in *LEN. NULL when nothing matches, as above.
 */
char *regex_replace(struct regex *pattern, struct subunit2_view text, const char *replacement,
                    size_t *len);

/* False, with REASON filled ("unknown substring"), when what matches REGEX, which is
 * a pattern, cannot be replaced by REPLACEMENT. */
bool regex_replacement_is_valid(const char *regex, const char *replacement,
                                char reason[REGEX_REASON_SIZE]);

/* Several, of which one is enough. All zeroes to begin with. */
struct regex_list {
	struct regex **items;
	size_t count;
};

/* REGEX as one more. False, with REASON filled, when it is not a pattern. */
bool regex_list_add(struct regex_list *patterns, const char *regex, char reason[REGEX_REASON_SIZE]);
bool regex_list_match(const struct regex_list *patterns, struct subunit2_view text);
void regex_list_clear(struct regex_list *patterns);

/* Which test ids are meant: --match and --exclude, both repeatable. */
struct regex_filter {
	struct regex_list match, exclude;
};

/* True when ID is matched, or nothing was to match, and it is not excluded. */
bool regex_filter_matches(const struct regex_filter *filter, struct subunit2_view id);
void regex_filter_clear(struct regex_filter *filter);

#endif
