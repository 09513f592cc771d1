/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The event loop: the calls of one turn, and those that wait for the next one. */
#include "event_loop.h"
#include "check.h"

#include "clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMERS 3
#define PIPES 40

static struct event_loop *loop;
static char calls[64]; /* a letter for each call, in order */

static void
note(char letter)
{
	size_t len = strlen(calls);
	if (len < sizeof(calls) - 1)
		calls[len] = letter;
}

static void
begin(void)
{
	loop = event_loop_new();
	memset(calls, 0, sizeof(calls));
}

static void
on_a(void *context)
{
	(void)context;
	note('a');
}

static void
on_b(void *context)
{
	(void)context;
	note('b');
}

static void
on_stop(void *context)
{
	note('s');
	event_loop_timer_stop(loop, context);
}

/* Starts itself again, for now. */
static void
on_again(void *context)
{
	struct event_loop_timer *timer = context;
	note('r');
	event_loop_timer_start(loop, timer, event_loop_now_ns(loop), on_again, timer);
}

static void
check_timers(void)
{
	struct event_loop_timer one = {0}, two = {0}, stop = {0};
	begin();
	int64_t now_ns = event_loop_now_ns(loop);
	event_loop_timer_start(loop, &one, now_ns - 1, on_a, NULL);
	event_loop_timer_start(loop, &two, now_ns - 2, on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("the earlier timer fires first, each once",
	            strcmp(calls, "ba") == 0 && !one.running && !two.running);
	event_loop_timer_start(loop, &one, now_ns - 1, on_a, NULL);
	event_loop_timer_start(loop, &one, now_ns + 3600 * EVENT_LOOP_S, on_a, NULL);
	event_loop_timer_start(loop, &two, clock_ns() + 20 * EVENT_LOOP_MS, on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("a timer that is started again has only its last time",
	            strcmp(calls, "bab") == 0 && one.running &&
	                    event_loop_now_ns(loop) >= now_ns + 20 * EVENT_LOOP_MS);
	event_loop_timer_start(loop, &stop, now_ns - 2, on_stop, &two);
	event_loop_timer_start(loop, &two, now_ns - 1, on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("a timer that is stopped in a callback does not fire",
	            strcmp(calls, "babs") == 0 && !two.running);
	event_loop_timer_stop(loop, &two);
	event_loop_timer_stop(loop, &one);
	event_loop_free(loop);
	event_loop_free(NULL);
}

static void
check_restart(void)
{
	struct event_loop_timer timer = {0};
	begin();
	event_loop_timer_start(loop, &timer, event_loop_now_ns(loop), on_again, &timer);
	event_loop_turn(loop);
	CHECK_NAMED("a timer that restarts itself waits for the next turn",
	            strcmp(calls, "r") == 0);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "rr") == 0);
	event_loop_timer_stop(loop, &timer);
	event_loop_free(loop);
}

static void
check_urgent(void)
{
	struct event_loop_timer plain = {0}, urgent = {0};
	begin();
	int64_t now_ns = event_loop_now_ns(loop);
	CHECK(event_loop_urgent_ns(loop) == INT64_MAX);
	event_loop_timer_start(loop, &plain, now_ns - 2, on_a, NULL);
	CHECK(event_loop_urgent_ns(loop) == INT64_MAX);
	event_loop_timer_start_urgent(loop, &urgent, now_ns - 1, on_b, NULL);
	CHECK(event_loop_urgent_ns(loop) == now_ns - 1);
	event_loop_fire_urgent(loop);
	CHECK_NAMED("only urgent timers fire within a callback",
	            strcmp(calls, "b") == 0 && plain.running && !urgent.running);
	event_loop_timer_start(loop, &urgent, now_ns, on_b, NULL);
	CHECK(event_loop_urgent_ns(loop) == INT64_MAX);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "bab") == 0);
	event_loop_timer_start(loop, &plain, clock_ns() - EVENT_LOOP_S, on_a, NULL);
	event_loop_postpone_timers(loop, 3600 * EVENT_LOOP_S);
	event_loop_timer_start(loop, &urgent, 0, on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("a timer that was postponed does not fire", strcmp(calls, "babb") == 0);
	event_loop_timer_stop(loop, &plain);
	event_loop_free(loop);
}

static struct event_loop_watch watches[PIPES];
static int pipes[PIPES][2];
static unsigned served[PIPES];

/* Stops watching its own descriptor and that of its neighbour. */
static void
on_readable(void *context)
{
	size_t i = (size_t)((int(*)[2])context - pipes);
	served[i]++;
	event_loop_unwatch(loop, &watches[i]);
	event_loop_unwatch(loop, &watches[i ^ 1]);
	event_loop_unwatch(loop, &watches[i ^ 1]);
}

static unsigned ready_count;

static void
on_once(void *context)
{
	ready_count++;
	event_loop_unwatch(loop, context);
}

