/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Signals at any moment, and their delivery. */
#include "signals.h"
#include "check.h"

#include "fault.h"
#include "fill_stack.h"
#include "write_signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 30000
#define DELAY_NS 20000       /* at most, until the signal of a round comes */
#define ROUND_NS 500000000LL /* a signal that was not delivered by then is lost */
#define ALL_NS 200000000LL   /* of all rounds: under valgrind they take long */

static long long
now_ns(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000000LL + at.tv_nsec;
}

/* Returns true if SIGNO, which a timer sends while signals are taken all the time, is delivered. */
static bool
is_delivered(timer_t timer, int signo)
{
	struct itimerspec once = {.it_value.tv_nsec = 1 + rand() % DELAY_NS};
	long long sent_ns = now_ns(), looked_ns;
	timer_settime(timer, 0, &once, NULL);
	do {
		/* Read the clock before the signals: this process may be delayed in between. */
		looked_ns = now_ns();
		for (int i = 0; i < 100; i++) {
			struct signals_seen seen = signals_take();
			if (signo == SIGCHLD ? seen.child : seen.ending == signo)
				return true;
		}
	} while (looked_ns - sent_ns <= ROUND_NS);
	return false;
}

static void
check_none_lost(int signo)
{
	timer_t timer;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signo};
	long long begun_ns = now_ns();
	bool told = true;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		exit(99);
	for (int i = 0; told && i < ROUNDS && now_ns() - begun_ns < ALL_NS; i++)
		told = is_delivered(timer, signo);
	timer_delete(timer);
	CHECK_NAMED(signo == SIGCHLD ? "every SIGCHLD is delivered" : "every SIGTERM is delivered",
	            told);
}

/* Sleeps until a signal, or for MS. Returns true if a signal ended it. */
static bool
is_interrupted(long ms)
{
	const struct timespec long_time = {ms / 1000, ms % 1000 * 1000000};
	return nanosleep(&long_time, NULL) < 0;
}

/* Returns true if the handler of SIGNO is not interrupted by other signals. */
static bool
blocks_others(int signo)
{
	struct sigaction action;
	return sigaction(signo, NULL, &action) == 0 && sigismember(&action.sa_mask, SIGHUP) == 1 &&
	       sigismember(&action.sa_mask, SIGCHLD) == 1;
}

static void
check_wakeup(void)
{
	struct signals_seen seen;
	signals_begin_wakeup_timer();
	CHECK(blocks_others(SIGALRM) && blocks_others(SIGTERM) && blocks_others(SIGUSR1));
	signals_take();
	raise(SIGUSR1);
	CHECK_NAMED("a call that begins after a signal is interrupted",
	            is_interrupted(20000) && (seen = signals_take()).user && seen.wakeup);
	CHECK_NAMED("once it was taken, no more", !is_interrupted(150) && !signals_take().wakeup);
	raise(SIGTERM);
	CHECK(is_interrupted(20000) && (seen = signals_take()).ending && seen.wakeup);
	raise(SIGUSR1);
	signals_set_wakeup_timer(INT64_MAX);
	CHECK_NAMED("a signal that is unread keeps its timer",
	            is_interrupted(20000) && signals_take().user);
	raise(SIGTSTP);
	signals_set_wakeup_timer(INT64_MAX);
	CHECK(is_interrupted(20000) && signals_take().stop);
	raise(SIGTERM);
	signals_set_wakeup_timer(INT64_MAX);
	CHECK(is_interrupted(20000) && signals_take().ending);
	signals_set_wakeup_timer(now_ns() + 10000000);
	CHECK(is_interrupted(20000) && is_interrupted(20000) && signals_take().wakeup);
	signals_set_wakeup_timer(now_ns() + 10000000);
	signals_set_wakeup_timer(INT64_MAX);
	CHECK_NAMED("a timer that was stopped interrupts nothing", !is_interrupted(150));
}

