/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Attaching without a live view: to the first test, with a terminal or a pipe as standard input. */
#include "attach.h"
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

static struct supervisor supervisor;
static char typed[64];
static unsigned ends;

static void
on_type(void *context, struct subunit2_view bytes, bool end)
{
	(void)context;
	snprintf(typed, sizeof(typed), "%.*s", (int)bytes.len, bytes.data);
	ends += end;
}

static struct attach_test *
start(struct attach *attach, const char *id)
{
	const struct attach_test_options options = {
		.id = id,
		.code = SUBUNIT2_ABSENT,
		.type = on_type,
	};
	return attach_start_test(attach, &options);
}

/* Sends the file NAME of the test ID, or its STATUS. */
static void
send(struct attach_test *test, const char *id, enum subunit2_status status, const char *name)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = status,
		.file_name = subunit2_view_of(name),
		.file_bytes = name ? SUBUNIT2_LITERAL("text\n") : SUBUNIT2_ABSENT,
	};
	attach_event(test, &event);
}

static void
on_timer(void *context)
{
	(void)context;
}

static struct attach *
begin(bool types)
{
	const struct attach_options options = {.types = types};
	struct attach *attach = attach_new(&options);
	if (!attach)
		exit(99);
	attach_begin(attach, &supervisor);
	typed[0] = '\0';
	ends = 0;
	return attach;
}

static void
check_output(void)
{
	static const char *const shown[] = {"stdout", "stdout.bytes", "stderr", "stderr.bytes"};
	struct attach *attach = begin(false);
	struct attach_test *first = start(attach, "t/a"), *second = start(attach, "t/b");
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		send(first, "t/a", SUBUNIT2_STATUS_NONE, shown[i]);
		CHECK_NAMED(shown[i], messages_are("text\n"));
	}
	send(first, "t/a", SUBUNIT2_STATUS_NONE, "reason");
	send(first, "t/a", SUBUNIT2_STATUS_INPROGRESS, NULL);
	send(first, "t/a", SUBUNIT2_STATUS_SUCCESS, NULL);
	CHECK(messages_are(""));
	send(first, "t/a::\033", SUBUNIT2_STATUS_FAIL, NULL);
	CHECK_NAMED("results of subtests are shown", messages_are("fail  t/a::\\x1b\n"));
	attach_output(second, SUBUNIT2_LITERAL("second\n"));
	CHECK_NAMED("one test is attached", messages_are(""));
	attach_end_test(first);
	attach_output(second, SUBUNIT2_LITERAL("second\n"));
	CHECK(messages_are(""));
	struct attach_test *third = start(attach, "t/c");
	attach_output(third, SUBUNIT2_LITERAL("third\n"));
	CHECK_NAMED("the next one that begins is", messages_are("third\n"));
	attach_end_test(second);
	attach_end_test(third);
	attach_end(attach);
	attach_free(attach);
	CHECK(messages_are(""));
}

/* The bytes of a pipe are typed to the test, up to their end. */
static void
check_pipe(void)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0 || dup2(fds[0], STDIN_FILENO) < 0)
		exit(99);
	close(fds[0]);
	struct attach *attach = begin(true);
	struct attach_test *test = start(attach, "t/a");
	CHECK(write(fds[1], "one\n\x1d", 5) == 5);
	event_loop_turn(supervisor.loop);
	CHECK_NAMED("no key detaches without a live view", strcmp(typed, "one\n\x1d") == 0);
	CHECK(ends == 0);
	close(fds[1]);
	event_loop_turn(supervisor.loop);
	CHECK(typed[0] == '\0' && ends == 1);
	struct event_loop_timer timer = {0};
	event_loop_timer_start(supervisor.loop, &timer, 0, on_timer, NULL);
	event_loop_turn(supervisor.loop);
	CHECK_NAMED("the end is read once", ends == 1);
	attach_end_test(test);
	attach_end(attach);
	attach_free(attach);
}

/* A test without a terminal of its own gets lines, and ^D is the end of its input. */
static void
check_terminal(void)
{
	int upper, lower;
	signal(SIGHUP, SIG_IGN);
	if (setsid() < 0 || openpty(&upper, &lower, NULL, NULL, NULL) < 0 ||
	    dup2(lower, STDIN_FILENO) < 0 || ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0)
		exit(99);
	struct attach *attach = begin(true);
	CHECK(supervisor.terminal.resized && supervisor.terminal.context == attach);
	struct attach_test *test = start(attach, "t/a");
	CHECK(write(upper, "one\n", 4) == 4);
	event_loop_turn(supervisor.loop);
	CHECK(strcmp(typed, "one\n") == 0 && ends == 0);
	CHECK(write(upper, "\x04", 1) == 1);
	event_loop_turn(supervisor.loop);
	CHECK(ends == 1);
	CHECK(write(upper, "two\n", 4) == 4);
	event_loop_turn(supervisor.loop);
	CHECK_NAMED("keys are read after ^D, too", strcmp(typed, "two\n") == 0);
	attach_end_test(test);
	attach_end(attach);
	CHECK_NAMED("signals do not reach what is freed", !supervisor.terminal.resized);
	attach_free(attach);
	close(upper);
	close(lower);
}

static void
check_null(void)
{
	attach_begin(NULL, &supervisor);
	attach_tick(NULL);
	attach_end_test(NULL);
	attach_output(NULL, SUBUNIT2_LITERAL("text"));
	send(NULL, "t/a", SUBUNIT2_STATUS_FAIL, "stdout");
	attach_end(NULL);
	attach_free(NULL);
	CHECK(!start(NULL, "t/a") && messages_are(""));
}

static int
check_all(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	close(null);
	messages_begin();
	supervisor.loop = event_loop_new();
	check_null();
	check_output();
	check_pipe();
	check_terminal();
	event_loop_free(supervisor.loop);
	exit(check_done());
}

/* A fork, because the leader of a group of processes cannot begin a session. */
int
main(void)
{
	return in_fork(check_all);
}
