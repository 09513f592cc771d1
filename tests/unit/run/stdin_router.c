/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The stdin router: where events on standard input go, what it says of others, and what it calls
 * lost. */
#include "stdin_router.h"
#include "check.h"
#include "fault.h"
#include "messages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <subunit2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLACES 2

static struct event_loop *loop;
static struct stdin_buffer *buffers[PLACES];
static struct stdin_router_options options;
static struct stdin_router *router;
static int to_router = -1; /* the other end of standard input */
static char asked[64], lost[256];
static unsigned losses, ends;
static bool lost_empty;
static const char *folder = "/tmp"; /* of the buffers */

/* In place of libc's functions: fail if the test asks for it. */
ssize_t
read(int fd, void *bytes, size_t len)
{
	return fd == STDIN_FILENO && fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, len);
}

static void
on_asked(void *context, struct subunit2_view id)
{
	size_t len = strlen(asked);
	(void)context;
	snprintf(asked + len, sizeof(asked) - len, "%.*s ", (int)id.len, id.data);
}

static void
on_lost(void *context, const char *reason, bool empty)
{
	(void)context;
	snprintf(lost, sizeof(lost), "%s", reason);
	losses++;
	lost_empty = empty;
}

static void
on_tests_end(void *context)
{
	(void)context;
	ends++;
}

/* Opens a router on a pipe. */
static void
begin(void)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0 || dup2(fds[0], STDIN_FILENO) < 0)
		exit(99);
	close(fds[0]);
	to_router = fds[1];
	for (int i = 0; i < PLACES; i++)
		buffers[i] = stdin_buffer_new(loop, folder);
	options.supplies = buffers;
	options.asked = on_asked;
	options.lost = on_lost;
	asked[0] = lost[0] = '\0';
	losses = ends = 0;
	lost_empty = false;
	router = stdin_router_new(loop, &options);
}

static void
ignore(void *context)
{
	(void)context;
}

static void
set(void *flag)
{
	*(bool *)flag = true;
}

/* Handles what is there now. */
static void
turn(void)
{
	struct event_loop_timer now = {0};
	stdin_router_turn(router);
	event_loop_timer_start(loop, &now, 0, ignore, NULL);
	event_loop_turn(loop);
	event_loop_timer_stop(loop, &now);
}

static void
put_bytes(const void *bytes, size_t len)
{
	if (write(to_router, bytes, len) != (ssize_t)len)
		exit(98);
	turn();
}