static volatile time_t fake_s; /* seconds of CLOCK_MONOTONIC; 0: the real ones */

/* In place of libc's: a signal that is unread for long is unread by this clock. */
int
clock_gettime(clockid_t id, struct timespec *at)
{
	if (!fake_s)
		return (int)syscall(SYS_clock_gettime, id, at);
	*at = (struct timespec){.tv_sec = fake_s};
	return 0;
}

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

/* Runs CHILD in a process of its own, in a process group that its parent can continue. Returns its
 * wait status; *STOPPED, unless it is NULL, becomes the signal that stopped it. */
static int
status_of(void (*child)(void), int *stopped)
{
	int status;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		child();
		_exit(99);
	}
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		if (stopped)
			*stopped = WSTOPSIG(status);
		kill(pid, SIGCONT);
	}
	return status;
}

static bool
dies(void (*child)(void), int signo)
{
	int status = status_of(child, NULL);
	return WIFSIGNALED(status) && WTERMSIG(status) == signo;
}

static bool
exits(void (*child)(void), int expected)
{
	int status = status_of(child, NULL);
	return WIFEXITED(status) && WEXITSTATUS(status) == expected;
}

static bool
is_nothing(struct signals_seen seen)
{
	return !seen.child && !seen.stop && !seen.user && !seen.resized && !seen.wakeup &&
	       !seen.ending;
}

static void
check_flags(void)
{
	struct signals_seen seen;
	int fd = signals_catch();
	char byte;
	CHECK_NAMED("each call returns the same descriptor", signals_catch() == fd);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC && fcntl(fd, F_GETFL) & O_NONBLOCK);
	signals_take();
	CHECK(is_nothing(signals_take()));
	raise(SIGCHLD);
	CHECK((seen = signals_take()).child && !seen.stop && !seen.user && !seen.ending);
	raise(SIGTSTP);
	CHECK((seen = signals_take()).stop && !seen.child && !seen.user && !seen.ending);
	raise(SIGUSR1);
	CHECK((seen = signals_take()).user && !seen.child && !seen.stop && !seen.resized);
	raise(SIGWINCH);
	CHECK((seen = signals_take()).resized && !seen.child && !seen.user && !seen.ending);
	CHECK(is_nothing(signals_take()));
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	for (int i = 0; i < 4; i++) {
		raise(ending[i]);
		raise(ending[(i + 1) % 4]);
		seen = signals_take();
		CHECK_NAMED("the first ending signal is returned, and not the second",
		            seen.ending == ending[i] && !seen.from_terminal && !seen.child);
	}
	int unread;
	CHECK(raise(SIGWINCH) == 0 && ioctl(fd, FIONREAD, &unread) == 0 && unread == 1);
	signals_take();
	CHECK_NAMED("a signal makes the descriptor readable until it is taken",
	            raise(SIGWINCH) == 0 && read(fd, &byte, 1) == 1 && signals_take().resized &&
	                    read(fd, &byte, 1) < 0);
	for (int i = 0; i < 70000; i++)
		raise(SIGWINCH);
	raise(SIGTERM);
	seen = signals_take();
	CHECK_NAMED("a signal is delivered also if the pipe is full",
	            seen.ending == SIGTERM && seen.resized && read(fd, &byte, 1) < 0);
	errno = 7;
	raise(SIGTERM);
	CHECK_NAMED("a signal does not change errno", errno == 7);
	signals_take();
	CHECK_NAMED("writing to a closed pipe does not end the program", raise(SIGPIPE) == 0);
}

static int death_fd = -1;

static void
on_death(void)
{
	if (write(death_fd, "d", 1) < 0)
		_exit(98);
}

/* The program has an unread signal, and receives another one FAKE_S seconds later. */
static void
receive_two(time_t seconds)
{
	signals_take();
	signals_at_death(on_death);
	fake_s = 100;
	raise(SIGTERM);
	fake_s = 100 + seconds;
	raise(SIGINT);
	_exit(signals_take().ending == SIGTERM ? 3 : 4);
}

