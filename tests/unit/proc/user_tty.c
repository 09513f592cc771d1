/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The modes of the user's terminal: those of each kind, and when they are restored. */
#include "user_tty.h"
#include "check.h"

#include "fault.h"
#include "pty.h"
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2]; /* of the terminal, whose lower end is standard input */
static struct termios before;

int
ttyname_r(int fd, char *path, size_t size)
{
	char link[32];
	if (fault_hits("ttyname_r"))
		return errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, size - 1);
	path[len > 0 ? len : 0] = '\0';
	return len > 0 ? 0 : errno;
}

int
tcgetattr(int fd, struct termios *modes)
{
	static int (*real)(int fd, struct termios *modes);
	return fault_find("tcgetattr", &real) ? -1 : real(fd, modes);
}

pid_t
tcgetpgrp(int fd)
{
	static pid_t (*real)(int fd);
	return fault_find("tcgetpgrp", &real) ? 0 : real(fd);
}

static void
open_terminal(void)
{
	const struct pty_options options = {.size = {.ws_row = 10, .ws_col = 20}};
	if (!pty_open(&options, ends) || dup2(ends[1], STDIN_FILENO) < 0 ||
	    tcgetattr(STDIN_FILENO, &before) < 0)
		exit(99);
	before.c_lflag |= ECHO | ICANON | ISIG;
	before.c_oflag |= OPOST | ONLCR;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void
close_terminal(void)
{
	close(ends[0]);
	close(ends[1]);
}

static struct termios
modes_now(void)
{
	struct termios modes = {0};
	tcgetattr(STDIN_FILENO, &modes);
	return modes;
}

static bool
are(struct termios a, struct termios b)
{
	return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_lflag == b.c_lflag &&
	       a.c_cflag == b.c_cflag && memcmp(a.c_cc, b.c_cc, sizeof(a.c_cc)) == 0;
}

static bool
are_raw(struct termios modes)
{
	return !(modes.c_lflag & (ECHO | ICANON | ISIG | IEXTEN)) &&
	       !(modes.c_iflag & (ICRNL | IXON));
}

static void
check_modes(struct user_tty *tty)
{
	struct termios now = before;
	CHECK_NAMED("opening changes no mode", are(modes_now(), before));
	CHECK(are(*user_tty_modes(tty), before) && user_tty_is_ours(tty));
	user_tty_set_mode(tty, USER_TTY_KEYS);
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	CHECK_NAMED("keys are read at once, and send signals", are(modes_now(), now));
	user_tty_set_mode(tty, USER_TTY_LINES);
	now = before;
	now.c_cc[VEOL] = USER_TTY_DETACH;
	CHECK_NAMED("^] ends a line", are(modes_now(), now));
	user_tty_set_mode(tty, USER_TTY_RAW);
	CHECK(are_raw(modes_now()) && modes_now().c_oflag == before.c_oflag);
	CHECK_NAMED("the modes as they were are still known", are(*user_tty_modes(tty), before));
	user_tty_set_mode(tty, USER_TTY_BEFORE);
	CHECK(are(modes_now(), before));
}

static void
check_lines(struct user_tty *tty)
{
	struct termios quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
	user_tty_set_mode(tty, USER_TTY_LINES);
	CHECK_NAMED("lines have echo and signals also if the terminal had none",
	            (modes_now().c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG));
	user_tty_set_mode(tty, USER_TTY_BEFORE);
	CHECK(are(modes_now(), quiet));
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void
check_output(struct user_tty *tty)
{
	user_tty_set_output(tty, false);
	CHECK_NAMED("output is changed with raw modes only", are(modes_now(), before));
	user_tty_set_output(tty, true);
	user_tty_set_mode(tty, USER_TTY_RAW);
	user_tty_set_output(tty, false);
	CHECK(are_raw(modes_now()) && modes_now().c_oflag == (before.c_oflag & ~(tcflag_t)OPOST));
	user_tty_set_output(tty, true);
	CHECK(are_raw(modes_now()) && modes_now().c_oflag == before.c_oflag);
	/* Another program changes them; the same wish again does not. */
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	user_tty_set_output(tty, true);
	CHECK(are(modes_now(), before));
	user_tty_set_mode(tty, USER_TTY_BEFORE);
}

static void
check_stop(struct user_tty *tty)
{
	user_tty_set_mode(tty, USER_TTY_RAW);
	user_tty_suspend(tty);
	CHECK(are(modes_now(), before));
	struct termios other = before;
	other.c_cc[VINTR] = 'x';
	tcsetattr(STDIN_FILENO, TCSANOW, &other);
	user_tty_suspend(tty);
	CHECK_NAMED("modes are restored once", are(modes_now(), other));
	user_tty_update(tty);
	CHECK_NAMED("after a stop, the mode is set again", are_raw(modes_now()));
	user_tty_update(tty);
	user_tty_set_mode(tty, USER_TTY_BEFORE);
	CHECK_NAMED("and the modes that were found then are restored", are(modes_now(), other));
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	user_tty_update(tty);
	fault_arm("tcgetattr", EIO, 0, 1);
	user_tty_set_mode(tty, USER_TTY_RAW);
	CHECK_NAMED("no mode is set that could not be restored",
	            fault_disarm() == 1 && are(modes_now(), before));
	user_tty_set_mode(tty, USER_TTY_BEFORE);
}

static void
set_other(void)
{
	struct termios other = before;
	other.c_cc[VINTR] = 'x';
	tcsetattr(STDIN_FILENO, TCSANOW, &other);
}

/* Runs CHILD, and returns its wait status. */
static int
status_of(void (*child)(void))
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		child();
		exit(3);
	}
	waitpid(pid, &status, 0);
	return status;
}

