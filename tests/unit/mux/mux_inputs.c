/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The inputs of a merge: files, connections and commands, each under its routing code; and what
 * the stream says of one that is lost. */
#include "mux_inputs.h"
#include "check.h"
#include "event_lines.h"
#include "messages.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct supervisor supervisor;
static struct mux_inputs inputs;
static struct event_lines lines;
static char folder[] = "/tmp/subunit2-inputs-XXXXXX", path[64];

/* A stream of packets: the test ID passes. */
static size_t
encode(const char *id, char *packet, size_t size)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_SUCCESS,
	};
	size_t len = 0;
	subunit2_packet_encode(&event, packet, size, &len, NULL);
	return len;
}

/* Fills the file at PATH with BYTES. */
static void
fill(const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		exit(99);
}

static void
fill_with_test(const char *id)
{
	char packet[128];
	fill(packet, encode(id, packet, sizeof(packet)));
}

static void
begin(void)
{
	mux_inputs_begin(&inputs, &supervisor, NULL, &lines.sink);
	lines.untimed = 0;
}

/* Runs until all inputs have ended. */
static void
complete(void)
{
	while (mux_inputs_sweep(&inputs), inputs.list)
		event_loop_turn(supervisor.loop);
}

static void
end(void)
{
	complete();
	mux_inputs_finish(&inputs);
}

/* Runs until an event has come. */
static void
await_event(void)
{
	for (bool came = false; !came; fflush(lines.file), came = lines.len > 0)
		event_loop_turn(supervisor.loop);
}

static void
run(const char *route, const char *script)
{
	const struct mux_command_options command = {
		.argv = (char *const[]){"sh", "-c", (char *)script, "sh", path, NULL},
	};
	mux_inputs_run_command(&inputs, route, &command);
}

/* Returns the other end of a connection that is an input. */
static int
connect_input(const char *route)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		exit(99);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	mux_inputs_read_fd(&inputs, route, fds[0]);
	return fds[1];
}

static void
check_files(void)
{
	fill_with_test("a");
	begin();
	mux_inputs_read_file(&inputs, "one", path);
	mux_inputs_read_file(&inputs, "two", path);
	CHECK(mux_inputs_count(&inputs) == 2 && !mux_inputs_sweep(&inputs));
	complete();
	CHECK(mux_inputs_count(&inputs) == 0 && !inputs.unreadable);
	CHECK(event_lines_are(&lines, "a success @one\na success @two\n"));
	CHECK_NAMED("times are left alone", lines.untimed == 2);
	end();
	begin();
	inputs.add_times = inputs.add_prefix = inputs.expects_tests = true;
	mux_inputs_read_file(&inputs, "one", path);
	end();
	CHECK(event_lines_are(&lines, "one/a success @one\n"));
	CHECK_NAMED("an event of a file without a time before it has none", lines.untimed == 1);
	CHECK(messages_are(""));
}

static void
check_lost_files(void)
{
	begin();
	mux_inputs_read_file(&inputs, "one", "/nonexistent");
	CHECK(inputs.unreadable && mux_inputs_sweep(&inputs));
	CHECK(event_lines_are(&lines,
	                      "subunit.input fail @one reason=/nonexistent: No such file or "
	                      "directory.\n"));
	CHECK(messages_are("/nonexistent: No such file or directory\n"));
	end();
	fill("", 0);
	begin();
	mux_inputs_read_file(&inputs, "one", path);
	end();
	CHECK_NAMED("an empty file is good if no test is expected", event_lines_are(&lines, ""));
	begin();
	inputs.expects_tests = true;
	mux_inputs_read_file(&inputs, "one", path);
	end();
	char wanted[256];
	snprintf(wanted, sizeof(wanted), "%s: no test in it\n", path);
	CHECK(messages_are(wanted));
	snprintf(wanted, sizeof(wanted), "subunit.input fail @one reason=%s: no test in it.\n",
	         path);
	CHECK(event_lines_are(&lines, wanted) && !inputs.unreadable);
}

