/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The terminal of a user, and that of a command, with this program in between. */
#include "tty_proxy.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int user[2], command[2]; /* the ends of both terminals; user[1] is standard input */
static struct termios before;   /* of the user's */
static struct event_loop *loop;
static struct stdin_buffer *buffer;

ssize_t
read(int fd, void *bytes, size_t size)
{
	if (fault_hits("end of input"))
		return 0; /* errno is that of an earlier call */
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

static void
open_terminals(void)
{
	struct pty_options options = {.size = {.ws_row = 10, .ws_col = 20}};
	if (!pty_open(&options, user) || dup2(user[1], STDIN_FILENO) < 0 ||
	    tcgetattr(STDIN_FILENO, &before) < 0 || !pty_open(&options, command))
		exit(99);
	before.c_lflag |= ECHO | ICANON | ISIG;
	before.c_oflag |= OPOST | ONLCR;
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	struct termios modes;
	tcgetattr(command[1], &modes);
	modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	tcsetattr(command[1], TCSANOW, &modes);
	fcntl(command[1], F_SETFL, O_NONBLOCK);
	loop = event_loop_new();
	buffer = stdin_buffer_new(loop, "/tmp");
	if (!stdin_buffer_open_terminal(buffer, command[0]))
		exit(99);
}

static bool
is_restored(void)
{
	struct termios now;
	return tcgetattr(STDIN_FILENO, &now) == 0 && now.c_lflag == before.c_lflag &&
	       now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag;
}

static bool
has_size(int fd, unsigned short rows, unsigned short columns)
{
	struct winsize size;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row == rows && size.ws_col == columns;
}

static void
set_size(int fd, unsigned short rows, unsigned short columns)
{
	const struct winsize size = {.ws_row = rows, .ws_col = columns};
	ioctl(fd, TIOCSWINSZ, &size);
}

/* Returns true if TEXT, and no more, can be read from FD. */
static bool
reads(int fd, const char *text)
{
	char got[64];
	ssize_t len = read(fd, got, sizeof(got));
	return len == (ssize_t)strlen(text) && memcmp(got, text, (size_t)len) == 0;
}

static void
type(const char *text)
{
	if (write(user[0], text, strlen(text)) < 0)
		exit(99);
}

static void
check_typing(struct tty_proxy *proxy)
{
	type("ab\3\32\n\r");
	event_loop_turn(loop);
	CHECK_NAMED("input is passed on byte by byte", reads(command[1], "ab\3\32\n\n"));
	set_size(user[0], 30, 40);
	type("c");
	event_loop_turn(loop);
	CHECK_NAMED("input does not overtake a change of the size",
	            reads(command[1], "c") && has_size(command[1], 30, 40));
	set_size(user[0], 31, 41);
	tty_proxy_resize(proxy);
	CHECK(has_size(command[1], 31, 41));
	type("d");
	fault_arm("read", EINTR, 0, 1);
	event_loop_turn(loop);
	CHECK(fault_disarm() == 1);
	fault_arm("read", EAGAIN, 0, 1);
	event_loop_turn(loop);
	CHECK(fault_disarm() == 1);
	event_loop_turn(loop);
	CHECK_NAMED("a read that was interrupted is repeated", reads(command[1], "d"));
}

static void
show(struct tty_proxy *proxy, const char *text)
{
	tty_proxy_write(proxy, subunit2_view_of(text));
}

static void
set_processing(bool on)
{
	struct termios modes;
	tcgetattr(command[1], &modes);
	modes.c_oflag = on ? modes.c_oflag | OPOST : modes.c_oflag & ~(tcflag_t)OPOST;
	tcsetattr(command[1], TCSANOW, &modes);
}

static void
check_showing(struct tty_proxy *proxy)
{
	set_processing(true);
	show(proxy, "a\n");
	CHECK_NAMED("the user's terminal adds the carriage return", reads(user[0], "a\r\n"));
	set_processing(false);
	show(proxy, "b\n");
	CHECK_NAMED("unless the command's does not process output", reads(user[0], "b\n"));
	set_processing(true);
	show(proxy, "c\n");
	CHECK(reads(user[0], "c\r\n"));
}

static void
check_stop(struct tty_proxy *proxy)
{
	tty_proxy_suspend(proxy);
	CHECK(is_restored());
	set_size(user[0], 50, 60);
	tty_proxy_resume(proxy);
	CHECK_NAMED("after a stop, modes and size are set again",
	            !is_restored() && has_size(command[1], 50, 60));
	tty_proxy_suspend(proxy);
	type("g\n");
	event_loop_turn(loop);
	CHECK_NAMED("so they are when the user types",
	            reads(command[1], "g\n") && !is_restored() && reads(user[0], "g\r\n"));
}

static void
check_reclaim(struct tty_proxy *proxy)
{
	tty_proxy_reclaim(proxy);
	CHECK(is_restored());
	show(proxy, "d\n");
	CHECK_NAMED("a terminal that is not lent shows nothing", read(user[0], &(char){0}, 1) < 0);
	tty_proxy_reclaim(proxy);
	type("e\n");
	tty_proxy_lend(proxy, loop, buffer);
	CHECK(!is_restored());
	while (!reads(command[1], "e\n"))
		event_loop_turn(loop);
	CHECK_NAMED("it can be lent again", true);
	tty_proxy_free(proxy);
	CHECK_NAMED("freeing restores the modes", is_restored());
	int before_fds = count_fds();
	tty_proxy_free(tty_proxy_new());
	CHECK(count_fds() == before_fds);
}

static void
do_nothing(void *context)
{
	(void)context;
}

/* The command's terminal gets the end of input, as a line discipline shows it. It comes when CALL
 * fails with ERRNUM, or, without an ERRNUM, when the user's terminal is gone. */
static void
check_end(const char *call, int errnum)
{
	struct termios modes;
	struct tty_proxy *proxy = tty_proxy_new();
	tcgetattr(command[1], &modes);
	modes.c_lflag |= ICANON;
	tcsetattr(command[1], TCSANOW, &modes);
	tty_proxy_lend(proxy, loop, buffer);
	if (errnum) {
		tcflush(STDIN_FILENO, TCIFLUSH);
		type("f");
		fault_arm(call, errnum, 0, 1);
		event_loop_turn(loop);
		CHECK(fault_disarm() == 1);
		int unread = 0;
		struct event_loop_timer now = {0};
		event_loop_timer_start(loop, &now, 0, do_nothing, NULL);
		event_loop_turn(loop);
		CHECK_NAMED("after the end, nothing more is read",
		            ioctl(STDIN_FILENO, FIONREAD, &unread) == 0 && unread > 0);
	} else {
		close(user[0]);
		event_loop_turn(loop);
	}
	CHECK_NAMED("the end of the user's input is that of the command's",
	            read(command[1], &(char){0}, 1) == 0);
	tty_proxy_free(proxy);
	stdin_buffer_close(buffer);
	if (!stdin_buffer_open_terminal(buffer, command[0]))
		exit(99);
}

static void
check_no_terminal(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	errno = 0;
	CHECK(!tty_proxy_new() && errno == ENOTTY);
	close(null);
	dup2(user[1], STDIN_FILENO);
	tty_proxy_free(NULL);
}

int
main(void)
{
	open_terminals();
	check_no_terminal();
	struct tty_proxy *proxy = tty_proxy_new();
	if (!proxy)
		return 99;
	struct pty_options options = tty_proxy_pty(proxy);
	CHECK_NAMED("a command's terminal is as the user's",
	            options.has_modes && options.modes.c_lflag == before.c_lflag &&
	                    options.size.ws_row == 10 && options.size.ws_col == 20);
	tty_proxy_lend(proxy, loop, buffer);
	CHECK(!is_restored());
	check_typing(proxy);
	check_showing(proxy);
	check_stop(proxy);
	check_reclaim(proxy);
	check_end("read", EIO);
	check_end("end of input", EINTR);
	check_end("", 0);
	stdin_buffer_free(buffer);
	event_loop_free(loop);
	return check_done();
}