static void
receive_two_soon(void)
{
	receive_two(1);
}

static void
receive_two_late(void)
{
	receive_two(2);
}

static void
receive_two_read(void)
{
	signals_take();
	fake_s = 100;
	raise(SIGTERM);
	signals_take();
	fake_s = 200;
	raise(SIGINT);
	_exit(signals_take().ending == SIGINT ? 3 : 4);
}

static void
receive_two_late_plainly(void)
{
	signals_at_death(NULL);
	fake_s = 100;
	raise(SIGTERM);
	fake_s = 102;
	raise(SIGHUP);
}

/* Another signal is blocked, too, and waits. */
static void
die_blocked(void)
{
	sigset_t only;
	sigemptyset(&only);
	sigaddset(&only, SIGQUIT);
	sigaddset(&only, SIGHUP);
	sigprocmask(SIG_BLOCK, &only, NULL);
	signal(SIGHUP, SIG_DFL);
	raise(SIGHUP);
	signals_at_death(on_death);
	fill_stack();
	signals_die(SIGQUIT);
}

static void
die_plainly(void)
{
	signals_at_death(NULL);
	signals_die(SIGTERM);
}

static void
die_by_nothing(void)
{
	signals_at_death(NULL);
	signals_die(SIGWINCH); /* which is ignored by default */
}

/* Returns how often on_death was called since the last time. */
static int
deaths(int read_fd)
{
	char bytes[8];
	ssize_t got = read(read_fd, bytes, sizeof(bytes));
	return got > 0 ? (int)got : 0;
}

static void
check_death(void)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(99);
	death_fd = fds[1];
	CHECK_NAMED("a second ending signal within a second is not deadly",
	            exits(receive_two_soon, 3) && deaths(fds[0]) == 0);
	CHECK_NAMED("one that comes later ends a program that does not read",
	            dies(receive_two_late, SIGINT) && deaths(fds[0]) == 1);
	CHECK(dies(receive_two_late_plainly, SIGHUP));
	CHECK_NAMED("but not one that reads", exits(receive_two_read, 3));
	CHECK_NAMED("a program ends by a signal that it blocks and catches",
	            dies(die_blocked, SIGQUIT) && deaths(fds[0]) == 1);
	CHECK(dies(die_plainly, SIGTERM) && deaths(fds[0]) == 0);
	CHECK(exits(die_by_nothing, 128 + SIGWINCH));
	close(fds[0]);
	close(fds[1]);
}

static void
stop_twice(void)
{
	signals_take();
	signals_stop_self();
	if (signals_take().stop)
		_exit(4);
	raise(SIGTSTP);
	_exit(signals_take().stop ? 3 : 5);
}

static void
reset_all(void)
{
	struct sigaction after;
	signals_reset();
	for (int signo = 1; signo < SIGRTMIN; signo++)
		if (sigaction(signo, NULL, &after) == 0 && after.sa_handler != SIG_DFL)
			_exit(4);
	sigaction(SIGRTMAX, NULL, &after);
	_exit(after.sa_handler == SIG_DFL ? 3 : 5);
}

static void
unblock_all(void)
{
	sigset_t all, now;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	fill_stack();
	signals_unblock();
	sigprocmask(SIG_SETMASK, NULL, &now);
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(&now, signo) == 1)
			_exit(4);
	_exit(3);
}

static void
check_children(void)
{
	if (!getenv("CHECK_VALGRIND")) { /* which does not stop */
		int stopped = 0, status = status_of(stop_twice, &stopped);
		CHECK_NAMED("a program stops as by SIGTSTP, and catches it again later",
		            stopped == SIGTSTP && WIFEXITED(status) && WEXITSTATUS(status) == 3);
	}
	CHECK_NAMED("every signal gets its default action", exits(reset_all, 3));
	CHECK_NAMED("every signal is unblocked", exits(unblock_all, 3));
}

