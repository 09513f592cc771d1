/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tty_proxy.h"

#include "memory.h"
#include "signals.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE 4096 /* bytes of input read at once */

struct tty_proxy {
	int fd;
	struct termios before, lent;
	struct event_loop *loop; /* NULL: it is not lent */
	struct stdin_buffer *stdin_buffer;
	struct event_loop_watch typed;
};

/* The modes to restore when this program ends: exit and signal handlers have no context. */
static struct {
	volatile sig_atomic_t due;
	int fd;
	struct termios modes;
} undo;

static void
tty_proxy_restore(void)
{
	if (undo.due)
		tcsetattr(undo.fd, TCSANOW, &undo.modes);
	undo.due = 0;
}

/* Opens the terminal on standard input anew, so that O_NONBLOCK is not set for the other processes
 * that use it. Returns -1 with errno on failure. */
static int
tty_proxy_open_user(void)
{
	char path[64];
	int fd = ttyname_r(STDIN_FILENO, path, sizeof(path)) == 0
	                 ? open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
	                 : -1;
	return fd >= 0 ? fd : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
}

struct tty_proxy *
tty_proxy_new(void)
{
	struct termios modes;
	if (tcgetattr(STDIN_FILENO, &modes) < 0)
		return NULL;
	int fd = tty_proxy_open_user();
	if (fd < 0)
		return NULL;
	struct tty_proxy *proxy = memory_zeroed(1, sizeof(*proxy));
	proxy->fd = fd;
	proxy->before = proxy->lent = modes;
	cfmakeraw(&proxy->lent);
	proxy->lent.c_oflag = modes.c_oflag;
	undo.fd = fd;
	undo.modes = modes;
	atexit(tty_proxy_restore);
	signals_at_death(tty_proxy_restore);
	return proxy;
}

void
tty_proxy_free(struct tty_proxy *proxy)
{
	if (!proxy)
		return;
	tty_proxy_reclaim(proxy);
	close(proxy->fd);
	free(proxy);
}

struct pty_options
tty_proxy_pty(const struct tty_proxy *proxy)
{
	struct pty_options options = {.modes = proxy->before, .has_modes = true};
	pty_size(&options.size);
	return options;
}

static void
tty_proxy_set_raw(const struct tty_proxy *proxy)
{
	undo.due = 1;
	tcsetattr(proxy->fd, TCSANOW, &proxy->lent);
}

void
tty_proxy_resize(void *context)
{
	const struct tty_proxy *proxy = context;
	struct winsize size;
	if (ioctl(proxy->fd, TIOCGWINSZ, &size) == 0)
		ioctl(stdin_buffer_terminal(proxy->stdin_buffer), TIOCSWINSZ, &size);
}

/* Sets the size first, so that input typed after a change of it does not overtake the change. */
static void
tty_proxy_on_input_readable(void *context)
{
	struct tty_proxy *proxy = context;
	char piece[PIECE];
	ssize_t got = read(proxy->fd, piece, sizeof(piece));
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
	tty_proxy_set_raw(proxy);
	event_loop_watch(loop, &proxy->typed, proxy->fd, tty_proxy_on_input_readable, proxy);
}

void
tty_proxy_reclaim(struct tty_proxy *proxy)
{
	if (!proxy->loop)
		return;
	event_loop_unwatch(proxy->loop, &proxy->typed);
	proxy->loop = NULL;
	tty_proxy_restore();
}

/* The command's terminal puts no carriage return before a newline, so the user's terminal does,
 * unless the command has switched output processing off. */
static void
tty_proxy_follow_modes(struct tty_proxy *proxy)
{
	struct termios modes;
	tcflag_t lent = proxy->lent.c_oflag;
	if (tcgetattr(stdin_buffer_terminal(proxy->stdin_buffer), &modes) < 0)
		return;
	proxy->lent.c_oflag = modes.c_oflag & OPOST ? proxy->before.c_oflag
	                                            : proxy->before.c_oflag & ~(tcflag_t)OPOST;
	if (proxy->lent.c_oflag != lent)
		tty_proxy_set_raw(proxy);
}

void
tty_proxy_write(struct tty_proxy *proxy, struct subunit2_view bytes)
{
	if (!proxy->loop)
		return;
	tty_proxy_follow_modes(proxy);
	write_all(proxy->fd, bytes);
}

void
tty_proxy_suspend(void *context)
{
	(void)context;
	tty_proxy_restore();
}

void
tty_proxy_resume(void *context)
{
	struct tty_proxy *proxy = context;
	tty_proxy_set_raw(proxy);
	tty_proxy_resize(proxy);
}