static void
put(struct subunit2_event event)
{
	char bytes[256];
	size_t len;
	if (subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(97);
	put_bytes(bytes, len);
}

static struct subunit2_event
input(const char *code, const char *bytes, bool eof)
{
	return (struct subunit2_event){
		.route_code = *code ? subunit2_view_of(code) : SUBUNIT2_ABSENT,
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = subunit2_view_of(bytes),
		.eof = eof,
	};
}

static struct subunit2_event
request(const char *id)
{
	return (struct subunit2_event){.test_id = subunit2_view_of(id),
	                               .status = SUBUNIT2_STATUS_EXISTS};
}

/* Ends standard input, and waits until the router has noticed it. */
static void
finish(void)
{
	close(to_router);
	to_router = -1;
	while (!stdin_router_has_ended(router))
		turn();
}

static void
end(void)
{
	if (to_router >= 0)
		close(to_router);
	stdin_router_free(router);
	for (int i = 0; i < PLACES; i++)
		stdin_buffer_free(buffers[i]);
	options = (struct stdin_router_options){.book.places = PLACES};
}

/* Returns whether a command in PLACE reads BYTES, and then the end of input if ENDED. */
static bool
reads(unsigned place, struct subunit2_view bytes, bool ended)
{
	char got[512];
	int fd = stdin_buffer_open(buffers[place]);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ssize_t len = bytes.len ? read(fd, got, sizeof(got)) : 0;
	bool good = len == (ssize_t)bytes.len && memcmp(got, bytes.data, bytes.len) == 0;
	good = good && (read(fd, got, 1) == 0) == ended;
	stdin_buffer_close(buffers[place]);
	close(fd);
	return good;
}

static bool
reads_text(unsigned place, const char *text, bool ended)
{
	return reads(place, subunit2_view_of(text), ended);
}

static void
check_places(void)
{
	begin();
	put(input("0", "to 0", false));
	put(input("1", "to 1", true));
	put(request("a"));
	put(request("b"));
	CHECK(strcmp(asked, "a b ") == 0 && !stdin_router_is_worker(router));
	CHECK(reads_text(0, "to 0", false) && reads_text(1, "to 1", true));
	put(input("0", "more", false));
	CHECK(reads_text(0, "more", false) && !stdin_router_has_ended(router));
	finish();
	CHECK_NAMED("the end of input is that of all places", reads_text(0, "", true) &&
	                                                              reads_text(1, "", true) &&
	                                                              !losses && messages_are(""));
	end();
	begin();
	put((struct subunit2_event){.file_name = SUBUNIT2_LITERAL("worker"),
	                            .file_bytes = {"", 0}});
	CHECK(stdin_router_is_worker(router));
	put(input("", "", true));
	CHECK(reads_text(0, "", true) && reads_text(1, "", true));
	put(request("c"));
	CHECK_NAMED("requests may follow the end of the tests' input", strcmp(asked, "c ") == 0);
	finish();
	end();
}

static void
check_tests_end(void)
{
	options.tests_end = on_tests_end;
	begin();
	put(input("", "", true));
	CHECK(ends == 1 && reads_text(0, "", false));
	finish();
	CHECK(ends == 2);
	end();
	options.book.places = 0;
	begin();
	finish();
	CHECK_NAMED("without a number there is one place",
	            reads_text(0, "", true) && reads_text(1, "", false));
	end();
}

/* Places that take packets. */
static void
check_packets(void)
{
	char bytes[256];
	size_t len;
	begin();
	put(input("0/7", "x", false));
	struct subunit2_event rest = input("7", "x", false);
	CHECK(subunit2_packet_encode(&rest, bytes, sizeof(bytes), &len, NULL) == SUBUNIT2_E_OK &&
	      reads(0, (struct subunit2_view){bytes, len}, false));
	end();
	options.as_packets = true;
	begin();
	put(input("1", "longer", true));
	rest = input("", "longer", true);
	CHECK(subunit2_packet_encode(&rest, bytes, sizeof(bytes), &len, NULL) == SUBUNIT2_E_OK &&
	      reads(1, (struct subunit2_view){bytes, len}, false));
	end();
}

/* Text is reported when it has not gone on for a while. */
static void
check_text(void)
{
	int64_t begin_ns = event_loop_now_ns(loop);
	put_bytes("text\n", 5);
	put_bytes("more\n", 5);
	const char *shown = messages_take();
	bool early = event_loop_now_ns(loop) - begin_ns < 40 * EVENT_LOOP_MS;
	CHECK_NAMED("text may go on", !*shown || !early);
	while (!*shown) {
		event_loop_turn(loop);
		shown = messages_take();
	}
	CHECK(strcmp(shown, "standard input: dropped bytes that are not a packet\n") == 0);
}

/* An event without an address is dropped, with a message for the first of its kind. */
static void
check_strange(void)
{
	begin();
	put(input("9", "x", false));
	put(input("8", "x", false));
	CHECK(messages_are("standard input: 9: nothing runs under this routing code\n"));
	finish();
	end();
	begin();
	put(input("", "x", false));
	put(input("", "y", false));
	CHECK(messages_are("standard input: dropped bytes without a routing code\n"));
	put((struct subunit2_event){.test_id = SUBUNIT2_LITERAL("x"),
	                            .status = SUBUNIT2_STATUS_SUCCESS});
	put((struct subunit2_event){.test_id = SUBUNIT2_LITERAL("x"),
	                            .file_name = SUBUNIT2_LITERAL("Parser Error")});
	put((struct subunit2_event){.file_name = SUBUNIT2_LITERAL("log"),
	                            .file_bytes = SUBUNIT2_LITERAL("x")});
	CHECK_NAMED("other events are ignored", messages_are(""));
	check_text();
	finish();
	CHECK_NAMED("text between packets loses none", !losses && messages_are(""));
	end();
}

static void
check_lost(void)
{
	begin();
	put_bytes("text\n", 5);
	finish();
	CHECK(losses == 1 && lost_empty && strcmp(lost, "standard input: no packet in it") == 0);
	CHECK(messages_are("standard input: dropped bytes that are not a packet\n"
	                   "standard input: no packet in it\n"));
	end();
	begin();
	finish();
	CHECK_NAMED("no input at all is not lost", !losses && messages_are(""));
	end();
	begin();
	put(request("a"));
	put_bytes("\xb3\x2a\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1b", 12);
	put(request("b"));
	finish();
	CHECK(losses == 1 && !lost_empty && strcmp(asked, "a b ") == 0);
	const char *shown = messages_take();
	CHECK(strncmp(shown, "standard input: ", 16) == 0 &&
	      strncmp(shown, lost, strlen(lost)) == 0);
	end();
}

/* Loses requests twice: damage, then a failing read. */
static void
lose_twice(void)
{
	put_bytes("\xb3\x2a\x01\x0c\x03\x66\x6f\x6f\x08\x55\x5f\x1b", 12);
	put(request("a"));
	fault_arm("read", EIO, 0, 1);
	put(request("b"));
	CHECK(fault_disarm() == 1 && stdin_router_has_ended(router) && strcmp(asked, "a ") == 0);
	CHECK_NAMED("each loss has a message", strstr(messages_take(), "Input/output error"));
}

static void
check_lost_twice(void)
{
	begin();
	lose_twice();
	CHECK_NAMED("only the first loss is reported",
	            losses == 1 && !strstr(lost, "Input/output"));
	end();
	begin();
	stdin_router_free(router);
	options.lost = NULL;
	router = stdin_router_new(loop, &options);
	lose_twice();
	end();
}

/* A router that is freed while there is input, and before the deadline of text. */
static void
check_free(void)
{
	begin();
	put_bytes("text\n", 5);
	stdin_router_turn(router);
	stdin_router_free(router);
	router = NULL;
	if (write(to_router, "more\n", 5) != 5)
		exit(98);
	struct event_loop_timer later = {0};
	bool over = false;
	event_loop_timer_start(loop, &later, event_loop_now_ns(loop) + 500 * EVENT_LOOP_MS, set,
	                       &over);
	while (!over)
		event_loop_turn(loop);
	char bytes[16];
	CHECK_NAMED("no longer reads", read(STDIN_FILENO, bytes, sizeof(bytes)) == 5);
	CHECK(messages_are(""));
	end();
}

static void
check_failing_reads(void)
{
	begin();
	fault_arm("read", EINTR, 0, 1);
	put(request("a"));
	CHECK(!*asked && !stdin_router_has_ended(router) && fault_disarm() == 1);
	fault_arm("read", EAGAIN, 0, 1);
	turn();
	CHECK(!*asked && !stdin_router_has_ended(router) && fault_disarm() == 1);
	turn();
	CHECK(strcmp(asked, "a ") == 0);
	fault_arm("read", EIO, 0, 1);
	put(request("b"));
	CHECK(fault_disarm() == 1 && stdin_router_has_ended(router) && losses == 1 && !lost_empty &&
	      messages_are("standard input: Input/output error\n"));
	end();
}

/* Half a packet is read with the rest of it, or reported at the end. */
static void
check_halves(void)
{
	const struct subunit2_event event = request("half");
	char bytes[64];
	size_t len;
	if (subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(97);
	begin();
	put_bytes(bytes, 5);
	CHECK(!*asked);
	put_bytes(bytes + 5, len - 5);
	CHECK(strcmp(asked, "half ") == 0);
	finish();
	CHECK(!losses && messages_are(""));
	end();
	begin();
	put_bytes(bytes, len - 3);
	finish();
	CHECK(losses == 1 && lost_empty && !*asked);
	messages_take();
	end();
}

/* While the buffer of a place is full, nothing is read. */
static void
check_full(void)
{
	static char flood[1 << 20];
	begin();
	memset(flood, 'x', sizeof(flood));
	int fd = stdin_buffer_open(buffers[1]);
	while (!stdin_buffer_is_full(buffers[1]))
		stdin_buffer_put(buffers[1], (struct subunit2_view){flood, sizeof(flood)});
	put(input("1", "x", false));
	put(input("1", "x", false));
	struct subunit2_event event = request("a");
	char bytes[64];
	size_t len;
	subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL);
	if (write(to_router, bytes, len) != (ssize_t)len)
		exit(98);
	turn();
	CHECK_NAMED("a full buffer stops the reading", !*asked);
	close(fd);
	stdin_buffer_close(buffers[1]);
	turn();
	CHECK(strcmp(asked, "a ") == 0);
	end();
}

/* The buffers of both places are full: one that has room again is not enough. */
static void
check_both_full(void)
{
	static char flood[1 << 20];
	int fds[PLACES];
	begin();
	for (unsigned i = 0; i < PLACES; i++) {
		fds[i] = stdin_buffer_open(buffers[i]);
		while (!stdin_buffer_is_full(buffers[i]))
			stdin_buffer_put(buffers[i], (struct subunit2_view){flood, sizeof(flood)});
	}
	char bytes[128];
	size_t len, all = 0;
	const struct subunit2_event events[] = {input("1", "x", false), input("0", "x", false)};
	for (int i = 0; i < 2; i++, all += len)
		subunit2_packet_encode(&events[i], bytes + all, sizeof(bytes) - all, &len, NULL);
	put_bytes(bytes, all);
	close(fds[1]);
	stdin_buffer_close(buffers[1]);
	turn();
	put(request("a"));
	CHECK(!*asked);
	close(fds[0]);
	stdin_buffer_close(buffers[0]);
	turn();
	CHECK(strcmp(asked, "a ") == 0);
	end();
}

/* Input that cannot be kept for the next command is lost, with one message. */
static void
check_no_room(void)
{
	folder = "/nonexistent";
	begin();
	put(input("0", "x", false));
	put(input("1", "x", false));
	CHECK(messages_are("standard input: cannot keep input that a test does not read: No such "
	                   "file or directory\n"));
	end();
	folder = "/tmp";
}

int
main(void)
{
	loop = event_loop_new();
	options.book.places = PLACES;
	messages_begin();
	check_places();
	check_tests_end();
	check_packets();
	check_strange();
	check_lost();
	check_lost_twice();
	check_failing_reads();
	check_halves();
	check_full();
	check_both_full();
	check_no_room();
	check_free();
	event_loop_free(loop);
	return check_done();
}
