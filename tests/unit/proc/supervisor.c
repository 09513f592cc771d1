/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Signals, alarms, a stop, and the processes that a killed shim leaves. */
#include "supervisor.h"
#include "check.h"
#include "count_fds.h"

#include "clock.h"
#include "eintr_hook.h"
#include "fault.h"
#include "in_fork.h"
#include "process.h"
#include "state_of.h"
#include "write_all.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct supervisor supervisor;
static volatile int64_t fake_ns; /* is added to CLOCK_MONOTONIC, or is it if IS_FAKE */
static volatile bool is_fake;

int
clock_gettime(clockid_t id, struct timespec *at)
{
	int result = (int)syscall(SYS_clock_gettime, id, at);
	int64_t now_ns = at->tv_sec * EVENT_LOOP_S + at->tv_nsec;
	now_ns = is_fake ? fake_ns : now_ns + fake_ns;
	*at = (struct timespec){now_ns / EVENT_LOOP_S, now_ns % EVENT_LOOP_S};
	return result;
}

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

int
epoll_create1(int flags)
{
	return fault_hits("epoll_create1") ? -1 : (int)syscall(SYS_epoll_create1, flags);
}

static struct {
	unsigned ended, user, resized;
	int signo;
	bool from_terminal;
} heard;

static void
on_ended(void *context, int signo, bool from_terminal)
{
	heard.ended++;
	heard.signo = context == &heard ? signo : -1;
	heard.from_terminal = from_terminal;
}

static void
on_user(void *context)
{
	heard.user += context == &heard;
}

static void
on_resized(void *context)
{
	heard.resized += context == &supervisor;
}

static void
begin(void)
{
	memset(&heard, 0, sizeof(heard));
	if (!supervisor_begin(&supervisor, on_ended, on_user, &heard))
		exit(99);
	signals_take(); /* those of the test before */
}

/* Sends SIGNO, which the loop handles. */
static void
receive(int signo)
{
	raise(signo);
	event_loop_turn(supervisor.loop);
}

/* Under the fault that is armed. */
static int
fail_to_begin(void)
{
	bool begun = supervisor_begin(&supervisor, NULL, NULL, NULL);
	return !begun && errno == EMFILE && fault_disarm() == 1 ? 3 : 4;
}

static void
check_beginning(void)
{
	static const struct {
		const char *call;
		unsigned skip;
	} faults[] = {{"pipe2", 0}, {"epoll_create1", 0}, {"pipe2", 1}};
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		fault_arm(faults[i].call, EMFILE, faults[i].skip, 1);
		CHECK(in_fork(fail_to_begin) == 3);
		fault_disarm();
	}
}

static void
check_signals(void)
{
	begin();
	is_fake = true;
	fake_ns = 1000 * EVENT_LOOP_S;
	receive(SIGTERM);
	CHECK(heard.ended == 1 && heard.signo == SIGTERM && !heard.from_terminal);
	fake_ns += SUPERVISOR_ONE_MS * EVENT_LOOP_MS - 1;
	receive(SIGINT);
	CHECK_NAMED("a signal soon after another one is the same", heard.ended == 1);
	fake_ns += 1;
	receive(SIGHUP);
	CHECK_NAMED("a later one is not", heard.ended == 2 && heard.signo == SIGHUP);
	is_fake = false;
	fake_ns = 0;
	receive(SIGUSR1);
	CHECK(heard.user == 1 && heard.ended == 2);
	receive(SIGWINCH);
	CHECK(heard.resized == 0);
	const struct supervisor_terminal terminal = {.resized = on_resized, .context = &supervisor};
	supervisor_set_terminal(&supervisor, &terminal);
	receive(SIGWINCH);
	CHECK(heard.resized == 1);
	supervisor_set_terminal(&supervisor, NULL);
	receive(SIGWINCH);
	CHECK(heard.resized == 1);
	supervisor_stop_delivery(&supervisor);
	fake_ns = EVENT_LOOP_S;
	receive(SIGTERM);
	receive(SIGUSR1);
	CHECK_NAMED("nothing is delivered any more", heard.ended == 2 && heard.user == 1);
	fake_ns = 0;
	supervisor_end(&supervisor);
}

