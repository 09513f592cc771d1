/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Regular expressions, as PCRE2 defines them, for any bytes.
 *
 * An expression matches if it is found anywhere; ^ and $ anchor it. Text is read as UTF-8; bytes
 * that are not UTF-8 match no expression.
 */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <subunit2/view.h>

struct regex;

#define REGEX_REASON_SIZE 160

/* Compiles REGEX. Returns NULL, with REASON ("missing closing parenthesis, at offset 4"), if it is
 * invalid. To be freed by regex_free, which allows NULL. */
struct regex *regex_new(const char *regex, char reason[REGEX_REASON_SIZE]);
void regex_free(struct regex *pattern);

/* Returns the expression as it was given. */
const char *regex_text(const struct regex *pattern);

/* Returns true if TEXT matches. If PCRE2 reaches its limits, returns false after a message, which
 * is printed once for each expression. */
bool regex_matches(struct regex *pattern, struct subunit2_view text);

/*
 * Returns TEXT with every match replaced by REPLACEMENT, in which $1 and ${name} stand for groups;
 * to be freed, with its length in *LEN. Returns NULL if TEXT does not match.
 */
char *regex_replace(struct regex *pattern, struct subunit2_view text, const char *replacement,
                    size_t *len);

/* Returns false, with REASON ("unknown substring"), if REPLACEMENT does not fit REGEX, which is
 * valid. */
bool regex_replacement_is_valid(const char *regex, const char *replacement,
                                char reason[REGEX_REASON_SIZE]);

/* A list of expressions, which matches if one of them does. All zeroes: empty. */
struct regex_list {
	struct regex **items;
	size_t count;
};

/* Adds REGEX. Returns false, with REASON, if it is invalid. */
bool regex_list_add(struct regex_list *patterns, const char *regex, char reason[REGEX_REASON_SIZE]);
bool regex_list_match(const struct regex_list *patterns, struct subunit2_view text);
/* Returns the index of the first expression that matches, or -1. */
long regex_list_first(const struct regex_list *patterns, struct subunit2_view text);
void regex_list_clear(struct regex_list *patterns);

/* The selection of test ids by --match and --exclude, both repeatable. */
struct regex_filter {
	struct regex_list match, exclude;
};

/* Returns true if ID matches, or no --match was given, and it is not excluded. */
bool regex_filter_matches(const struct regex_filter *filter, struct subunit2_view id);
void regex_filter_clear(struct regex_filter *filter);

#endif
