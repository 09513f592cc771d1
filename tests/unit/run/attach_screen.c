/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The screen of an attached test: banners, and the size and modes of both terminals. */
#include "attach_screen.h"
#include "check.h"
#include "in_fork.h"
#include "messages.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct attach_test *running;

static struct attach_test *
add_test(const char *id, const char *code, const struct stdin_buffer *terminal)
{
	const struct attach_test_options options = {
		.id = id,
		.code = subunit2_view_of(code),
		.terminal = terminal,
	};
	return attach_test_add(&running, NULL, &options, 0);
}

static void
check_banners(void)
{
	struct attach_screen screen = {.tty = NULL};
	struct attach_test *here = add_test("t/a", NULL, NULL);
	struct attach_test *there = add_test("t/\033", "mac/0", NULL);
	attach_screen_banner(&screen, "attached to ", here, ", ^] detaches");
	CHECK(messages_are("--- attached to t/a, ^] detaches ---\n") && !screen.mid_line);
	attach_screen_banner(&screen, "", there, "");
	CHECK(messages_are("--- t/\\x1b on mac ---\n"));
	attach_screen_write(&screen, SUBUNIT2_LITERAL("text"));
	CHECK(messages_are("text") && screen.mid_line);
	attach_screen_write(&screen, SUBUNIT2_LITERAL(""));
	CHECK_NAMED("a banner begins a line", screen.mid_line);
	attach_screen_banner(&screen, "", here, "");
	CHECK(messages_are("\n--- t/a ---\n") && !screen.mid_line);
	attach_screen_write(&screen, SUBUNIT2_LITERAL("a\nb\n"));
	CHECK(!screen.mid_line && messages_are("a\nb\n"));
	attach_test_remove(&running, here);
	attach_test_remove(&running, there);
}

static bool
is_processed(int fd)
{
	struct termios modes;
	return tcgetattr(fd, &modes) == 0 && modes.c_oflag & OPOST;
}

static void
process_output(int fd, bool processed)
{
	struct termios modes;
	tcgetattr(fd, &modes);
	modes.c_oflag = processed ? modes.c_oflag | OPOST : modes.c_oflag & ~(tcflag_t)OPOST;
	tcsetattr(fd, TCSANOW, &modes);
}

/* Makes a terminal standard input, and the foreground that of this program; returns its upper end.
 */
static int
open_user_terminal(void)
{
	const struct winsize size = {.ws_row = 11, .ws_col = 33};
	int upper, lower;
	signal(SIGHUP, SIG_IGN);
	if (setsid() < 0 || openpty(&upper, &lower, NULL, NULL, &size) < 0 ||
	    dup2(lower, STDIN_FILENO) < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)
		exit(99);
	close(lower);
	return upper;
}

static void
check_terminals(struct attach_screen *screen, int test_upper, const struct attach_test *test)
{
	struct winsize size;
	attach_screen_resize(screen, test);
	CHECK(ioctl(test_upper, TIOCGWINSZ, &size) == 0);
	CHECK_NAMED("the test's terminal has the size of the user's",
	            size.ws_row == 11 && size.ws_col == 33);
	CHECK(is_processed(STDIN_FILENO));
	process_output(test_upper, false);
	attach_screen_follow(screen, test);
	CHECK_NAMED("output is not processed if the test's terminal does not",
	            !is_processed(STDIN_FILENO));
	process_output(test_upper, true);
	attach_screen_follow(screen, test);
	CHECK(is_processed(STDIN_FILENO));
	attach_screen_follow(screen, NULL);
	attach_screen_resize(screen, NULL);
	CHECK(is_processed(STDIN_FILENO));
}

static void
check_with_terminal(void)
{
	const struct winsize size = {.ws_row = 2, .ws_col = 2};
	struct event_loop *loop = event_loop_new();
	struct stdin_buffer *buffer = stdin_buffer_new(loop, "/tmp");
	int upper = open_user_terminal(), test_upper, test_lower;
	struct attach_screen screen = {.tty = user_tty_new()};
	if (!screen.tty || openpty(&test_upper, &test_lower, NULL, NULL, &size) < 0 ||
	    !stdin_buffer_open_terminal(buffer, test_upper))
		exit(99);
	struct attach_test *test = add_test("t/a", NULL, buffer);
	struct attach_test *other = add_test("t/b", NULL, NULL);
	user_tty_set_mode(screen.tty, USER_TTY_RAW);
	CHECK(attach_test_has_terminal(test) && !attach_test_has_terminal(other));
	check_terminals(&screen, test_upper, test);
	char text[64];
	attach_screen_write(&screen, SUBUNIT2_LITERAL("shown"));
	CHECK(read(upper, text, sizeof(text)) == 5 && memcmp(text, "shown", 5) == 0);
	stdin_buffer_close(buffer);
	CHECK(!attach_test_has_terminal(test));
	attach_test_remove(&running, test);
	attach_test_remove(&running, other);
	user_tty_free(screen.tty);
	stdin_buffer_free(buffer);
	event_loop_free(loop);
	close(test_lower);
	close(test_upper);
	close(upper);
}

static int
check_all(void)
{
	messages_begin();
	check_banners();
	check_with_terminal();
	exit(check_done());
}

/* A fork, because the leader of a group of processes cannot begin a session. */
int
main(void)
{
	return in_fork(check_all);
}
