/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tty_proxy.h"

#include "memory.h"
#include "supervisor.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE 4096 /* bytes typed at once */

struct console {
	int fd;
	struct termios before, lent;
	struct supervisor *supervisor; /* NULL: it is not lent */
	struct supply *supply;
	struct loop_watch typed;
};

/* What has to be undone however this program ends: exits and signals have no context. */
static struct {
	volatile sig_atomic_t due;
	int fd;
	struct termios modes;
} undo;

static void
restore(void)
{
	if (undo.due)
		tcsetattr(undo.fd, TCSANOW, &undo.modes);
	undo.due = 0;
}

/* A description of our own: reading it must not make others' not wait. */
static int
open_user(void)
{
	char path[64];
	int fd = ttyname_r(STDIN_FILENO, path, sizeof(path)) == 0
	                 ? open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
	                 : -1;
	return fd >= 0 ? fd : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
}

struct console *
console_new(void)
{
	struct termios modes;
	if (tcgetattr(STDIN_FILENO, &modes) < 0)
		return NULL;
	int fd = open_user();
	if (fd < 0)
		return NULL;
	struct console *console = memory_zeroed(1, sizeof(*console));
	console->fd = fd;
	console->before = console->lent = modes;
	cfmakeraw(&console->lent);
	console->lent.c_oflag = modes.c_oflag;
	undo.fd = fd;
	undo.modes = modes;
	atexit(restore);
	signals_at_death(restore);
	return console;
}

void
console_free(struct console *console)
{
	if (!console)
		return;
	console_take_back(console);
	close(console->fd);
	free(console);
}

struct pty_options
console_pty(const struct console *console)
{
	struct pty_options options = {.modes = console->before, .has_modes = true};
	pty_size(&options.size);
	return options;
}

static void
take_modes(const struct console *console)
{
	undo.due = 1;
	tcsetattr(console->fd, TCSANOW, &console->lent);
}

static void
take_typed(void *context)
{
	struct console *console = context;
	char piece[PIECE];
	ssize_t got = read(console->fd, piece, sizeof(piece));
	if (got > 0) {
		supply_put(console->supply, (struct subunit2_view){piece, (size_t)got});
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		loop_unwatch(console->supervisor->loop, &console->typed);
		supply_end(console->supply);
	}
}

void
console_lend(struct console *console, struct supervisor *supervisor, struct supply *supply)
{
	console->supervisor = supervisor;
	console->supply = supply;
	supervisor->console = console;
	take_modes(console);
	loop_watch(supervisor->loop, &console->typed, console->fd, take_typed, console);
}

void
console_take_back(struct console *console)
{
	if (!console->supervisor)
		return;
	loop_unwatch(console->supervisor->loop, &console->typed);
	console->supervisor->console = NULL;
	console->supervisor = NULL;
	restore();
}

/* The command's terminal puts no carriage return before a newline, so the user's
 * does; but not when the command wants none. */
static void
follow_modes(struct console *console)
{
	struct termios modes;
	tcflag_t lent = console->lent.c_oflag;
	if (tcgetattr(supply_terminal(console->supply), &modes) < 0)
		return;
	console->lent.c_oflag = modes.c_oflag & OPOST ? console->before.c_oflag
	                                              : console->before.c_oflag & ~(tcflag_t)OPOST;
	if (console->lent.c_oflag != lent)
		take_modes(console);
}

void
console_show(struct console *console, struct subunit2_view bytes)
{
	if (!console->supervisor)
		return;
	follow_modes(console);
	pour(console->fd, bytes);
}

void
console_resize(const struct console *console)
{
	struct winsize size;
	if (ioctl(console->fd, TIOCGWINSZ, &size) == 0)
		ioctl(supply_terminal(console->supply), TIOCSWINSZ, &size);
}

void
console_suspend(struct console *console)
{
	(void)console;
	restore();
}

void
console_resume(struct console *console)
{
	take_modes(console);
	console_resize(console);
}
