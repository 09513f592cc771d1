/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGPIPE and SIGXFSZ, which end a program that writes to a closed pipe, or to a file over its
 * limit. If they are ignored, write(2) returns EPIPE or EFBIG, so that the error can be reported.
 */
#ifndef WRITE_SIGNALS_H
#define WRITE_SIGNALS_H

#include <stdbool.h>

/* Ignores both signals for the rest of the program. */
void write_signals_ignore(void);

/* Returns true if SIGNO is one of them and was ignored before write_signals_ignore. */
bool write_signals_was_ignored(int signo);

#endif
