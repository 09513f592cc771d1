/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The standard input of mux: packets for its commands, by the routing code of each. */
#include "mux_stdin.h"
#include "check.h"
#include "messages.h"

#include <subunit2.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct event_loop *loop;

/* Makes standard input a pipe with the packets of EVENTS, which ends after them. */
static void
bring(const struct subunit2_event *events, size_t count)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0 || dup2(fds[0], STDIN_FILENO) < 0)
		exit(99);
	for (size_t i = 0; i < count; i++) {
		char packet[256];
		size_t len = 0;
		subunit2_packet_encode(&events[i], packet, sizeof(packet), &len, NULL);
		if (write(fds[1], packet, len) != (ssize_t)len)
			exit(99);
	}
	close(fds[0]);
	close(fds[1]);
}

/* Returns the length of the packet of EVENT. */
static int64_t
len_of(const struct subunit2_event *event)
{
	char packet[256];
	size_t len = 0;
	subunit2_packet_encode(event, packet, sizeof(packet), &len, NULL);
	return (int64_t)len;
}

static void
check_packets(const char *tmp)
{
	const struct subunit2_event events[] = {
		{.test_id = SUBUNIT2_LITERAL("t/a"),
	         .status = SUBUNIT2_STATUS_EXISTS,
	         .runnable = true},
		{.test_id = SUBUNIT2_LITERAL("t/b"),
	         .status = SUBUNIT2_STATUS_EXISTS,
	         .runnable = true,
	         .route_code = SUBUNIT2_LITERAL("two")},
		{.file_name = SUBUNIT2_LITERAL("stdin"),
	         .file_bytes = SUBUNIT2_LITERAL("abc"),
	         .route_code = SUBUNIT2_LITERAL("one")},
	};
	struct subunit2_event request = events[1], bytes = events[2];
	struct string_list routes = {0};
	struct mux_stdin mux_stdin;
	string_list_add(&routes, "one");
	string_list_add(&routes, "two");
	if (tmp)
		setenv("TMPDIR", tmp, 1);
	bring(events, 3);
	mux_stdin_begin(&mux_stdin, loop, &routes);
	while (!stdin_router_has_ended(mux_stdin.router)) {
		stdin_router_turn(mux_stdin.router);
		event_loop_turn(loop);
	}
	request.route_code = bytes.route_code = SUBUNIT2_ABSENT;
	CHECK(mux_stdin.count == 2);
	CHECK_NAMED("a packet goes to the command that its code names, without it",
	            stdin_buffer_unread(mux_stdin.buffers[0]) == len_of(&bytes) &&
	                    stdin_buffer_unread(mux_stdin.buffers[1]) == len_of(&request));
	CHECK(messages_are("standard input: t/a: dropped a request without a routing code\n"));
	mux_stdin_end(&mux_stdin);
	string_list_clear(&routes);
	unsetenv("TMPDIR");
}

int
main(void)
{
	messages_begin();
	loop = event_loop_new();
	check_packets("/tmp");
	check_packets("");
	check_packets(NULL);
	event_loop_free(loop);
	return check_done();
}
