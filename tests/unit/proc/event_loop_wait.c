/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The waits of the event loop, by a clock that stands still, and calls of the system that fail. */
#include "allocated.h"
#include "check.h"
#include "count_fds.h"
#include "event_loop.h"

#include "fault.h"
#include "still_clock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t waited_ns; /* in the last wait; -1: without a limit */
static int waited_for;    /* how many descriptors that wait had */
static int most_events, epoll_timeout;

/* A wait that is not interrupted ends when its time has passed. */
int
ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
	waited_ns = wait ? wait->tv_sec * EVENT_LOOP_S + wait->tv_nsec : -1;
	waited_for = mask ? -1 : (int)count;
	if (fault_hits("ppoll"))
		return -1;
	int ready = poll(polls, count, 0);
	if (!ready && wait)
		now_ns += waited_ns;
	return ready;
}

int
epoll_wait(int fd, struct epoll_event *events, int count, int timeout)
{
	static int (*real)(int fd, struct epoll_event *events, int count, int timeout);
	most_events = count;
	epoll_timeout = timeout;
	return fault_find("epoll_wait", &real) ? -1 : real(fd, events, count, timeout);
}

int
epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
	static int (*real)(int epoll_fd, int operation, int fd, struct epoll_event *event);
	return fault_find("epoll_ctl", &real) ? -1 : real(epoll_fd, operation, fd, event);
}

int
epoll_create1(int flags)
{
	static int (*real)(int flags);
	return fault_find("epoll_create1", &real) ? -1 : real(flags);
}

static struct event_loop *loop;
static char calls[32];

static void
note(void *context)
{
	size_t len = strlen(calls);
	if (len < sizeof(calls) - 1)
		calls[len] = *(const char *)context;
}

static char *
letter(const char *text)
{
	return (char *)text;
}

/* Makes one turn. Returns true if it made the calls of EXPECTED. */
static bool
turn(const char *expected)
{
	memset(calls, 0, sizeof(calls));
	event_loop_turn(loop);
	return strcmp(calls, expected) == 0;
}

static void
test_times(void)
{
	struct event_loop_timer one = {0}, two = {0}, urgent = {0};
	loop = event_loop_new();
	event_loop_timer_start(loop, &one, now_ns + 5 * EVENT_LOOP_S, note, letter("a"));
	CHECK_NAMED("a wait ends just after the time of the first timer",
	            turn("a") && waited_ns == 5 * EVENT_LOOP_S + 1 && waited_for == 1);
	CHECK(event_loop_now_ns(loop) == now_ns);
	event_loop_timer_start(loop, &one, now_ns, note, letter("a"));
	event_loop_timer_start(loop, &two, now_ns + 1, note, letter("b"));
	CHECK_NAMED("each timer waits for its own time", turn("a") && waited_ns == 1);
	CHECK(turn("b") && waited_ns == 1);
	event_loop_timer_start(loop, &one, now_ns - EVENT_LOOP_S, note, letter("a"));
	CHECK_NAMED("a time that has passed needs no wait", turn("a") && waited_ns == 0);
	event_loop_timer_start(loop, &one, now_ns - 2, note, letter("a"));
	event_loop_timer_start(loop, &one, now_ns - 1, note, letter("b"));
	CHECK_NAMED("a timer that is started twice fires once, as the second call says", turn("b"));
	event_loop_timer_start_urgent(loop, &urgent, now_ns - 2, note, letter("u"));
	event_loop_timer_start(loop, &one, now_ns - 2, note, letter("a"));
	event_loop_timer_start(loop, &two, now_ns - 3, note, letter("b"));
	CHECK(event_loop_timer_at_ns(&two) == now_ns - 3 && urgent.urgent && !one.urgent);
	CHECK_NAMED("of two timers for the same time, the urgent one is later",
	            turn("bau") && waited_ns == 0);
	event_loop_timer_start_urgent(loop, &urgent, now_ns + 7, note, letter("u"));
	event_loop_timer_start(loop, &one, now_ns + 8, note, letter("a"));
	event_loop_postpone_timers(loop, 100);
	CHECK_NAMED("all timers are postponed", turn("u") && waited_ns == 108);
	CHECK(turn("a") && waited_ns == 1);
	int64_t before_ns = event_loop_now_ns(loop);
	now_ns += 50;
	CHECK(event_loop_now_ns(loop) == before_ns);
	event_loop_timer_start_urgent(loop, &urgent, now_ns, note, letter("u"));
	event_loop_fire_urgent(loop);
	CHECK_NAMED("the clock is read anew for urgent timers",
	            event_loop_now_ns(loop) == now_ns && urgent.running);
	event_loop_timer_stop(loop, &urgent);
	CHECK(event_loop_urgent_ns(loop) == INT64_MAX);
	CHECK_NAMED("descriptors that are not ready are not asked for", most_events == 0);
	event_loop_free(loop);
}

