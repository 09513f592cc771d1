/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Ignores SIGPIPE and SIGXFSZ, which end a program that writes to a closed pipe, or beyond the size
 * to which files are limited. write(2) then fails with EPIPE or EFBIG, which can be reported.
 */
#ifndef WRITE_SIGNALS_H
#define WRITE_SIGNALS_H

#include <stdbool.h>

/* Ignores both signals for the rest of the program. */
void write_signals_ignore(void);

/* Returns true if SIGNO is one of them and was ignored before write_signals_ignore. */
bool write_signals_was_ignored(int signo);

#endif