/* A write, and a signal while it waits: as write_all does on EINTR. */
static bool
wait_for_signal(int signo)
{
	raise(signo);
	return eintr_hook_ends_wait();
}

/* waitpid, also if the wakeup timer interrupts it. */
static pid_t
wait_for(pid_t pid, int *status, int options)
{
	pid_t got;
	do
		got = waitpid(pid, status, options);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Exits with a number that says what was heard before the signal that ends it. */
static void
be_kept_waiting(bool turn)
{
	begin();
	is_fake = true;
	fake_ns = 1000 * EVENT_LOOP_S;
	wait_for_signal(SIGTERM);
	if (heard.ended != 1)
		_exit(4);
	wait_for_signal(SIGTERM); /* the same */
	fake_ns += EVENT_LOOP_S;
	if (turn) {
		receive(SIGTERM);
		fake_ns += EVENT_LOOP_S;
	}
	wait_for_signal(SIGINT);
	_exit(turn && heard.ended == 3 ? 3 : 5);
}

static void
check_waiting(void)
{
	for (int turn = 0; turn < 2; turn++) {
		int status;
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0)
			be_kept_waiting(turn);
		wait_for(pid, &status, 0);
		CHECK_NAMED(turn ? "a turn of the loop in between keeps it alive"
		                 : "a second signal in one wait ends the program",
		            turn ? WIFEXITED(status) && WEXITSTATUS(status) == 3
		                 : WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	}
	begin();
	CHECK(!wait_for_signal(SIGUSR1) && heard.user == 1);
	supervisor_end(&supervisor);
	CHECK_NAMED("after the end, a wait handles no signal",
	            !wait_for_signal(SIGUSR1) && heard.user == 1);
}

static int full[2]; /* a pipe without room */

static void
make_room(void *context)
{
	static char bytes[1 << 16];
	*(unsigned *)context += 1;
	if (read(full[0], bytes, sizeof(bytes)) < 0)
		exit(99);
}

static void
count_call(void *context)
{
	*(unsigned *)context += 1;
}

/* Runs CHILD in a process without timers, and whose signals no other one sees: to be called before
 * any supervisor has begun. CHILD returns 3 if all is well. */
static void
check_alone(const char *name, int (*child)(void))
{
	int status = in_fork(child);
	if (!CHECK_NAMED(name, status == 3))
		printf("# status %d\n", status);
}

/* The alarm interrupts a write that waits. */
static int
wait_for_alarms(void)
{
	static const char piece[4096];
	unsigned early = 0, rooms = 0, late = 0;
	struct event_loop_timer timers[3] = {0};
	begin();
	if (pipe2(full, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	while (write(full[1], piece, sizeof(piece)) > 0)
		;
	fcntl(full[1], F_SETFL, 0);
	supervisor_set_alarm(&supervisor, &timers[0], 30 * EVENT_LOOP_MS, make_room, &rooms);
	supervisor_set_alarm(&supervisor, &timers[1], 1000 * EVENT_LOOP_S, count_call, &late);
	supervisor_set_alarm(&supervisor, &timers[2], 10 * EVENT_LOOP_MS, count_call, &early);
	if (write_all(full[1], (struct subunit2_view){piece, sizeof(piece)}) != 0)
		return 4;
	return early == 1 && rooms == 1 && late == 0 ? 3 : 5;
}

/* A process, and a child of its own. */
struct pair {
	pid_t parent, child;
};

static struct pair
start_pair(void)
{
	struct pair pair;
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0)
		exit(99);
	fflush(stdout);
	pair.parent = fork();
	if (pair.parent == 0) {
		pid_t child = fork();
		if (child > 0 && write(fds[1], &child, sizeof(child)) < 0)
			_exit(99);
		for (;;)
			pause();
	}
	ssize_t got;
	do
		got = read(fds[0], &pair.child, sizeof(pair.child));
	while (got < 0 && errno == EINTR); /* by the wakeup timer */
	if (got != sizeof(pair.child))
		exit(99);
	close(fds[0]);
	close(fds[1]);
	return pair;
}

static void
end_parent(const struct pair *pair)
{
	kill(pair->parent, SIGKILL);
	wait_for(pair->parent, NULL, 0);
}

/* Returns true if PID, a child of this process, was killed; reaps it. */
static bool
was_killed(pid_t pid)
{
	int status;
	return wait_for(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGKILL;
}

static bool
is_alive(pid_t pid)
{
	return wait_for(pid, NULL, WNOHANG) == 0;
}

static int
have_children(void)
{
	begin();
	struct pair pair = start_pair();
	kill(pair.parent, SIGSTOP);
	while (state_of(pair.parent) != 'T')
		usleep(1000);
	while (state_of(pair.parent) == 'T')
		event_loop_turn(supervisor.loop);
	kill(pair.parent, SIGKILL);
	while (kill(pair.parent, 0) == 0)
		event_loop_turn(supervisor.loop);
	if (wait_for(pair.parent, NULL, WNOHANG) >= 0)
		return 4;
	kill(pair.child, SIGKILL);
	while (kill(pair.child, 0) == 0)
		event_loop_turn(supervisor.loop);
	return wait_for(-1, NULL, WNOHANG) < 0 ? 3 : 5;
}

/* See memory_to_read_into. */
static void
check_buffers(void)
{
	begin();
	for (int i = 0; i < 2; i++)
		CHECK((uintptr_t)supervisor.buffers[i] % 64 == 0);
	supervisor_end(&supervisor);
}

static void
check_end(void)
{
	struct pair pair = start_pair();
	int before = count_fds();
	begin();
	supervisor_exempt(&supervisor, getpid());
	CHECK(supervisor.exempt.count == 2);
	supervisor_end(&supervisor);
	CHECK_NAMED("the end closes all descriptors",
	            count_fds() == before && !supervisor.exempt.items);
	kill(pair.child, SIGKILL);
	end_parent(&pair);
	while (wait_for(-1, NULL, 0) > 0)
		;
}

static void
check_orphans(void)
{
	begin();
	CHECK(!supervisor_kill_orphans(&supervisor));
	struct pair first = start_pair(), second = start_pair(), third = start_pair();
	supervisor_exempt(&supervisor, first.parent);
	supervisor_exempt(&supervisor, 0);
	supervisor_exempt(&supervisor, second.parent);
	end_parent(&first);
	end_parent(&second);
	end_parent(&third);
	CHECK_NAMED("orphans are killed", supervisor_kill_orphans(&supervisor));
	CHECK(was_killed(third.child));
	CHECK_NAMED("unless they are exempt", !supervisor_kill_orphans(&supervisor) &&
	                                              is_alive(first.child) &&
	                                              is_alive(second.child));
	kill(first.child, SIGKILL);
	wait_for(first.child, NULL, 0);
	struct pair fourth = start_pair();
	supervisor_exempt(&supervisor, fourth.parent);
	CHECK_NAMED("processes that are gone leave the list", supervisor.exempt.count == 2);
	supervisor.exempt.items[0].start++;
	supervisor.exempt.items[1].start++;
	end_parent(&fourth);
	CHECK_NAMED("a later process that got the pid of an exempt one is killed",
	            supervisor_kill_orphans(&supervisor) && was_killed(second.child) &&
	                    was_killed(fourth.child));
	supervisor_end(&supervisor);
}

static struct {
	struct process *process;
	pid_t pid; /* of the command */
	bool over, suspended, resumed;
} running;

static void
on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	(void)context, (void)stream;
	running.pid = (pid_t)strtol(bytes.data, NULL, 10);
}

static void
on_over(void *context, const struct process_result *result)
{
	(void)context, (void)result;
	running.over = true;
}

static void
on_suspend(void *context)
{
	(void)context;
	while (state_of(running.pid) != 'T')
		usleep(1000);
	running.suspended = !running.resumed;
}

static void
on_resume(void *context)
{
	(void)context;
	running.resumed = running.suspended;
	fake_ns += 2000 * EVENT_LOOP_S; /* for which it was stopped */
}

static void
start_command(void)
{
	static char *argv[] = {(char *)"sh", (char *)"-c", (char *)"echo $$; exec sleep 1000",
	                       NULL};
	static const struct process_handler handler = {on_output, on_over};
	static struct process_options options = {
		.argv = argv, .stdin_fd = -1, .leaked = PROCESS_KILL};
	options.envp = environ;
	running.process = process_start(&supervisor, &options, &handler, NULL);
	while (running.process && !running.pid)
		event_loop_turn(supervisor.loop);
}

/* In a process that its parent continues. Returns a number for the first thing that is wrong. */
static int
stop_and_go_on(void)
{
	const struct supervisor_terminal terminal = {.suspend = on_suspend, .resume = on_resume};
	struct event_loop_timer timer = {0};
	const struct jobserver jobserver = {-1, -1, {-1, -1}, 0};
	unsigned fired = 0;
	int before = count_fds();
	begin();
	supervisor_expect_many(&supervisor, &jobserver);
	if (!supervisor.many || supervisor.jobserver != &jobserver)
		return 7;
	start_command();
	bool orphans = supervisor_kill_orphans(&supervisor);
	supervisor_set_terminal(&supervisor, &terminal);
	event_loop_timer_start(supervisor.loop, &timer, clock_ns() + 1000 * EVENT_LOOP_S,
	                       count_call, &fired);
	receive(SIGTSTP);
	if (supervisor.stopped_ns / EVENT_LOOP_S < 2000 || supervisor.stopped_ns > fake_ns * 2)
		return 9;
	while (state_of(running.pid) == 'T')
		usleep(1000);
	process_kill(running.process);
	while (!running.over)
		event_loop_turn(supervisor.loop);
	process_free(running.process);
	unsigned early = fired;
	fake_ns += 1000 * EVENT_LOOP_S;
	event_loop_turn(supervisor.loop);
	supervisor_set_terminal(&supervisor, NULL);
	receive(SIGTSTP);
	supervisor_end(&supervisor);
	if (orphans)
		return 4;
	if (count_fds() != before)
		return 8;
	if (!running.resumed)
		return 5;
	return early == 0 && fired == 1 ? 3 : 6;
}

static void
check_stop(void)
{
	int status = 0, stops = 0;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		_exit(stop_and_go_on());
	}
	while (wait_for(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		stops += WSTOPSIG(status) == SIGTSTP;
		kill(pid, SIGCONT);
	}
	CHECK_NAMED("a stop stops commands, and the time of timers",
	            stops == 2 && WIFEXITED(status) && WEXITSTATUS(status) == 3);
	if (check_failures)
		printf("# status %d, %d stops\n", status, stops);
}

int
main(void)
{
	for (int signo = 1; signo < SIGRTMIN; signo++)
		signal(signo, SIG_DFL); /* a caller may have set them to be ignored */
	check_beginning();
	check_alone("alarms go off while a write waits, in their order", wait_for_alarms);
	check_alone("children are reaped, and go on after a stop", have_children);
	check_signals();
	check_waiting();
	check_buffers();
	check_end();
	check_orphans();
	if (!getenv("CHECK_VALGRIND")) /* which does not stop */
		check_stop();
	return check_done();
}