/* Two timers that wait, and a descriptor of 200, which is above all others. */
static void
use_loop(void)
{
	static struct event_loop_timer plain, urgent;
	static struct event_loop_watch watch;
	loop = event_loop_new();
	if (dup2(STDERR_FILENO, 200) < 0)
		exit(99);
	event_loop_timer_start(loop, &plain, 0, note, letter("p"));
	event_loop_timer_start_urgent(loop, &urgent, 0, note, letter("u"));
	event_loop_watch(loop, &watch, 200, note, letter("w"));
	event_loop_free(loop);
	plain.running = urgent.running = false;
	close(200);
}

static void
test_freeing(void)
{
	for (int i = 0; i < ALLOCATED_SETTLES; i++)
		use_loop();
	int descriptors = count_fds();
	size_t bytes = allocated();
	use_loop();
	CHECK_NAMED("a loop that is freed leaves nothing",
	            count_fds() == descriptors && allocated() == bytes);
	event_loop_free(NULL);
}

static void
test_standard_input(void)
{
	int ends[2], saved = dup(STDIN_FILENO);
	struct event_loop_watch one = {0}, two = {0};
	loop = event_loop_new();
	if (pipe(ends) < 0 || dup2(ends[0], STDIN_FILENO) < 0 || write(ends[1], "x", 1) != 1)
		exit(99);
	event_loop_watch(loop, &one, STDIN_FILENO, note, letter("1"));
	event_loop_watch(loop, &two, STDIN_FILENO, note, letter("2"));
	CHECK_NAMED("descriptor 0 is one like others",
	            one.pollable && two.pollable && turn("12") && waited_ns == -1);
	event_loop_unwatch(loop, &one);
	event_loop_unwatch(loop, &two);
	event_loop_free(loop);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
	close(ends[1]);
}

static void
test_descriptors(void)
{
	int ends[2];
	struct event_loop_watch watch = {0}, file = {0}, none = {0};
	struct event_loop_timer timer = {0};
	loop = event_loop_new();
	if (pipe(ends) < 0 || write(ends[1], "x", 1) != 1)
		exit(99);
	event_loop_watch(loop, &watch, ends[0], note, letter("w"));
	CHECK_NAMED("without a timer, a wait has no limit",
	            turn("w") && waited_ns == -1 && most_events == 64 && epoll_timeout == 0);
	CHECK(watch.watched && watch.pollable);
	fault_arm("epoll_ctl", EPERM, 0, 1);
	event_loop_watch(loop, &file, ends[1], note, letter("f"));
	CHECK(fault_disarm() == 1 && file.watched && !file.pollable);
	CHECK_NAMED("a descriptor that cannot be polled needs no wait",
	            turn("wf") && waited_ns == 0);
	event_loop_timer_start(loop, &timer, now_ns + EVENT_LOOP_S, note, letter("t"));
	CHECK(turn("wf") && waited_ns == 0);
	event_loop_unwatch(loop, &file);
	event_loop_unwatch(loop, &watch);
	CHECK(!file.watched && turn("t") && waited_ns == EVENT_LOOP_S + 1);
	for (int fd = -1; fd < 1000; fd += 1000) {
		event_loop_watch(loop, &none, fd, note, letter("n"));
		CHECK_NAMED("a descriptor that is not open is ready: its reader finds the error",
		            turn("n") && waited_ns == 0 && !none.pollable);
		event_loop_unwatch(loop, &none);
	}
	event_loop_watch(loop, &watch, ends[0], note, letter("w"));
	fault_arm("epoll_ctl", ENOMEM, 0, 1);
	event_loop_unwatch(loop, &watch);
	CHECK_NAMED("a watch can always be ended", fault_disarm() == 1 && !watch.watched);
	event_loop_free(loop);
	close(ends[0]);
	close(ends[1]);
	fault_arm("epoll_create1", EMFILE, 0, 1);
	int before = count_fds();
	CHECK(!event_loop_new() && errno == EMFILE && fault_disarm() == 1 && count_fds() == before);
}

