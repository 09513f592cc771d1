/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tty_proxy.h"

#include "memory.h"
#include "user_tty.h"
#include "write_all.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE 4096 /* bytes of input read at once */

struct tty_proxy {
	struct user_tty *tty;
	struct event_loop *loop; /* NULL: it is not lent */
	struct stdin_buffer *stdin_buffer;
	struct event_loop_watch typed;
};

struct tty_proxy *
tty_proxy_new(void)
{
	struct user_tty *tty = user_tty_new();
	if (!tty)
		return NULL;
	struct tty_proxy *proxy = memory_zeroed(1, sizeof(*proxy));
	proxy->tty = tty;
	return proxy;
}

void
tty_proxy_free(struct tty_proxy *proxy)
{
	if (!proxy)
		return;
	tty_proxy_reclaim(proxy);
	user_tty_free(proxy->tty);
	free(proxy);
}

struct pty_options
tty_proxy_pty(const struct tty_proxy *proxy)
{
	struct pty_options options = {.modes = *user_tty_modes(proxy->tty), .has_modes = true};
	pty_size(&options.size);
	return options;
}

void
tty_proxy_resize(void *context)
{
	const struct tty_proxy *proxy = context;
	struct winsize size;
	if (ioctl(user_tty_fd(proxy->tty), TIOCGWINSZ, &size) == 0)
		ioctl(stdin_buffer_terminal(proxy->stdin_buffer), TIOCSWINSZ, &size);
}

/* Sets the size first, so that input typed after a change of it does not overtake the change. */
static void
tty_proxy_on_input_readable(void *context)
{
	struct tty_proxy *proxy = context;
	char piece[PIECE];
	user_tty_update(proxy->tty);
	ssize_t got = read(user_tty_fd(proxy->tty), piece, sizeof(piece));
	tty_proxy_resize(proxy);
	if (got > 0) {
		stdin_buffer_put(proxy->stdin_buffer, (struct subunit2_view){piece, (size_t)got});
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		event_loop_unwatch(proxy->loop, &proxy->typed);
		stdin_buffer_end(proxy->stdin_buffer);
	}
}

void
tty_proxy_lend(struct tty_proxy *proxy, struct event_loop *loop, struct stdin_buffer *stdin_buffer)
{
	proxy->loop = loop;
	proxy->stdin_buffer = stdin_buffer;
	user_tty_set_mode(proxy->tty, USER_TTY_RAW);
	event_loop_watch(loop, &proxy->typed, user_tty_fd(proxy->tty), tty_proxy_on_input_readable,
	                 proxy);
}

void
tty_proxy_reclaim(struct tty_proxy *proxy)
{
	if (!proxy->loop)
		return;
	event_loop_unwatch(proxy->loop, &proxy->typed);
	proxy->loop = NULL;
	user_tty_set_mode(proxy->tty, USER_TTY_BEFORE);
}

/* Sets the output modes of the user's terminal. The command's terminal puts no carriage return
 * before a newline, so the user's does, unless the command has switched output processing off. */
static void
tty_proxy_follow_modes(struct tty_proxy *proxy)
{
	struct termios modes;
	if (tcgetattr(stdin_buffer_terminal(proxy->stdin_buffer), &modes) == 0)
		user_tty_set_output(proxy->tty, modes.c_oflag & OPOST);
}

void
tty_proxy_write(struct tty_proxy *proxy, struct subunit2_view bytes)
{
	if (!proxy->loop)
		return;
	tty_proxy_follow_modes(proxy);
	write_all(user_tty_fd(proxy->tty), bytes);
}

void
tty_proxy_suspend(void *context)
{
	const struct tty_proxy *proxy = context;
	user_tty_suspend(proxy->tty);
}

void
tty_proxy_resume(void *context)
{
	struct tty_proxy *proxy = context;
	user_tty_update(proxy->tty);
	tty_proxy_resize(proxy);
}