/* The second part of a packet may follow after any time. */
static void
check_connection(void)
{
	char packet[128];
	size_t len = encode("a", packet, sizeof(packet));
	begin();
	inputs.add_times = inputs.expects_tests = true;
	int fd = connect_input("s/1");
	CHECK(write(fd, packet, 5) == 5);
	event_loop_turn(supervisor.loop);
	CHECK(event_lines_are(&lines, "") && inputs.backlog.unfinished == 5);
	CHECK(write(fd, packet + 5, len - 5) == (ssize_t)len - 5);
	event_loop_turn(supervisor.loop);
	CHECK(event_lines_are(&lines, "a success @s/1\n") && lines.untimed == 0);
	CHECK(inputs.backlog.unfinished == 0);
	CHECK(write(fd, packet, 5) == 5);
	event_loop_turn(supervisor.loop);
	CHECK(inputs.backlog.unfinished == 5);
	close(fd);
	complete();
	CHECK(inputs.backlog.unfinished == 0 && mux_inputs_count(&inputs) == 0);
	fflush(lines.file);
	CHECK_NAMED("a packet that is cut is damage",
	            strstr(lines.text, "subunit.parser fail @s/1") != NULL);
	event_lines_close(&lines);
	event_lines_open(&lines);
	end();
	CHECK(messages_are(""));
}

/* Text of a live input is passed on after a moment of silence; it is enough not to be empty. */
static void
check_text(void)
{
	begin();
	inputs.expects_tests = true;
	int fd = connect_input("s/1");
	CHECK(write(fd, "text", 4) == 4);
	await_event();
	CHECK(event_lines_are(&lines, " @s/1 stdout=text\n") && inputs.backlog.unfinished == 0);
	close(fd);
	end();
	CHECK(event_lines_are(&lines, "") && messages_are(""));
	begin();
	inputs.expects_tests = true;
	close(connect_input("s/1"));
	end();
	CHECK(event_lines_are(&lines, "subunit.input fail @s/1 reason=s/1: no test in it.\n"));
	CHECK(messages_are("s/1: no test in it\n"));
}

static void
check_commands(void)
{
	fill_with_test("a");
	begin();
	inputs.expects_tests = true;
	run("c", "cat $1; echo error >&2");
	end();
	CHECK(event_lines_are(&lines, "a success @c\n") && messages_are("c: error\n"));
	begin();
	run("c", "cat $1; exit 7");
	end();
	CHECK_NAMED("a command that fails is lost",
	            event_lines_are(&lines, "a success @c\n"
	                                    "subunit.input fail @c reason=c: exit status 7.\n"));
	CHECK_NAMED("which is no fault of a file", !inputs.unreadable && messages_are(""));
	begin();
	inputs.expects_tests = true;
	run("c", ":");
	end();
	CHECK(event_lines_are(&lines, "subunit.input fail @c reason=c: no test in it.\n"));
	CHECK(messages_are("c: no test in it\n"));
	begin();
	run("c", "kill -9 $$");
	end();
	CHECK(event_lines_are(&lines, "subunit.input fail @c reason=c: died of SIGKILL.\n"));
	messages_take();
}

static void
check_command_options(void)
{
	const struct mux_command_options command = {
		.argv = (char *const[]){"/bin/sh", "-c", "pwd; echo $A", NULL},
		.envp = (char *const[]){"A=1", NULL},
		.cwd = "/usr",
	};
	const struct mux_command_options unknown = {
		.argv = (char *const[]){"/nonexistent", NULL},
	};
	begin();
	mux_inputs_run_command(&inputs, "c", &command);
	end();
	CHECK(event_lines_are(&lines, " @c stdout=/usr|1|\n"));
	begin();
	mux_inputs_run_command(&inputs, "c", &unknown);
	end();
	fflush(lines.file);
	CHECK(strstr(lines.text, "subunit.input fail @c reason=c: "));
	CHECK(strstr(lines.text, "No such file or directory"));
	event_lines_close(&lines);
	event_lines_open(&lines);
	messages_take();
}

/* An end reads what has arrived, and asks commands to end. */
static void
check_end(void)
{
	char packet[128];
	size_t len = encode("a", packet, sizeof(packet));
	fill_with_test("b");
	begin();
	inputs.expects_tests = true;
	run("c", "cat $1; exec sleep 1000");
	await_event();
	CHECK(event_lines_are(&lines, "b success @c\n"));
	int fd = connect_input("s/1"), other = connect_input("s/2");
	CHECK(write(fd, packet, len) == (ssize_t)len);
	mux_inputs_end(&inputs);
	CHECK_NAMED("an input that ends early need not bring a test",
	            event_lines_are(&lines, "a success @s/1\n") && messages_are(""));
	CHECK(mux_inputs_sweep(&inputs) && mux_inputs_count(&inputs) == 1);
	end();
	CHECK_NAMED("nor is a command lost that was asked to end", event_lines_are(&lines, ""));
	close(fd);
	close(other);
}

