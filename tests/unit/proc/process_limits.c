/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Processes with a terminal, with input, with a limit of silence, on another machine, and stopped.
 */
#include "check.h"
#include "process_run.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#define READY "echo $$; while :; do sleep 0.01; done"
#define SLEEP "echo $$; exec sleep 1000" /* a process that stops at once: it waits for no vfork */

static volatile int64_t fake_ns; /* is added to CLOCK_MONOTONIC */

int
clock_gettime(clockid_t id, struct timespec *at)
{
	int result = (int)syscall(SYS_clock_gettime, id, at);
	int64_t now_ns = at->tv_sec * EVENT_LOOP_S + at->tv_nsec + fake_ns;
	*at = (struct timespec){now_ns / EVENT_LOOP_S, now_ns % EVENT_LOOP_S};
	return result;
}

/* Waits until standard output has LEN bytes or more. */
static void
await_output(const struct run *run, size_t len)
{
	while (run->out_len < len && !run->over)
		event_loop_turn(supervisor.loop);
}

static void
await_line(const struct run *run)
{
	while (!strchr(run->out, '\n') && !run->over)
		event_loop_turn(supervisor.loop);
}

/* Starts SCRIPT as it stands in RUN, and waits for its first line. Returns the number in it. */
static pid_t
launch_ready(struct run *run)
{
	launch(run);
	await_line(run);
	return (pid_t)atoi(run->out);
}

static void
do_nothing(void *context)
{
	(void)context;
}

/* A turn of the loop that does not wait. */
static void
turn_now(void)
{
	struct event_loop_timer now = {0};
	event_loop_timer_start(supervisor.loop, &now, 0, do_nothing, NULL);
	event_loop_turn(supervisor.loop);
}

/* Lets the command write once more. */
static void
write_again(const struct run *run, pid_t pid)
{
	size_t len = run->out_len;
	kill(pid, SIGUSR1);
	await_output(run, len + 1);
}

static void
check_silence(void)
{
	struct run run;
	begin(&run, "trap 'echo again' USR1; " READY);
	run.options.silence_ns = 1000 * EVENT_LOOP_S;
	pid_t pid = launch_ready(&run);
	fake_ns += 600 * EVENT_LOOP_S;
	write_again(&run, pid);
	fake_ns += 600 * EVENT_LOOP_S;
	turn_now();
	write_again(&run, pid);
	fake_ns += 990 * EVENT_LOOP_S;
	turn_now();
	write_again(&run, pid);
	CHECK_NAMED("a process that writes now and then is not silent",
	            !run.over && strcmp(strchr(run.out, '\n'), "\nagain\nagain\nagain\n") == 0);
	fake_ns += 1001 * EVENT_LOOP_S;
	complete(&run);
	CHECK_NAMED("one that does not is ended", run.result.silent && run.result.timed_out &&
	                                                  !run.result.ended_by &&
	                                                  died(&run, SIGTERM));
	begin(&run, READY);
	run.options.silence_ns = 2000 * EVENT_LOOP_S;
	run.options.timeout_ns = 1000 * EVENT_LOOP_S;
	launch_ready(&run);
	fake_ns += 1001 * EVENT_LOOP_S;
	complete(&run);
	CHECK(run.result.timed_out && !run.result.silent && died(&run, SIGTERM));
}

/* The tree has its signal already: only SIGKILL follows. */
static void
check_reached(void)
{
	struct run run;
	begin(&run, "trap 'echo signal' INT TERM; " READY);
	launch_ready(&run);
	size_t len = run.out_len;
	process_end(run.process, SIGINT, true);
	process_end(run.process, SIGTERM, false);
	complete(&run);
	CHECK_NAMED("a signal that has reached the tree is not sent",
	            died(&run, SIGKILL) && run.out_len == len && run.result.ended_by == SIGINT);
}

static struct stdin_buffer *
begin_client(struct run *run, const char *script)
{
	begin(run, script);
	run->options.stdin_buffer = stdin_buffer_new(supervisor.loop, "/tmp");
	run->options.remote_client = true;
	run->options.grace_ns = 100 * EVENT_LOOP_S;
	return run->options.stdin_buffer;
}

static void
check_remote_client(void)
{
	struct run run;
	struct stdin_buffer *input = begin_client(&run, "echo $$; cat; exit 6");
	launch_ready(&run);
	stdin_buffer_put(input, subunit2_view_of("to the end"));
	stdin_buffer_end(input);
	process_end(run.process, SIGINT, true);
	complete(&run);
	CHECK_NAMED("a client ends when its input does", exited(&run, 6) &&
	                                                         strstr(run.out, "\nto the end") &&
	                                                         run.result.ended_by == SIGINT);
	stdin_buffer_free(input);
	static const char *const script = "trap 'echo term; exit 5' TERM; " READY;
	for (int kills = 0; kills < 2; kills++) {
		input = begin_client(&run, script);
		launch_ready(&run);
		size_t len = run.out_len;
		process_end(run.process, SIGINT, true);
		fake_ns += 100 * EVENT_LOOP_S;
		turn_now();
		bool early = run.out_len > len || run.over;
		if (kills)
			process_kill(run.process);
		else
			fake_ns += EVENT_LOOP_S + EVENT_LOOP_MS;
		complete(&run);
		CHECK_NAMED("one that does not is ended by SIGTERM, after the grace and a second",
		            !early && exited(&run, 5) && strcmp(run.out + len, "term\n") == 0);
		stdin_buffer_free(input);
	}
	input = begin_client(&run, script);
	launch_ready(&run);
	process_end(run.process, SIGTERM, false);
	complete(&run);
	CHECK_NAMED("a client whose input goes on gets the signal",
	            exited(&run, 5) && run.result.ended_by == SIGTERM);
	stdin_buffer_free(input);
}