static void
check_watches(void)
{
	unsigned once = 0, pairs = 0;
	struct event_loop_timer limit = {0};
	begin();
	memset(served, 0, sizeof(served));
	for (size_t i = 0; i < PIPES; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) < 0 || write(pipes[i][1], "x", 1) != 1)
			exit(99);
		event_loop_watch(loop, &watches[i], pipes[i][0], on_readable, &pipes[i]);
	}
	event_loop_turn(loop);
	for (size_t i = 0; i < PIPES; i++) {
		once += served[i] == 1;
		pairs += i % 2 == 0 && served[i] + served[i + 1] == 1;
	}
	CHECK_NAMED("of two that stop each other, one is called in a turn",
	            once == PIPES / 2 && pairs == PIPES / 2);
	event_loop_timer_start(loop, &limit, 0, on_a, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("a descriptor that is not watched is not served", strcmp(calls, "a") == 0);
	for (size_t i = 0; i < PIPES; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	event_loop_free(loop);
}

static void
check_room(void)
{
	struct event_loop_watch room = {0}, input = {0};
	struct event_loop_timer limit = {0};
	int ends[2];
	begin();
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	event_loop_watch_room(loop, &room, ends[1], on_a, NULL);
	event_loop_watch(loop, &input, ends[0], on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("an empty pipe is writable and not readable", strcmp(calls, "a") == 0);
	char byte[4096] = "";
	while (write(ends[1], byte, sizeof(byte)) > 0)
		;
	event_loop_turn(loop);
	CHECK_NAMED("a full one is readable and not writable", strcmp(calls, "ab") == 0);
	event_loop_unwatch(loop, &input);
	event_loop_timer_start(loop, &limit, 0, on_stop, &limit);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "abs") == 0);
	close(ends[0]);
	event_loop_turn(loop);
	CHECK_NAMED("a broken one is served", strcmp(calls, "absa") == 0);
	event_loop_unwatch(loop, &room);
	close(ends[1]);
	event_loop_free(loop);
}

/* A file is ready at any time, beside descriptors that are not. */
static void
check_file(void)
{
	struct event_loop_watch file = {0}, input = {0}, null = {0};
	struct event_loop_timer later = {0};
	int ends[2];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	begin();
	if (fd < 0 || null_fd < 0 || pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	event_loop_watch(loop, &file, fd, on_a, NULL);
	event_loop_watch(loop, &input, ends[0], on_b, NULL);
	event_loop_timer_start(loop, &later, clock_ns() + 3600 * EVENT_LOOP_S, on_stop, &later);
	event_loop_turn(loop);
	CHECK_NAMED("a file is ready without a wait, a pipe is not", strcmp(calls, "a") == 0);
	if (write(ends[1], "x", 1) != 1)
		exit(99);
	event_loop_turn(loop);
	CHECK_NAMED("then both are", strcmp(calls, "aba") == 0);
	event_loop_unwatch(loop, &file);
	event_loop_watch_room(loop, &null, null_fd, on_a, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("/dev/null has room at any time", strcmp(calls, "ababa") == 0);
	event_loop_unwatch(loop, &null);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "ababab") == 0);
	event_loop_unwatch(loop, &input);
	event_loop_timer_stop(loop, &later);
	close(fd);
	close(null_fd);
	close(ends[0]);
	close(ends[1]);
	event_loop_free(loop);
}

/* Two watches of one descriptor, for its input and for room in it. */
static void
check_shared(void)
{
	struct event_loop_watch input = {0}, room = {0}, again = {0};
	struct event_loop_timer limit = {0};
	int ends[2];
	begin();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	event_loop_watch(loop, &input, ends[0], on_a, NULL);
	event_loop_watch_room(loop, &room, ends[0], on_b, NULL);
	event_loop_turn(loop);
	CHECK_NAMED("a socket without input has room", strcmp(calls, "b") == 0);
	if (write(ends[1], "x", 1) != 1)
		exit(99);
	event_loop_turn(loop);
	CHECK_NAMED("both watches of a socket are called", strcmp(calls, "bab") == 0);
	event_loop_unwatch(loop, &room);
	event_loop_turn(loop);
	CHECK_NAMED("one of them goes on without the other", strcmp(calls, "baba") == 0);
	event_loop_watch(loop, &again, ends[0], on_b, NULL);
	event_loop_unwatch(loop, &input);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "babab") == 0);
	event_loop_unwatch(loop, &again);
	event_loop_timer_start(loop, &limit, 0, on_stop, &limit);
	event_loop_turn(loop);
	CHECK(strcmp(calls, "bababs") == 0);
	close(ends[0]);
	close(ends[1]);
	event_loop_free(loop);
}

/* More descriptors are ready than one turn serves. */
static void
check_many(void)
{
	static struct event_loop_watch many[300];
	static int many_fds[300][2];
	unsigned turns = 0;
	begin();
	ready_count = 0;
	for (size_t i = 0; i < 300; i++) {
		if (pipe2(many_fds[i], O_CLOEXEC) < 0 || write(many_fds[i][1], "x", 1) != 1)
			exit(99);
		event_loop_watch(loop, &many[i], many_fds[i][0], on_once, &many[i]);
	}
	for (; ready_count < 300 && turns < 300; turns++)
		event_loop_turn(loop);
	CHECK_NAMED("each of very many is served, after some turns", ready_count == 300);
	for (size_t i = 0; i < 300; i++) {
		close(many_fds[i][0]);
		close(many_fds[i][1]);
	}
	event_loop_free(loop);
}

int
main(void)
{
	check_timers();
	check_restart();
	check_urgent();
	check_watches();
	check_room();
	check_file();
	check_shared();
	check_many();
	return check_done();
}
