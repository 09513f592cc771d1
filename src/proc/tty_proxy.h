/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console: the terminal that this program's user sits at, lent to one command
 * that has a terminal of its own.
 *
 * What is typed goes there as it is, interrupts and all, and what the command
 * writes is shown. The modes of the user's terminal are restored when the command
 * is over, and whenever else this program ends or stops, but for a SIGKILL.
 */
#ifndef TTY_PROXY_H
#define TTY_PROXY_H

#include "pty.h"
#include "stdin_buffer.h"

struct console;
struct supervisor;

/* The terminal on standard input; NULL with errno when there is none. One at a time. */
struct console *console_new(void);
void console_free(struct console *console); /* NULL is allowed */

/* A terminal for the command like the user's. */
struct pty_options console_pty(const struct console *console);

/* From here on what is typed goes to SUPPLY, which has a terminal; until the second. */
void console_lend(struct console *console, struct supervisor *supervisor, struct supply *supply);
void console_take_back(struct console *console);

/* What the command wrote. */
void console_show(struct console *console, struct subunit2_view bytes);

/* For the supervisor: the user's terminal has another size; this program stops, and goes on. */
void console_resize(const struct console *console);
void console_suspend(struct console *console);
void console_resume(struct console *console);

#endif
