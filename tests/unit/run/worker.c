/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A worker: what its process reads and writes, and how it ends. Workers are shell scripts; the
 * first argument of each is a file with packets, the second one a file for what it reads. */
#include "worker.h"
#include "check.h"
#include "event_lines.h"
#include "fault.h"
#include "messages.h"

#include "timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GRACE_NS (100 * EVENT_LOOP_MS)
#define OUTPUT_MIN 4096 /* bytes: the least that a read of output asks for */

ssize_t
read(int fd, void *bytes, size_t size)
{
	return size >= OUTPUT_MIN && fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

static struct supervisor supervisor;
static char folder[] = "/tmp/subunit2-worker-XXXXXX", packets[64], input[64];

static struct calls {
	struct event_lines events;
	struct subunit2_time time; /* of the last event */
	char failed[256];          /* the reason; "": it has not */
	char over[256];            /* the same */
	unsigned count, failures, ends;
} calls;

static void
on_event(void *context, struct worker *worker, const struct subunit2_event *event)
{
	struct calls *c = context;
	(void)worker;
	c->count++;
	c->time = event->timestamp;
	subunit2_sink_event(&c->events.sink, event, NULL);
}

static void
on_failed(void *context, struct worker *worker, const char *reason)
{
	struct calls *c = context;
	(void)worker;
	c->failures++;
	snprintf(c->failed, sizeof(c->failed), "%s", reason);
}

static void
on_over(void *context, struct worker *worker, const char *reason)
{
	struct calls *c = context;
	(void)worker;
	c->ends++;
	snprintf(c->over, sizeof(c->over), "%s", reason);
}

static struct worker *
worker_of(const char *program, const char *script)
{
	static const struct worker_handler handler = {on_event, on_failed, on_over};
	struct worker_options options = {
		.name = "w0",
		.index = 7,
		.envp = environ,
		.tmp_parent = "/tmp",
		.grace_ns = GRACE_NS,
		.handler = &handler,
		.context = &calls,
	};
	const char *const words[] = {program, "-c", script, "worker", packets, input};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		string_list_add(&options.argv, words[i]);
	string_list_add_owned(&options.argv, NULL);
	event_lines_close(&calls.events);
	calls = (struct calls){0};
	event_lines_open(&calls.events);
	return worker_new(&supervisor, &options);
}

static void
complete(unsigned ends)
{
	while (calls.ends < ends)
		event_loop_turn(supervisor.loop);
}

static void
on_alarm(void *context)
{
	(void)context;
}

/* Waits until the file PATH exists. */
static void
await_file(const char *path)
{
	struct event_loop_timer timer = {0};
	while (access(path, F_OK) < 0) {
		supervisor_set_alarm(&supervisor, &timer, 10 * EVENT_LOOP_MS, on_alarm, NULL);
		event_loop_turn(supervisor.loop);
	}
	event_loop_timer_stop(supervisor.loop, &timer);
}

/* Runs SCRIPT to its end. */
static void
run(const char *script)
{
	struct worker *worker = worker_of("/bin/sh", script);
	worker_start(worker);
	complete(1);
	worker_free(worker);
}

/* Files of packets */

static size_t
encode(const struct subunit2_event *event, char *packet, size_t size)
{
	size_t len = 0;
	if (subunit2_packet_encode(event, packet, size, &len, NULL) != SUBUNIT2_E_OK)
		exit(99);
	return len;
}

static void
write_packets(const struct subunit2_event *events, size_t count)
{
	FILE *file = fopen(packets, "w");
	for (size_t i = 0; file && i < count; i++) {
		char packet[1024];
		fwrite(packet, 1, encode(&events[i], packet, sizeof(packet)), file);
	}
	if (!file || fclose(file) != 0)
		exit(99);
}

/* Returns whether the worker has read the packets of EVENTS, and no other byte. */
static bool
has_read(const struct subunit2_event *events, size_t count)
{
	char wanted[4096], got[4096];
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += encode(&events[i], wanted + len, sizeof(wanted) - len);
	FILE *file = fopen(input, "r");
	size_t got_len = file ? fread(got, 1, sizeof(got), file) : 0;
	if (file)
		fclose(file);
	return got_len == len && memcmp(got, wanted, len) == 0;
}

static const struct subunit2_event hello = {
	.file_name = SUBUNIT2_LITERAL("worker"),
	.file_bytes = SUBUNIT2_LITERAL("w0"),
	.mime_type = SUBUNIT2_TEXT_TYPE,
	.eof = true,
};
static const struct subunit2_event tests_end = {
	.file_name = SUBUNIT2_LITERAL("stdin"),
	.file_bytes = {"", 0},
	.eof = true,
};
static const struct subunit2_event request = {
	.test_id = SUBUNIT2_LITERAL("t/a"),
	.status = SUBUNIT2_STATUS_EXISTS,
	.runnable = true,
};

/* Tests */

static struct subunit2_event
start_of_test(const char *code, struct subunit2_time time)
{
	return (struct subunit2_event){
		.test_id = SUBUNIT2_LITERAL("t/a"),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
		.route_code = subunit2_view_of(code),
		.has_timestamp = time.sec > 0,
		.timestamp = time,
	};
}

static bool
is_near(struct subunit2_time time)
{
	int64_t ns = subunit2_time_since(timestamp_now(), time);
	return ns >= 0 && ns < 100 * EVENT_LOOP_S;
}

static void
check_events(void)
{
	struct subunit2_event events[] = {
		start_of_test("0/3", (struct subunit2_time){0}),
		start_of_test(NULL, (struct subunit2_time){0}),
		start_of_test("1", timestamp_now()),
	};
	struct subunit2_time exact = events[2].timestamp;
	write_packets(events, 3);
	run("cat $1");
	CHECK_NAMED("events come under the name of the worker",
	            event_lines_are(&calls.events, "t/a inprogress @w0/0/3; runnable\n"
	                                           "t/a inprogress @w0; runnable\n"
	                                           "t/a inprogress @w0/1; runnable\n"));
	CHECK_NAMED("a clock that is right is left as it is",
	            subunit2_time_compare(calls.time, exact) == 0);
	CHECK(calls.failures == 0 && calls.ends == 1 && strcmp(calls.over, "exit status 0") == 0);
	write_packets(events, 1);
	run("cat $1");
	CHECK_NAMED("an event without a time gets the present one", is_near(calls.time));
	CHECK(calls.events.untimed == 0);
	CHECK(messages_are(""));
}

static void
check_clock(void)
{
	struct subunit2_time ahead = subunit2_time_add(timestamp_now(), 3600 * EVENT_LOOP_S);
	struct subunit2_event events[] = {start_of_test("0", ahead), start_of_test("0", ahead)};
	write_packets(events, 2);
	run("cat $1");
	CHECK_NAMED("times of a clock that is ahead are shifted", is_near(calls.time));
	const char *messages = messages_take();
	CHECK(strstr(messages, "the clock of w0 is ") && strstr(messages, "its times are shifted"));
	CHECK_NAMED("one message", strchr(messages, '\n') == strrchr(messages, '\n'));
	fflush(calls.events.file);
	CHECK(strncmp(calls.events.text, " @w0 clock=the clock of w0 is ", 30) == 0);
	CHECK(calls.count == 3);
}

static void
check_damage(void)
{
	struct subunit2_event event = start_of_test("0", (struct subunit2_time){0});
	write_packets(&event, 1);
	run("cat $1; printf '\\263damaged'; cat $1; printf '\\263again'; cat $1; exit 3");
	CHECK(calls.failures == 1 && strncmp(calls.failed, "it sent damage: ", 16) == 0);
	CHECK(strlen(calls.failed) > 16);
	CHECK_NAMED("nothing counts after damage",
	            event_lines_are(&calls.events, "t/a inprogress @w0/0; runnable\n"));
	CHECK(calls.ends == 1 && strcmp(calls.over, "exit status 3") == 0);
	run("head -c 9 $1");
	CHECK_NAMED("a packet that is cut is damage",
	            calls.failures == 1 && calls.count == 0 && calls.ends == 1);
	messages_take();
}

/* A worker that was damaged is good when it is started again. */
static void
check_restart(void)
{
	struct subunit2_time ahead = subunit2_time_add(timestamp_now(), 3600 * EVENT_LOOP_S);
	struct subunit2_event event = start_of_test("0", ahead);
	write_packets(&event, 1);
	struct worker *worker = worker_of(
		"/bin/sh", "cat $1; [ -e $2 ] || { printf '\\263damaged'; echo said >&2; };"
			   ">$2; exit 4");
	CHECK(worker_index(worker) == 7 && strcmp(worker_name(worker), "w0") == 0);
	worker_start(worker);
	complete(1);
	CHECK(calls.failures == 1 && calls.count == 2);
	CHECK(strcmp(calls.over, "exit status 4: said") == 0);
	worker_start(worker);
	complete(2);
	CHECK(strcmp(calls.over, "exit status 4") == 0);
	CHECK_NAMED("events and the clock are read anew", calls.failures == 1 && calls.count == 4);
	CHECK(is_near(calls.time));
	worker_free(worker);
	unlink(input);
	messages_take();
}

static void
check_ends(void)
{
	run("echo first >&2; echo; printf 'last' >&2; exit 5");
	CHECK(strcmp(calls.over, "exit status 5: last") == 0);
	CHECK(messages_are("w0: first\nw0: last\n"));
	CHECK_NAMED("text beside packets is passed on",
	            calls.failures == 0 && event_lines_are(&calls.events, " @w0 stdout=|\n"));

	run("kill -9 $$");
	CHECK(strcmp(calls.over, "died of SIGKILL") == 0);
	run("kill -9 $PPID; sleep 1000");
	CHECK(strcmp(calls.over, "its supervisor was killed") == 0);

	struct worker *unread = worker_of("/bin/sh", "echo out");
	worker_start(unread);
	fault_arm("read", EIO, 0, 1);
	complete(1);
	CHECK(strcmp(calls.over, "cannot read its output: Input/output error") == 0 &&
	      fault_disarm() == 1);
	worker_free(unread);
	struct worker *worker = worker_of("/nonexistent", "");
	worker_start(worker);
	CHECK_NAMED("the end comes later", calls.ends == 0);
	complete(1);
	CHECK(strcmp(calls.over, "cannot be executed: /nonexistent: No such file or directory") ==
	      0);
	worker_free(worker);
	messages_take();
}

/* Without descriptors a worker cannot be started; it is over in the next turn. */
static void
check_unstarted(void)
{
	struct rlimit limit, few;
	struct worker *worker = worker_of("/bin/sh", "");
	int lowest = dup(0);
	close(lowest);
	getrlimit(RLIMIT_NOFILE, &limit);
	few = (struct rlimit){(rlim_t)lowest, limit.rlim_max};
	setrlimit(RLIMIT_NOFILE, &few);
	worker_start(worker);
	setrlimit(RLIMIT_NOFILE, &limit);
	CHECK(calls.ends == 0);
	worker_stop(worker);
	worker_kill(worker);
	worker_end_tests_input(worker);
	complete(1);
	CHECK(strcmp(calls.over, "cannot be started: Too many open files") == 0);
	worker_start(worker);
	worker_stop(worker);
	complete(2);
	CHECK(strcmp(calls.over, "exit status 0") == 0);
	worker_free(worker);
	messages_take();
}

static void
check_input(void)
{
	struct worker *worker = worker_of("/bin/sh", "cat >$2; exit 6");
	worker_start(worker);
	CHECK(worker_send(worker, &request));
	worker_end_tests_input(worker);
	worker_end_tests_input(worker);
	worker_stop(worker);
	complete(1);
	CHECK_NAMED("it reads that it is a worker, requests, and the end of the input of tests",
	            has_read((struct subunit2_event[]){hello, request, tests_end}, 3));
	CHECK(strcmp(calls.over, "exit status 6") == 0);
	worker_start(worker);
	worker_stop(worker);
	complete(2);
	CHECK_NAMED("and the end again when it is started again",
	            has_read((struct subunit2_event[]){hello, tests_end}, 2));
	worker_free(worker);
	worker = worker_of("/bin/sh", "cat >$2");
	worker_end_tests_input(worker);
	worker_start(worker);
	CHECK(worker_stdin(worker) && stdin_buffer_is_open(worker_stdin(worker)));
	worker_stop(worker);
	complete(1);
	CHECK_NAMED("an end before the start is sent once",
	            has_read((struct subunit2_event[]){hello, tests_end}, 2));
	worker_free(worker);
	unlink(input);
}

/* A request that no packet can hold is refused, and the next one is sent. */
static void
check_refused_request(void)
{
	struct subunit2_event bad = request;
	bad.test_id = SUBUNIT2_LITERAL("\xff");
	struct worker *worker = worker_of("/bin/sh", "cat >$2");
	messages_take();
	worker_start(worker);
	CHECK(!worker_send(worker, &bad));
	CHECK(strncmp(messages_take(), "w0: ", 4) == 0);
	CHECK(worker_send(worker, &request));
	worker_stop(worker);
	complete(1);
	CHECK(has_read((struct subunit2_event[]){hello, request}, 2));
	worker_free(worker);
	unlink(input);
}

/* A worker that goes on after the end of its input is ended. */
static void
check_stop(void)
{
	struct worker *worker = worker_of("/bin/sh", ">$2; exec sleep 1000");
	worker_start(worker);
	await_file(input);
	worker_stop(worker);
	complete(1);
	CHECK(strcmp(calls.over, "died of SIGTERM") == 0);
	unlink(input);
	worker_start(worker);
	await_file(input);
	worker_kill(worker);
	complete(2);
	CHECK(strcmp(calls.over, "died of SIGKILL") == 0);
	worker_free(worker);
	unlink(input);
}

/* Text without a packet after it is passed on while the worker lives. */
static void
check_text(void)
{
	struct worker *worker = worker_of("/bin/sh", "printf text; exec sleep 1000");
	worker_start(worker);
	while (!calls.count)
		event_loop_turn(supervisor.loop);
	CHECK(calls.failures == 0 && calls.ends == 0);
	CHECK(event_lines_are(&calls.events, " @w0 stdout=text\n"));
	worker_kill(worker);
	complete(1);
	worker_free(worker);
	CHECK(messages_are(""));
}

int
main(void)
{
	messages_begin();
	event_lines_open(&calls.events);
	if (!mkdtemp(folder) || !supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	snprintf(packets, sizeof(packets), "%s/packets", folder);
	snprintf(input, sizeof(input), "%s/input", folder);
	check_events();
	check_clock();
	check_damage();
	check_restart();
	check_ends();
	check_unstarted();
	check_input();
	check_refused_request();
	check_stop();
	check_text();
	event_lines_close(&calls.events);
	supervisor_end(&supervisor);
	unlink(packets);
	rmdir(folder);
	return check_done();
}
