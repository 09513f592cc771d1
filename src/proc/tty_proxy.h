/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The terminal proxy: connects the user's terminal with a command that runs in a terminal of its
 * own (see pty.h).
 *
 * The user's input is passed on byte by byte, ^C included, and the command's output is shown. The
 * modes of the user's terminal are restored when the command ends, and when this program stops or
 * ends, except by SIGKILL.
 */
#ifndef TTY_PROXY_H
#define TTY_PROXY_H

#include "pty.h"
#include "stdin_buffer.h"

struct tty_proxy;

/* Opens the terminal on standard input. Returns NULL with errno if standard input is no terminal.
 * A program has one at a time. */
struct tty_proxy *tty_proxy_new(void);
void tty_proxy_free(struct tty_proxy *proxy); /* NULL is allowed */

/* Returns the modes and the size of the user's terminal, for the command's. */
struct pty_options tty_proxy_pty(const struct tty_proxy *proxy);

/* Passes the user's input to STDIN_BUFFER, which has a terminal, until tty_proxy_reclaim. */
void tty_proxy_lend(struct tty_proxy *proxy, struct event_loop *loop,
                    struct stdin_buffer *stdin_buffer);
void tty_proxy_reclaim(struct tty_proxy *proxy);

/* Shows BYTES, which the command wrote; nothing if the terminal is not lent. */
void tty_proxy_write(struct tty_proxy *proxy, struct subunit2_view bytes);

/* Call these while the terminal is lent: when its size has changed, before this program stops, and
 * after it was continued. PROXY is a struct tty_proxy; they are callbacks. */
void tty_proxy_resize(void *proxy);
void tty_proxy_suspend(void *proxy);
void tty_proxy_resume(void *proxy);

#endif