/* The terminal sends a signal for ^C, and then a process does. */
static void
catch_from_terminal(void)
{
	int upper = posix_openpt(O_RDWR | O_NOCTTY);
	if (setsid() < 0 && fork() > 0) {
		int status;
		wait(&status);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 97);
	}
	setsid();
	if (grantpt(upper) < 0 || unlockpt(upper) < 0)
		_exit(90);
	int lower = open(ptsname(upper), O_RDWR);
	ioctl(lower, TIOCSCTTY, 0);
	int fd = signals_catch();
	if (lower < 0 || write(upper, "\3", 1) != 1)
		_exit(91);
	char byte;
	while (read(fd, &byte, 1) < 0)
		usleep(1000);
	struct signals_seen seen = signals_take();
	if (seen.ending != SIGINT || !seen.from_terminal)
		_exit(4);
	raise(SIGINT);
	seen = signals_take();
	_exit(seen.ending == SIGINT && !seen.from_terminal ? 3 : 5);
}

/* To be called before any signal is caught. */
static void
catch_ignored(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGWINCH, SIG_IGN);
	int fd = signals_catch();
	if (fd <= 0 || signals_catch() != fd)
		_exit(4);
	raise(SIGHUP);
	raise(SIGUSR1);
	raise(SIGWINCH);
	raise(SIGCHLD);
	struct signals_seen seen = signals_take();
	_exit(!seen.ending && !seen.user && !seen.resized && seen.child ? 3 : 5);
}

/* The same: a child may ignore what the caller of this program ignored, and nothing else. */
static void
ignore_again(void)
{
	struct sigaction after;
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	write_signals_ignore(); /* which this program does itself */
	signals_catch();
	signals_reset();
	signals_ignore_again();
	for (int signo = 1; signo < SIGRTMIN; signo++) {
		bool was = signo == SIGHUP || signo == SIGUSR2;
		if (sigaction(signo, NULL, &after) == 0 && (after.sa_handler == SIG_IGN) != was)
			_exit(4);
	}
	_exit(3);
}

/* The same: a call that blocks is not interrupted if no timer could be created. */
static void
go_without_timer(void)
{
	signals_catch();
	signals_set_wakeup_timer(1);
	raise(SIGUSR1);
	_exit(!is_interrupted(150) && signals_take().user ? 3 : 5);
}

static void
check_beginning(void)
{
	CHECK_NAMED("a signal that was ignored stays ignored, except SIGCHLD",
	            exits(catch_ignored, 3));
	CHECK_NAMED("signals that were ignored can be ignored again", exits(ignore_again, 3));
	CHECK_NAMED("a signal of the terminal differs from that of a process",
	            exits(catch_from_terminal, 3));
	CHECK_NAMED("without a timer, signals are delivered", exits(go_without_timer, 3));
	fault_arm("pipe2", EMFILE, 0, 1);
	CHECK(signals_catch() == -1 && errno == EMFILE && fault_disarm() == 1);
}

static void
check_names(void)
{
	char name[SIGNALS_NAME_SIZE];
	CHECK(strcmp(signals_name(SIGINT, name), "SIGINT") == 0);
	CHECK(strcmp(signals_name(SIGCHLD, name), "SIGCHLD") == 0);
	CHECK(strcmp(signals_name(40, name), "signal 40") == 0);
	CHECK(strcmp(signals_name(-2147483647, name), "signal -2147483647") == 0);
}

int
main(void)
{
	/* A caller may have set them to be ignored: nohup, a shell's background job. */
	for (int signo = 1; signo < SIGRTMIN; signo++)
		signal(signo, SIG_DFL);
	check_beginning();
	CHECK(signals_catch() >= 0);
	check_flags();
	check_wakeup();
	check_none_lost(SIGTERM);
	check_none_lost(SIGCHLD);
	check_death();
	check_children();
	check_names();
	return check_done();
}