static void
check_input(void)
{
	struct run run;
	begin(&run, "cat; echo end");
	struct stdin_buffer *input = stdin_buffer_new(supervisor.loop, "/tmp");
	run.options.stdin_buffer = input;
	stdin_buffer_put(input, subunit2_view_of("before "));
	launch(&run);
	stdin_buffer_put(input, subunit2_view_of("after "));
	stdin_buffer_end(input);
	complete(&run);
	CHECK(strcmp(run.out, "before after end\n") == 0 && exited(&run, 0));
	CHECK_NAMED("after the end, the input belongs to no command", !stdin_buffer_is_open(input));
	stdin_buffer_free(input);
}

static void
check_terminal(void)
{
	struct run run;
	const struct pty_options pty = {.size = {.ws_row = 12, .ws_col = 34}};
	struct stdin_buffer *input = stdin_buffer_new(supervisor.loop, "/tmp");
	begin(&run,
	      "stty size; [ -t 1 ] && [ -t 2 ] && read line && echo \"$line\" >/dev/tty; exit 4");
	run.options.stdin_buffer = input;
	run.options.pty = &pty;
	launch(&run);
	stdin_buffer_put(input, subunit2_view_of("typed\n"));
	complete(&run);
	CHECK_NAMED("a command has a terminal of its own",
	            strcmp(run.out, "12 34\ntyped\n") == 0 && run.err_len == 0 && exited(&run, 4));
	begin(&run, "exec </dev/null >/dev/null 2>&1; sleep 0.1; echo late >/dev/tty; exit 5");
	run.options.stdin_buffer = input;
	run.options.pty = &pty;
	launch(&run);
	complete(&run);
	CHECK_NAMED("output to a terminal that was closed for a while is not lost",
	            strcmp(run.out, "late\n") == 0 && exited(&run, 5) && !run.result.leaked);
	stdin_buffer_free(input);
}

static void
check_inherited(void)
{
	struct run run;
	int group, session;
	begin(&run,
	      "trap 'exit 3' TERM; cut -d' ' -f5,6 /proc/$$/stat; while :; do sleep 0.01; done");
	run.options.inherit = true;
	launch(&run);
	await_line(&run);
	process_end(run.process, SIGTERM, false);
	complete(&run);
	CHECK_NAMED("a command may stay in the session and the group of this program",
	            sscanf(run.out, "%d %d", &group, &session) == 2 && group == getpgrp() &&
	                    session == getsid(0));
	CHECK_NAMED("and is ended alone", exited(&run, 3));
}

static void
await_state(pid_t pid, bool stopped)
{
	while ((state_of(pid) == 'T') != stopped)
		usleep(1000);
}

static void
check_stop(void)
{
	struct run run;
	begin(&run, "trap '' TERM; " SLEEP);
	run.options.grace_ns = 100 * EVENT_LOOP_MS;
	pid_t pid = launch_ready(&run);
	shim_pool_send(&supervisor.pool, SHIM_STOP);
	shim_pool_send(&supervisor.pool, SHIM_STOP);
	await_state(pid, true);
	shim_pool_send(&supervisor.pool, SHIM_CONTINUE);
	await_state(pid, false);
	shim_pool_send(&supervisor.pool, SHIM_STOP);
	await_state(pid, true);
	process_end(run.process, SIGTERM, false);
	usleep(300000);
	turn_now();
	CHECK_NAMED("the grace does not run while a process is stopped",
	            !run.over && state_of(pid) != 'Z');
	shim_pool_send(&supervisor.pool, SHIM_CONTINUE);
	complete(&run);
	CHECK_NAMED("and goes on when it does", died(&run, SIGKILL));
	begin(&run, "trap '' TERM; " SLEEP);
	run.options.grace_ns = 1000 * EVENT_LOOP_S;
	pid = launch_ready(&run);
	shim_pool_send(&supervisor.pool, SHIM_STOP);
	await_state(pid, true);
	process_end(run.process, SIGTERM, false);
	process_kill(run.process);
	complete(&run);
	CHECK_NAMED("a process that is stopped can be killed", died(&run, SIGKILL));
}

/* A program that stopped its commands, and is killed then. */
static void
check_killed_while_stopped(void)
{
	int fds[2];
	pid_t command = 0;
	if (pipe(fds) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct run run;
		supervisor_begin(&supervisor, NULL, NULL, NULL);
		begin(&run, SLEEP);
		command = launch_ready(&run);
		shim_pool_send(&supervisor.pool, SHIM_STOP);
		await_state(command, true);
		if (write(fds[1], &command, sizeof(command)) < 0)
			_exit(99);
		for (;;)
			pause();
	}
	close(fds[1]);
	bool good = read(fds[0], &command, sizeof(command)) == sizeof(command);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (state_of(command) != 'Z')
		usleep(1000);
	CHECK_NAMED("a stopped command of a killed program is continued, and ends", good);
	close(fds[0]);
}

int
main(void)
{
	check_killed_while_stopped();
	if (!supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	process_free(NULL);
	for (int many = 0; many < 2; many++) {
		check_silence();
		check_reached();
		check_remote_client();
		check_input();
		check_terminal();
		check_inherited();
		/* A shim is killed if it is late by some seconds, as it may be under valgrind. */
		if (!getenv("CHECK_VALGRIND"))
			check_stop();
		supervisor_expect_many(&supervisor, NULL);
	}
	supervisor_end(&supervisor);
	return check_done();
}
