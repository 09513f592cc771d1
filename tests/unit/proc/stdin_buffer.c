/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Bytes for commands that read, that do not, and that are still to come. */
#include "stdin_buffer.h"
#include "check.h"
#include "count_fds.h"

#include "pty.h"
#include "unlinked.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define FLOOD (3 << 20) /* bytes: more than any pipe holds */

static struct event_loop *loop;

static struct subunit2_view
bytes(const char *text)
{
	return subunit2_view_of(text);
}

/* Returns true if TEXT, and no more, can be read now. */
static bool
reads(int fd, const char *text)
{
	char got[64];
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ssize_t len = read(fd, got, sizeof(got));
	return len == (ssize_t)strlen(text) && memcmp(got, text, (size_t)len) == 0;
}

static bool
has_ended(int fd)
{
	char byte;
	return read(fd, &byte, 1) == 0;
}

static void
count_call(void *context)
{
	*(unsigned *)context += 1;
}

/* Returns true if one turn of the loop waits for a timer: no room is watched. */
static bool
is_idle(void)
{
	unsigned fired = 0;
	struct event_loop_timer timer = {0};
	event_loop_timer_start(loop, &timer, event_loop_now_ns(loop) + 20 * EVENT_LOOP_MS,
	                       count_call, &fired);
	event_loop_turn(loop);
	event_loop_timer_stop(loop, &timer);
	return fired == 1;
}

static void
check_commands(struct stdin_buffer *stdin_buffer)
{
	CHECK(stdin_buffer_put(stdin_buffer, bytes("early ")) &&
	      stdin_buffer_unread(stdin_buffer) == 6);
	int fd = stdin_buffer_open(stdin_buffer);
	CHECK(fd >= 0 && stdin_buffer_unread(stdin_buffer) == 0);
	CHECK(stdin_buffer_is_open(stdin_buffer));
	CHECK(stdin_buffer_put(stdin_buffer, bytes("late")) && reads(fd, "early late"));
	CHECK(is_idle());
	stdin_buffer_end(stdin_buffer);
	CHECK(is_idle());
	CHECK(has_ended(fd));
	CHECK(stdin_buffer_put(stdin_buffer, bytes("too late")));
	close(fd);
	stdin_buffer_close(stdin_buffer);
	stdin_buffer_end(stdin_buffer);
	fd = stdin_buffer_open(stdin_buffer);
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_close(stdin_buffer);
	fd = stdin_buffer_open(stdin_buffer);
	CHECK(stdin_buffer_put(stdin_buffer, bytes("next")) && reads(fd, "next"));
	close(fd);
	CHECK(stdin_buffer_put(stdin_buffer, bytes("deaf")) &&
	      stdin_buffer_put(stdin_buffer, bytes("deaf")));
	stdin_buffer_close(stdin_buffer);
	CHECK(stdin_buffer_unread(stdin_buffer) == 0);
}

/* The disk gets back what was read, a MiB at a time. */
static void
check_space(struct stdin_buffer *stdin_buffer)
{
	static char flood[FLOOD];
	memset(flood, 'x', sizeof(flood));
	int fd = stdin_buffer_open(stdin_buffer);
	stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, FLOOD});
	off_t full = unlinked_space();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (size_t left = FLOOD - (512 << 10); left;) {
		ssize_t got = read(fd, flood, left < sizeof(flood) ? left : sizeof(flood));
		left -= got > 0 ? (size_t)got : 0;
		event_loop_turn(loop);
	}
	CHECK(full >= FLOOD - (1 << 20));
	CHECK(unlinked_space() <= full - FLOOD + (2 << 20));
	close(fd);
	stdin_buffer_close(stdin_buffer);
}

/* Every byte arrives, in order, although no process reads when it is put. */
static void
check_flood(struct stdin_buffer *stdin_buffer)
{
	char *flood = malloc(FLOOD), *got = malloc(FLOOD + 1);
	for (size_t i = 0; i < FLOOD; i++)
		flood[i] = (char)(i * 7 / 3);
	int fd = stdin_buffer_open(stdin_buffer);
	for (size_t i = 0; i < FLOOD; i += FLOOD / 16)
		stdin_buffer_put(
			stdin_buffer,
			(struct subunit2_view){flood + i, FLOOD / 16 - (i == FLOOD / 16 * 15)});
	size_t len = 0;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* There is room for these bytes, but others come first. */
	len = (size_t)read(fd, got, 16384);
	flood[FLOOD - 1] = '\n';
	stdin_buffer_put(stdin_buffer, bytes("\n"));
	stdin_buffer_end(stdin_buffer);
	CHECK_NAMED("after the end, bytes are dropped",
	            stdin_buffer_put(stdin_buffer, bytes("late")));
	for (ssize_t more = 1; more; len += more > 0 ? (size_t)more : 0) {
		more = read(fd, got + len, FLOOD + 1 - len);
		if (more < 0)
			event_loop_turn(loop);
	}
	CHECK(len == FLOOD && memcmp(flood, got, FLOOD) == 0);
	CHECK(is_idle());
	stdin_buffer_close(stdin_buffer);
	close(fd);

	fd = stdin_buffer_open(stdin_buffer);
	bool full = false;
	for (size_t i = 0; i <= STDIN_BUFFER_MAX / FLOOD; i++) {
		full = full || stdin_buffer_is_full(stdin_buffer);
		stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, FLOOD});
	}
	CHECK(!full && stdin_buffer_is_full(stdin_buffer));
	close(fd);
	event_loop_turn(loop);
	CHECK(!stdin_buffer_is_full(stdin_buffer));
	stdin_buffer_close(stdin_buffer);
	free(flood);
	free(got);
}

