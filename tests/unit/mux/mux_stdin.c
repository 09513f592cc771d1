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
	};
	const struct subunit2_event routed = {
		.test_id = events[1].test_id,
		.status = events[1].status,
		.runnable = true,
	};
	struct string_list routes = {0};
	struct mux_stdin mux_stdin;
	char packet[256];
	size_t len = 0;
	string_list_add(&routes, "one");
	string_list_add(&routes, "two");
	setenv("TMPDIR", tmp, 1);
	bring(events, 2);
	mux_stdin_begin(&mux_stdin, loop, &routes);
	while (!stdin_router_has_ended(mux_stdin.router)) {
		stdin_router_turn(mux_stdin.router);
		event_loop_turn(loop);
	}
	subunit2_packet_encode(&routed, packet, sizeof(packet), &len, NULL);
	CHECK(mux_stdin.count == 2 && stdin_buffer_unread(mux_stdin.buffers[0]) == 0);
	CHECK_NAMED("a request goes to the command that its code names",
	            stdin_buffer_unread(mux_stdin.buffers[1]) == (int64_t)len);
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
	event_loop_free(loop);
	return check_done();
}
