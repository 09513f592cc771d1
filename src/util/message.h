/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a command says on stderr: one line, "subunit2 wrap: log.txt: No such file
 * or directory" — command, thing, reason.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>
#include <subunit2/error.h>

/* NAME ("subunit2 wrap") stands before every message from now on. */
void message_begin(const char *name);

/* The line; control bytes in it are made visible. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_args(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* "THING: message of error (at byte N)"; THING may be NULL. */
void message_error(const char *thing, const struct subunit2_error *error);

#endif