static struct user_tty *
open_raw(void)
{
	static struct user_tty *tty; /* may stay open */
	tty = user_tty_new();
	user_tty_set_mode(tty, USER_TTY_RAW);
	if (!are_raw(modes_now()))
		_exit(4);
	return tty;
}

/* The last one is open, and the modes of the first one are not restored twice. */
static void
leave_open(void)
{
	user_tty_free(open_raw());
	if (!are(modes_now(), before))
		_exit(5);
	open_raw();
}

static void
leave_raw(void)
{
	open_raw();
}

static void
leave_open_and_die(void)
{
	open_raw();
	signals_die(SIGTERM);
}

static void
leave_closed(void)
{
	user_tty_free(open_raw());
	set_other();
}

/* In a session whose terminal this is: while another group has the foreground, no mode changes. */
static void
lose_foreground(void)
{
	signal(SIGTTOU, SIG_IGN);
	if (setsid() < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)
		_exit(90);
	struct user_tty *tty = open_raw();
	pid_t other = fork();
	if (other == 0)
		for (;;)
			pause();
	setpgid(other, other);
	struct termios shells = before;
	shells.c_cc[VINTR] = 'x';
	tcsetpgrp(STDIN_FILENO, other);
	tcsetattr(STDIN_FILENO, TCSANOW, &shells);
	int bad = user_tty_is_ours(tty) ? 1 : 0;
	user_tty_update(tty);
	bad |= are(modes_now(), shells) ? 0 : 2;
	user_tty_set_mode(tty, USER_TTY_KEYS);
	user_tty_set_output(tty, false);
	bad |= are(modes_now(), shells) ? 0 : 4;
	tcsetpgrp(STDIN_FILENO, getpgrp());
	user_tty_update(tty);
	bad |= !(modes_now().c_lflag & ICANON) && modes_now().c_cc[VINTR] == 'x' ? 0 : 8;
	tcsetpgrp(STDIN_FILENO, other);
	tcsetattr(STDIN_FILENO, TCSANOW, &shells);
	shells.c_cc[VINTR] = 'y';
	tcsetattr(STDIN_FILENO, TCSANOW, &shells);
	user_tty_set_mode(tty, USER_TTY_BEFORE); /* before any update */
	bad |= are(modes_now(), shells) ? 0 : 16;
	tcsetpgrp(STDIN_FILENO, getpgrp());
	user_tty_set_mode(tty, USER_TTY_RAW);
	tcsetpgrp(STDIN_FILENO, other);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	user_tty_update(tty);
	kill(other, SIGKILL);
	_exit(bad ? 100 + bad : 3);
}