/* Input that one command did not read is not given to the next one. */
static void
check_dropped(struct stdin_buffer *stdin_buffer)
{
	static char flood[1 << 20], piece[1 << 16];
	int fd = stdin_buffer_open(stdin_buffer);
	CHECK(stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, sizeof(flood)}));
	stdin_buffer_close(stdin_buffer);
	close(fd);
	CHECK(stdin_buffer_unread(stdin_buffer) == 0);
	fd = stdin_buffer_open(stdin_buffer);
	CHECK(stdin_buffer_put(stdin_buffer, bytes("next")) && reads(fd, "next"));
	CHECK(stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, sizeof(flood)}));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (size_t left = sizeof(flood); left;) {
		ssize_t more = read(fd, piece, sizeof(piece));
		left -= more > 0 ? (size_t)more : 0;
		if (more < 0)
			event_loop_turn(loop);
	}
	CHECK_NAMED("all input of the next one arrives", is_idle());
	stdin_buffer_close(stdin_buffer);
	close(fd);
	CHECK(stdin_buffer_put(stdin_buffer, bytes("x")));
	fd = stdin_buffer_open(stdin_buffer);
	CHECK_NAMED("a single byte may wait", reads(fd, "x"));
	stdin_buffer_close(stdin_buffer);
	close(fd);
}

/* The bytes that wait are lost, as if the disk were damaged. */
static void
check_lost(void)
{
	static char flood[1 << 20];
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/tmp");
	int fd = stdin_buffer_open(stdin_buffer), before = count_fds();
	stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, sizeof(flood)});
	CHECK(unlinked_cut() > 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (read(fd, flood, sizeof(flood)) > 0)
		;
	errno = EINTR; /* of an earlier call */
	event_loop_turn(loop);
	CHECK_NAMED("input whose rest is lost is not waited for", is_idle());
	CHECK(stdin_buffer_put(stdin_buffer, bytes("more")) && read(fd, flood, 1) <= 0);
	CHECK(count_fds() == before + 1);
	stdin_buffer_free(stdin_buffer);
	CHECK_NAMED("freeing closes the pipe and the file", count_fds() == before - 1);
	close(fd);
}

/* A buffer is freed while its command does not read; its memory and its descriptors are used again
 * for another one. */
static void
check_freed(void)
{
	static char flood[1 << 20];
	for (int i = 0; i < 3; i++) {
		void *blocks[64];
		struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/tmp");
		int fd = stdin_buffer_open(stdin_buffer);
		stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, sizeof(flood)});
		fcntl(fd, F_SETFL, O_NONBLOCK);
		while (read(fd, flood, sizeof(flood)) > 0)
			;
		event_loop_turn(loop);
		stdin_buffer_free(stdin_buffer);
		close(fd);
		for (size_t j = 0; j < 64; j++) {
			blocks[j] = malloc(8 * (j + 1));
			memset(blocks[j], 0xff, 8 * (j + 1));
		}
		for (size_t j = 0; j < 64; j++)
			free(blocks[j]);
	}
	CHECK_NAMED("a buffer that was freed is not watched", is_idle());
}

