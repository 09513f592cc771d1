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

struct tty_proxy;
struct supervisor;

/* The terminal on standard input; NULL with errno when there is none. One at a time. */
struct tty_proxy *tty_proxy_new(void);
void tty_proxy_free(struct tty_proxy *proxy); /* NULL is allowed */

/* A terminal for the command like the user's. */
struct pty_options tty_proxy_pty(const struct tty_proxy *proxy);

/* From here on what is typed goes to STDIN_BUFFER, which has a terminal; until the second. */
void tty_proxy_lend(struct tty_proxy *proxy, struct supervisor *supervisor,
                    struct stdin_buffer *stdin_buffer);
void tty_proxy_reclaim(struct tty_proxy *proxy);

/* What the command wrote. */
void tty_proxy_write(struct tty_proxy *proxy, struct subunit2_view bytes);

/* For the supervisor: the user's terminal has another size; this program stops, and goes on. */
void tty_proxy_resize(const struct tty_proxy *proxy);
void tty_proxy_suspend(struct tty_proxy *proxy);
void tty_proxy_resume(struct tty_proxy *proxy);

#endif
