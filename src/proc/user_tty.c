/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "user_tty.h"

#include "memory.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct user_tty {
	int fd;
	struct termios before; /* as of the last time that they were not this program's */
	enum user_tty_mode mode;
	bool processed; /* output, with USER_TTY_RAW */
	bool changed;   /* the modes are this program's */
};

/* The modes to restore when this program ends: exit and signal handlers have no context. */
static struct {
	volatile sig_atomic_t due;
	int fd;
	struct termios modes;
} undo;

static void
user_tty_restore(void)
{
	if (undo.due)
		tcsetattr(undo.fd, TCSANOW, &undo.modes);
	undo.due = 0;
}

/* Opens the terminal on standard input anew, so that O_NONBLOCK is not set for the other processes
 * that use it. Returns -1 with errno on failure. */
static int
user_tty_open(void)
{
	char path[64];
	int fd = ttyname_r(STDIN_FILENO, path, sizeof(path)) == 0
	                 ? open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
	                 : -1;
	return fd >= 0 ? fd : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
}

struct user_tty *
user_tty_new(void)
{
	static bool restores;
	struct termios modes;
	if (tcgetattr(STDIN_FILENO, &modes) < 0)
		return NULL;
	int fd = user_tty_open();
	if (fd < 0)
		return NULL;
	struct user_tty *tty = memory_zeroed(1, sizeof(*tty));
	tty->fd = fd;
	tty->before = modes;
	tty->processed = true;
	if (!restores)
		atexit(user_tty_restore);
	restores = true;
	signals_at_death(user_tty_restore);
	return tty;
}

void
user_tty_free(struct user_tty *tty)
{
	if (!tty)
		return;
	user_tty_set_mode(tty, USER_TTY_BEFORE);
	undo.due = 0;
	close(tty->fd);
	free(tty);
}

int
user_tty_fd(const struct user_tty *tty)
{
	return tty->fd;
}

const struct termios *
user_tty_modes(const struct user_tty *tty)
{
	return &tty->before;
}

/* A terminal that is not the controlling one has no foreground group. */
bool
user_tty_is_ours(const struct user_tty *tty)
{
	pid_t foreground = tcgetpgrp(tty->fd);
	return foreground == getpgrp() || (foreground < 0 && errno == ENOTTY);
}

static struct termios
user_tty_wanted(const struct user_tty *tty)
{
	struct termios modes = tty->before;
	switch (tty->mode) {
	case USER_TTY_KEYS:
		modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		modes.c_cc[VMIN] = 1;
		modes.c_cc[VTIME] = 0;
		break;
	case USER_TTY_LINES:
		modes.c_lflag |= ICANON | ECHO | ISIG;
		modes.c_cc[VEOL] = USER_TTY_DETACH;
		break;
	case USER_TTY_RAW:
		cfmakeraw(&modes);
		modes.c_oflag = tty->processed ? tty->before.c_oflag
		                               : tty->before.c_oflag & ~(tcflag_t)OPOST;
		break;
	default:
		break;
	}
	return modes;
}

void
user_tty_update(struct user_tty *tty)
{
	if (!user_tty_is_ours(tty)) {
		/* The shell has set modes of its own. */
		tty->changed = false;
		undo.due = 0;
		return;
	}
	if (tty->changed || tty->mode == USER_TTY_BEFORE)
		return;
	if (tcgetattr(tty->fd, &tty->before) < 0)
		return;
	struct termios modes = user_tty_wanted(tty);
	undo.fd = tty->fd;
	undo.modes = tty->before;
	undo.due = 1;
	tty->changed = true;
	tcsetattr(tty->fd, TCSANOW, &modes);
}

void
user_tty_suspend(struct user_tty *tty)
{
	if (tty->changed)
		user_tty_restore();
	tty->changed = false;
}

void
user_tty_set_mode(struct user_tty *tty, enum user_tty_mode mode)
{
	if (tty->changed && !user_tty_is_ours(tty))
		tty->changed = false;
	user_tty_suspend(tty);
	tty->mode = mode;
	user_tty_update(tty);
}

void
user_tty_set_output(struct user_tty *tty, bool processed)
{
	if (tty->processed == processed)
		return;
	tty->processed = processed;
	struct termios modes = user_tty_wanted(tty);
	if (tty->changed && user_tty_is_ours(tty))
		tcsetattr(tty->fd, TCSANOW, &modes);
}