/* The disk is full: put returns the reason, and the input ends. */
static void
check_full_disk(void)
{
	static char flood[1 << 20];
	struct rlimit before, few;
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/tmp");
	getrlimit(RLIMIT_FSIZE, &before);
	few = (struct rlimit){4096, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	int fd = stdin_buffer_open(stdin_buffer);
	fflush(stdout);
	setrlimit(RLIMIT_FSIZE, &few);
	errno = 0;
	bool put = stdin_buffer_put(stdin_buffer, (struct subunit2_view){flood, sizeof(flood)});
	int errnum = errno;
	setrlimit(RLIMIT_FSIZE, &before);
	CHECK(!put && errnum == EFBIG);
	CHECK_NAMED("more is dropped", stdin_buffer_put(stdin_buffer, bytes("more")));
	close(fd);
	stdin_buffer_close(stdin_buffer);
	stdin_buffer_free(stdin_buffer);
}

static void
check_unkept(void)
{
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/no/such/folder");
	errno = 0;
	CHECK(!stdin_buffer_put(stdin_buffer, bytes("x")) && errno == ENOENT);
	int fd = stdin_buffer_open(stdin_buffer);
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_end_all(stdin_buffer);
	stdin_buffer_close(stdin_buffer);
	fd = stdin_buffer_open(stdin_buffer);
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_free(stdin_buffer);
	stdin_buffer = stdin_buffer_new(loop, "/no/such/folder");
	fd = stdin_buffer_open(stdin_buffer);
	CHECK_NAMED("no file is needed for bytes that are read at once",
	            stdin_buffer_put(stdin_buffer, bytes("x")) && reads(fd, "x"));
	stdin_buffer_end_all(stdin_buffer);
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_free(stdin_buffer);
	stdin_buffer = stdin_buffer_new(loop, "/no/such/folder");
	close(stdin_buffer_open(stdin_buffer));
	CHECK_NAMED("or that are not read", stdin_buffer_put(stdin_buffer, bytes("y")));
	stdin_buffer_free(stdin_buffer);
}

/* A terminal gets its end-of-file character, twice in the middle of a line. */
static void
check_terminal(struct stdin_buffer *stdin_buffer)
{
	static const char *const inputs[] = {"", "line\n", "part"};
	const struct pty_options options = {.size = {.ws_row = 1, .ws_col = 1}};
	for (int i = 0; i < 6; i++) {
		int ends[2];
		struct termios modes;
		if (!pty_open(&options, ends) || tcgetattr(ends[1], &modes) < 0)
			exit(99);
		if (i >= 3)
			modes.c_cc[VEOF] = '\5';
		tcsetattr(ends[1], TCSANOW, &modes);
		fcntl(ends[1], F_SETFL, O_NONBLOCK);
		if (!stdin_buffer_open_terminal(stdin_buffer, ends[0]))
			exit(99);
		CHECK(stdin_buffer_put(stdin_buffer, bytes(inputs[i % 3])));
		CHECK(stdin_buffer_terminal(stdin_buffer) >= 0);
		stdin_buffer_end(stdin_buffer);
		CHECK_NAMED("a terminal has all input, and then its end",
		            (!*inputs[i % 3] || reads(ends[1], inputs[i % 3])) &&
		                    has_ended(ends[1]));
		CHECK_NAMED("once", is_idle() && !has_ended(ends[1]));
		CHECK_NAMED("and stays open", stdin_buffer_terminal(stdin_buffer) >= 0);
		stdin_buffer_close(stdin_buffer);
		close(ends[0]);
		close(ends[1]);
	}
}

/* More than a command that has not begun may have waiting. */
static void
check_limit(void)
{
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/tmp");
	void *zeroes = mmap(NULL, STDIN_BUFFER_MAX + 1, PROT_READ,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (zeroes == MAP_FAILED)
		exit(99);
	errno = 0;
	CHECK(!stdin_buffer_put(stdin_buffer,
	                        (struct subunit2_view){zeroes, STDIN_BUFFER_MAX + 1}) &&
	      errno == EFBIG);
	CHECK(stdin_buffer_unread(stdin_buffer) == 0 && !stdin_buffer_is_full(stdin_buffer));
	int fd = stdin_buffer_open(stdin_buffer);
	CHECK_NAMED("input ends before the bytes that were too many", has_ended(fd));
	CHECK(stdin_buffer_terminal(stdin_buffer) == -1);
	close(fd);
	stdin_buffer_free(stdin_buffer);
	stdin_buffer = stdin_buffer_new(loop, "/tmp");
	CHECK(stdin_buffer_put(stdin_buffer, (struct subunit2_view){zeroes, STDIN_BUFFER_MAX}) &&
	      stdin_buffer_unread(stdin_buffer) == STDIN_BUFFER_MAX);
	stdin_buffer_free(stdin_buffer);
	stdin_buffer = stdin_buffer_new(loop, "/tmp");
	fd = stdin_buffer_open(stdin_buffer);
	const size_t room = (size_t)fcntl(fd, F_GETPIPE_SZ);
	CHECK(stdin_buffer_put(stdin_buffer, (struct subunit2_view){zeroes, room}) &&
	      stdin_buffer_put(stdin_buffer,
	                       (struct subunit2_view){zeroes, STDIN_BUFFER_MAX - 1}) &&
	      !stdin_buffer_is_full(stdin_buffer));
	CHECK(stdin_buffer_put(stdin_buffer, (struct subunit2_view){zeroes, 1}) &&
	      stdin_buffer_is_full(stdin_buffer));
	close(fd);
	stdin_buffer_free(stdin_buffer);
	munmap(zeroes, STDIN_BUFFER_MAX + 1);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	loop = event_loop_new();
	struct stdin_buffer *stdin_buffer = stdin_buffer_new(loop, "/tmp");
	check_commands(stdin_buffer);
	check_flood(stdin_buffer);
	check_space(stdin_buffer);
	check_dropped(stdin_buffer);
	check_lost();
	check_freed();
	check_full_disk();
	check_unkept();
	check_terminal(stdin_buffer);
	check_limit();
	stdin_buffer_free(stdin_buffer);
	event_loop_free(loop);
	return check_done();
}