/* Without reading what has arrived. */
static void
check_abandon(void)
{
	char packet[128];
	size_t len = encode("a", packet, sizeof(packet));
	begin();
	run("c", "exec sleep 1000");
	int fd = connect_input("s/1");
	CHECK(write(fd, packet, len) == (ssize_t)len);
	mux_inputs_abandon(&inputs);
	CHECK(mux_inputs_sweep(&inputs) && mux_inputs_count(&inputs) == 1);
	end();
	CHECK(event_lines_are(&lines, "") && messages_are(""));
	close(fd);
}

/* Returns whether a command that ignores SIGTERM ends before the grace is over. */
static bool
is_killed_at_once(void)
{
	int64_t start_ns = event_loop_now_ns(supervisor.loop);
	begin();
	run("c", "trap '' TERM; echo; exec sleep 1000");
	await_event();
	CHECK(event_lines_are(&lines, " @c stdout=|\n"));
	mux_inputs_end(&inputs);
	mux_inputs_kill(&inputs);
	end();
	return event_loop_now_ns(supervisor.loop) - start_ns < 5 * EVENT_LOOP_S;
}

static void
check_kill(void)
{
	bool killed = false;
	/* A machine may stop for seconds, but not each time. */
	for (int i = 0; i < 5 && !killed; i++)
		killed = is_killed_at_once();
	CHECK(killed);
}

/* Without descriptors a command cannot be started. */
static void
check_unstarted(void)
{
	struct rlimit limit, few;
	int lowest = dup(0);
	close(lowest);
	getrlimit(RLIMIT_NOFILE, &limit);
	few = (struct rlimit){(rlim_t)lowest, limit.rlim_max};
	begin();
	setrlimit(RLIMIT_NOFILE, &few);
	run("c", ":");
	setrlimit(RLIMIT_NOFILE, &limit);
	CHECK(mux_inputs_sweep(&inputs));
	end();
	CHECK(event_lines_are(&lines, "subunit.input fail @c reason=c: Too many open files.\n"));
}

static enum subunit2_result
stop_sink(struct subunit2_sink *sink, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	subunit2_sink_event(&lines.sink, event, error);
	(void)sink;
	return SUBUNIT2_E_STOP;
}

/* A sink that stops gets no further event. */
static void
check_stop(void)
{
	struct subunit2_sink sink = {stop_sink, NULL, NULL};
	fill_with_test("a");
	begin();
	inputs.sink = &sink;
	inputs.expects_tests = true;
	mux_inputs_read_file(&inputs, "one", path);
	mux_inputs_read_file(&inputs, "two", path);
	while (inputs.result == SUBUNIT2_E_OK)
		event_loop_turn(supervisor.loop);
	CHECK(inputs.result == SUBUNIT2_E_STOP);
	mux_inputs_read_file(&inputs, "three", "/nonexistent");
	end();
	CHECK(event_lines_are(&lines, "a success @one\n") ||
	      event_lines_are(&lines, "a success @two\n"));
	CHECK(!inputs.unreadable && messages_are(""));
}

/* An input is closed once its event finds that the sink has stopped. */
static void
check_close_at_stop(void)
{
	struct subunit2_sink sink = {stop_sink, NULL, NULL};
	char packet[128];
	size_t len = encode("a", packet, sizeof(packet));
	begin();
	inputs.sink = &sink;
	int fd = connect_input("s/1");
	CHECK(write(fd, packet, len) == (ssize_t)len);
	while (inputs.result == SUBUNIT2_E_OK)
		event_loop_turn(supervisor.loop);
	CHECK(mux_inputs_sweep(&inputs) && mux_inputs_count(&inputs) == 0);
	CHECK(event_lines_are(&lines, "a success @s/1\n"));
	end();
	close(fd);
}

int
main(void)
{
	messages_begin();
	event_lines_open(&lines);
	if (!mkdtemp(folder) || !supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	snprintf(path, sizeof(path), "%s/input", folder);
	check_files();
	check_lost_files();
	check_connection();
	check_text();
	check_commands();
	check_command_options();
	check_end();
	check_abandon();
	check_kill();
	check_unstarted();
	check_stop();
	check_close_at_stop();
	supervisor_end(&supervisor);
	event_lines_close(&lines);
	unlink(path);
	rmdir(folder);
	return check_done();
}
