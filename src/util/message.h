/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Messages on stderr, one line each: "subunit2 wrap: log.txt: No such file or directory" (command,
 * thing, reason).
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>
#include <subunit2/error.h>

/* Sets the prefix of all later messages, such as "subunit2 wrap". */
void message_begin(const char *name);

/* Calls BEFORE with CONTEXT before each later message; NULL: nothing is called. */
void message_call_before(void (*before)(void *context), void *context);

/* Prints a line. Control bytes in it are escaped. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_args(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Prints "THING: message of ERROR (at byte N)"; THING may be NULL. */
void message_error(const char *thing, const struct subunit2_error *error);

#endif
