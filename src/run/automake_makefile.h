/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A Makefile that automake has made, and its statements about tests: the test drivers, the
 * environment, and whether it has tests at all.
 *
 * Values are the text of the Makefile, unexpanded, with continuation lines joined.
 */
#ifndef AUTOMAKE_MAKEFILE_H
#define AUTOMAKE_MAKEFILE_H

#include <stdbool.h>
#include <stddef.h>

struct automake_variable {
	char *name, *value;
};

struct automake_makefile {
	struct automake_variable *variables; /* all of those that are assigned, each once */
	size_t count, room;
	bool check_rule; /* it has a rule for check-TESTS */
};

/* Reads the file at PATH. One that cannot be read says nothing. Released with
 * automake_makefile_clear. */
void automake_makefile_read(struct automake_makefile *makefile, const char *path);
void automake_makefile_clear(struct automake_makefile *makefile);

/* Returns the value of the variable NAME, of LEN bytes, or NULL. */
const char *automake_makefile_value(const struct automake_makefile *makefile, const char *name,
                                    size_t len);

/* Returns true if NAME is LOG_DRIVER, or one such as TAP_LOG_DRIVER. */
bool automake_makefile_is_driver(const char *name);

/* Returns TEXT with each $(NAME) replaced by its value, once; to be freed. A variable that the
 * Makefile does not assign stays as it is. */
char *automake_makefile_expand(const struct automake_makefile *makefile, const char *text);

/* Returns the end of the word at TEXT: blanks in quotes and in $(…) do not end it. */
const char *automake_makefile_word_end(const char *text);

#endif
