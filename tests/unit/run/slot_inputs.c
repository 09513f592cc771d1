/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The input of scripts by slot: which slots have one, what is typed, and what reaches no script. */
#include "slot_inputs.h"
#include "check.h"
#include "messages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct event_loop *loop;
static struct attempts_rules rules;
static struct slot_inputs inputs;
static char asked[64];
static const struct executor executor;

static const struct subunit2_event stdin_end = {
	.file_name = SUBUNIT2_LITERAL("stdin"),
	.file_bytes = {"", 0},
	.eof = true,
};

static void
on_asked(void *context, struct subunit2_view id)
{
	(void)context;
	snprintf(asked, sizeof(asked), "%.*s", (int)id.len, id.data);
}

static void
on_lost(void *context, const char *reason, bool empty)
{
	(void)context, (void)reason, (void)empty;
}

static void
open_inputs(void)
{
	rules.tmp_parent = "/tmp";
	slot_inputs_open(&inputs, 2, loop, &rules, on_asked, on_lost, NULL);
}

/* Returns whether BYTES, and no more, can be read from FD now. */
static bool
reads(int fd, struct subunit2_view bytes)
{
	char got[8192];
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ssize_t len = read(fd, got, sizeof(got));
	return len == (ssize_t)bytes.len && memcmp(got, bytes.data, bytes.len) == 0;
}

static bool
has_ended(int fd)
{
	char byte;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return read(fd, &byte, 1) == 0;
}

/* Returns whether a pipe is open and empty. */
static bool
waits(int fd)
{
	char byte;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return read(fd, &byte, 1) < 0 && errno == EAGAIN;
}

/* Returns whether the packet of EVENT, and no more, can be read from FD now. */
static bool
reads_packet(int fd, const struct subunit2_event *event)
{
	char packet[8192];
	size_t len = 0;
	subunit2_packet_encode(event, packet, sizeof(packet), &len, NULL);
	return reads(fd, (struct subunit2_view){packet, len});
}

static void
type(const char *text, bool end)
{
	slot_inputs_type(&inputs, 1, subunit2_view_of(text), end);
}

static void
check_without(void)
{
	rules = (struct attempts_rules){0};
	open_inputs();
	CHECK(!inputs.buffers && !inputs.router && !inputs.as_packets);
	CHECK(!slot_inputs_buffer(&inputs, 0));
	CHECK(!slot_inputs_await_requests(&inputs) && !slot_inputs_end_tests(&inputs));
	type("text", true);
	slot_inputs_turn(&inputs);
	slot_inputs_cut(&inputs);
	slot_inputs_close(&inputs);
	CHECK(messages_are(""));
}

static void
check_typed(void)
{
	rules = (struct attempts_rules){.job = {.stdin_stream = true, .stdin_typed = true}};
	open_inputs();
	CHECK_NAMED("standard input is not read if it is the user's", !inputs.router);
	CHECK(slot_inputs_buffer(&inputs, 0) && slot_inputs_buffer(&inputs, 1));
	CHECK(slot_inputs_buffer(&inputs, 0) != slot_inputs_buffer(&inputs, 1));
	type("early", false);
	CHECK_NAMED("text typed while no command runs is not for the next one",
	            stdin_buffer_unread(slot_inputs_buffer(&inputs, 1)) == 0);
	int fd = stdin_buffer_open(slot_inputs_buffer(&inputs, 1));
	type("one", false);
	CHECK(reads(fd, subunit2_view_of("one")) && waits(fd));
	type("two", true);
	CHECK(reads(fd, subunit2_view_of("two")) && has_ended(fd));
	close(fd);
	stdin_buffer_close(slot_inputs_buffer(&inputs, 1));
	slot_inputs_close(&inputs);
	CHECK(messages_are(""));
}

