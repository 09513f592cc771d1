/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Words as a POSIX shell reads them.
 */
#ifndef SHELL_QUOTE_H
#define SHELL_QUOTE_H

#include "string_list.h"

/* ARGV, up to its NULL, as one line that a shell splits into the same words; to
 * be freed. Words that need no quotes have none. */
char *shell_quote_words(const char *const *argv);

/* Adds to WORDS what a shell splits LINE into: quotes and backslashes have their
 * meaning, all else has none. NULL, or what is wrong (that there is no word, too), and
 * WORDS are as they were. */
const char *shell_quote_split(const char *line, struct string_list *words);

#endif