/* Watches of each descriptor up to one above 100. */
static void
test_growth(void)
{
	static struct event_loop_watch watches[101];
	int ends[2];
	bool good = true;
	loop = event_loop_new();
	if (pipe(ends) < 0)
		exit(99);
	for (int fd = 8; fd <= 100; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || dup2(ends[1], fd) < 0)
			continue;
		event_loop_watch_room(loop, &watches[fd], fd, note, letter("r"));
	}
	CHECK_NAMED("a pipe has room by each of its descriptors",
	            turn("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"));
	for (int fd = 8; fd <= 100; fd++) {
		if (!watches[fd].watched)
			continue;
		good = good && watches[fd].pollable;
		event_loop_unwatch(loop, &watches[fd]);
		close(fd);
	}
	CHECK(good);
	close(ends[0]);
	close(ends[1]);
	event_loop_free(loop);
}

static void
test_interruptions(void)
{
	int ends[2];
	struct event_loop_watch watch = {0};
	struct event_loop_timer timer = {0};
	loop = event_loop_new();
	if (pipe(ends) < 0 || write(ends[1], "x", 1) != 1)
		exit(99);
	event_loop_watch(loop, &watch, ends[0], note, letter("w"));
	event_loop_timer_start(loop, &timer, now_ns - 1, note, letter("t"));
	fault_arm("ppoll", EINTR, 0, 1);
	CHECK_NAMED("a wait that a signal ends still fires timers",
	            turn("t") && fault_disarm() == 1);
	event_loop_timer_start(loop, &timer, now_ns - 1, note, letter("t"));
	fault_arm("epoll_wait", EINTR, 0, 1);
	CHECK(turn("t") && fault_disarm() == 1);
	CHECK(turn("w"));
	event_loop_unwatch(loop, &watch);
	event_loop_free(loop);
	close(ends[0]);
	close(ends[1]);
}

/* Returns true if a process ends with a message when CALL fails with ERRNUM while it turns, or
 * while it watches a pipe. */
static bool
ends_with_message(const char *call, int errnum, bool turns)
{
	int ends[2];
	char text[128] = "";
	if (pipe(ends) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct event_loop_watch watch = {0};
		struct event_loop_timer timer = {0};
		dup2(ends[1], STDERR_FILENO);
		loop = event_loop_new();
		event_loop_timer_start(loop, &timer, 0, note, letter("t"));
		if (turns)
			event_loop_watch_room(loop, &watch, ends[1], note, letter("w"));
		fault_arm(call, errnum, 0, 1);
		if (turns)
			event_loop_turn(loop);
		else
			event_loop_watch_room(loop, &watch, ends[1], note, letter("w"));
		_exit(0);
	}
	int status = 0;
	close(ends[1]);
	ssize_t got = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	waitpid(pid, &status, 0);
	return got > 0 && strstr(text, "cannot wait: ") && strstr(text, strerror(errnum)) &&
	       WIFEXITED(status) && WEXITSTATUS(status) != 0;
}

static void
test_failures(void)
{
	CHECK_NAMED("a wait that fails ends the program", ends_with_message("ppoll", ENOMEM, true));
	CHECK(ends_with_message("epoll_wait", EBADF, true));
	CHECK_NAMED("as does a watch", ends_with_message("epoll_ctl", ENOMEM, false));
	CHECK(ends_with_message("epoll_ctl", ENOSPC, false));
}

int
main(void)
{
	test_times();
	test_freeing();
	test_standard_input();
	test_descriptors();
	test_growth();
	test_interruptions();
	test_failures();
	return check_done();
}