/* A command elsewhere gets packets, and one of them is the end. */
static void
check_packets(void)
{
	char text[SLOT_INPUTS_TYPED_MAX + 1];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	struct subunit2_event event = stdin_end;
	event.file_bytes = subunit2_view_of(text);
	event.eof = false;
	rules = (struct attempts_rules){
		.job = {.stdin_stream = true, .stdin_typed = true},
		.executor = &executor,
	};
	open_inputs();
	CHECK(inputs.as_packets);
	int fd = stdin_buffer_open(slot_inputs_buffer(&inputs, 1));
	type(text, false);
	CHECK(reads_packet(fd, &event));
	type("", false);
	CHECK_NAMED("an empty piece is no packet", waits(fd));
	type("", true);
	CHECK(reads_packet(fd, &stdin_end));
	CHECK_NAMED("the pipe stays open", waits(fd));
	slot_inputs_cut(&inputs);
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_close(slot_inputs_buffer(&inputs, 1));
	slot_inputs_close(&inputs);
}

/* A terminal of its own needs a buffer, also if it gets no bytes. */
static void
check_terminal(void)
{
	rules = (struct attempts_rules){0};
	rules.job.process.pty = &rules.job.pty;
	open_inputs();
	CHECK(slot_inputs_buffer(&inputs, 1) && !inputs.router);
	int fd = stdin_buffer_open(slot_inputs_buffer(&inputs, 1));
	CHECK(has_ended(fd));
	close(fd);
	stdin_buffer_close(slot_inputs_buffer(&inputs, 1));
	slot_inputs_close(&inputs);
}

/* Makes standard input a pipe with the packets of EVENTS, which ends after them if END. Returns
 * the other end, or -1. */
static int
bring(const struct subunit2_event *events, size_t count, bool end)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0 || dup2(fds[0], STDIN_FILENO) < 0)
		exit(99);
	close(fds[0]);
	for (size_t i = 0; i < count; i++) {
		char packet[1024];
		size_t len = 0;
		subunit2_packet_encode(&events[i], packet, sizeof(packet), &len, NULL);
		if (write(fds[1], packet, len) != (ssize_t)len)
			exit(99);
	}
	if (!end)
		return fds[1];
	close(fds[1]);
	return -1;
}

static void
turn_until_ended(void)
{
	while (slot_inputs_await_requests(&inputs)) {
		slot_inputs_turn(&inputs);
		if (slot_inputs_await_requests(&inputs))
			event_loop_turn(loop);
	}
}

static void
check_stream(void)
{
	struct subunit2_event events[] = {
		{.test_id = SUBUNIT2_LITERAL("t/a"),
	         .status = SUBUNIT2_STATUS_EXISTS,
	         .runnable = true},
		{.file_name = SUBUNIT2_LITERAL("stdin"),
	         .file_bytes = SUBUNIT2_LITERAL("abc"),
	         .route_code = SUBUNIT2_LITERAL("1")},
	};
	rules = (struct attempts_rules){.job = {.stdin_stream = true}};
	bring(events, 2, true);
	open_inputs();
	CHECK(inputs.router && slot_inputs_await_requests(&inputs));
	turn_until_ended();
	CHECK(strcmp(asked, "t/a") == 0);
	CHECK_NAMED("the end of input ends no test here", !slot_inputs_end_tests(&inputs));
	CHECK(stdin_buffer_unread(slot_inputs_buffer(&inputs, 1)) == 3);
	slot_inputs_close(&inputs);
	CHECK(messages_are("standard input: no test ran to take 3 bytes for 1\n"));
}

static void
check_worker(void)
{
	struct subunit2_event hello = {
		.file_name = SUBUNIT2_LITERAL("worker"),
		.file_bytes = SUBUNIT2_LITERAL("w0"),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
	};
	rules = (struct attempts_rules){.job = {.stdin_stream = true}};
	int fd = bring(&hello, 1, false);
	open_inputs();
	slot_inputs_turn(&inputs);
	event_loop_turn(loop);
	CHECK_NAMED("tests of a worker go on while its input is open",
	            !slot_inputs_end_tests(&inputs));
	close(fd);
	turn_until_ended();
	CHECK(slot_inputs_end_tests(&inputs));
	slot_inputs_close(&inputs);
	CHECK(messages_are(""));
}

int
main(void)
{
	messages_begin();
	loop = event_loop_new();
	check_without();
	check_typed();
	check_packets();
	check_terminal();
	check_stream();
	check_worker();
	event_loop_free(loop);
	return check_done();
}