static void
leave_suspended(void)
{
	user_tty_suspend(open_raw());
	set_other();
}

static void
leave_unused(void)
{
	user_tty_free(user_tty_new());
	set_other();
}

/* As if another group had the foreground, one of another PID namespace. */
static void
leave_in_background(void)
{
	setpgid(0, 0); /* a group of this namespace */
	struct user_tty *tty = open_raw();
	set_other();
	fault_arm("tcgetpgrp", ENOTTY, 0, 100);
	user_tty_update(tty);
}

static bool
stays_other(void (*child)(void))
{
	int status = status_of(child);
	bool other =
		WIFEXITED(status) && WEXITSTATUS(status) == 3 && modes_now().c_cc[VINTR] == 'x';
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	return other;
}

/* To be called before any terminal was opened. */
static void
check_first(void)
{
	int status = status_of(leave_raw);
	CHECK_NAMED("the modes are restored at exit",
	            WIFEXITED(status) && WEXITSTATUS(status) == 3 && are(modes_now(), before));
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	CHECK_NAMED("but not if they were never changed", stays_other(leave_unused));
	CHECK_NAMED("or were restored before", stays_other(leave_suspended));
	CHECK_NAMED("or are those of the foreground", stays_other(leave_in_background));
}

static void
check_ends(void)
{
	int status = status_of(leave_open);
	CHECK_NAMED("the modes are restored at exit, after another terminal was closed",
	            WIFEXITED(status) && WEXITSTATUS(status) == 3 && are(modes_now(), before));
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	status = status_of(leave_open_and_die);
	CHECK_NAMED("and before a signal ends the program",
	            WIFSIGNALED(status) && are(modes_now(), before));
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	status = status_of(leave_closed);
	CHECK_NAMED("but not after the terminal was given back",
	            WIFEXITED(status) && modes_now().c_cc[VINTR] == 'x');
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	status = status_of(lose_foreground);
	if (!CHECK_NAMED("modes are changed in the foreground only",
	                 WIFEXITED(status) && WEXITSTATUS(status) == 3))
		printf("# status %d\n", status);
}

static void
check_opening(void)
{
	struct user_tty *tty = user_tty_new();
	int fd = user_tty_fd(tty);
	CHECK(fd > 2 && fcntl(fd, F_GETFL) & O_NONBLOCK && fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_NAMED("standard input stays blocking", !(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK));
	CHECK(write(fd, "x", 1) == 1);
	user_tty_free(tty);
	CHECK_NAMED("closing closes", fcntl(fd, F_GETFD) < 0);
	fault_arm("ttyname_r", ENODEV, 0, 1);
	tty = user_tty_new();
	CHECK_NAMED("a terminal without a name is used as it is",
	            fault_disarm() == 1 && tty && user_tty_fd(tty) > 2 && isatty(user_tty_fd(tty)));
	user_tty_free(tty);
	user_tty_free(NULL);
}

static void
check_no_terminal(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), saved = dup(STDIN_FILENO);
	dup2(null, STDIN_FILENO);
	CHECK(!user_tty_new() && errno == ENOTTY);
	dup2(saved, STDIN_FILENO);
	close(null);
	close(saved);
}

int
main(void)
{
	open_terminal();
	check_no_terminal();
	check_first();
	check_opening();
	struct user_tty *tty = user_tty_new();
	if (!tty)
		return 99;
	check_modes(tty);
	check_lines(tty);
	check_output(tty);
	check_stop(tty);
	user_tty_free(tty);
	check_ends();
	close_terminal();
	return check_done();
}
