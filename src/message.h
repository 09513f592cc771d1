/*
 * What a command says on stderr: one line, "subunit2 wrap: log.txt: No such file
 * or directory" — command, thing, reason.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <subunit2/error.h>

/* NAME ("subunit2 wrap") stands before every message from now on. */
void message_begin(const char *name);

/* The line; control bytes in it are made visible. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "THING: message of error (at byte N)"; THING may be NULL. */
void message_error(const char *thing, const struct subunit2_error *error);

#endif
