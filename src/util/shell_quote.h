/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Words as a POSIX shell reads them.
 */
#ifndef SHELL_QUOTE_H
#define SHELL_QUOTE_H

#include "string_list.h"

/* Returns ARGV, which ends with NULL, as a line that a shell splits into the same words; to be
 * freed. Words that need no quotes get none. */
char *shell_quote_words(const char *const *argv);

/* Splits LINE into words as a shell does, with quotes and backslashes but no other special
 * character, and adds them to WORDS. Returns NULL, or an error message, with WORDS unchanged. A
 * line without a word is an error. */
const char *shell_quote_split(const char *line, struct string_list *words);

#endif
