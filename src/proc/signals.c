/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "signals.h"

#include "write_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL
#define AGAIN_NS 100000000L /* until the wakeup timer fires, and between two times */
#define UNREAD_MAX_S 1      /* if a signal is unread for longer, the next one ends this program */

static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
static const int urgent[] = {SIGTSTP, SIGUSR1};
static const int other[] = {SIGWINCH, SIGCHLD};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Shared with the handlers, which have no context. */
static int pipe_fds[2] = {-1, -1};
static volatile sig_atomic_t seen[NSIG];
static volatile sig_atomic_t first_ending; /* that is unread; 0: none */
static volatile sig_atomic_t first_from_terminal;
static volatile sig_atomic_t unread_since; /* seconds; 0: no ending signal is unread */
static void (*volatile last)(void);
static sigset_t ignored; /* the signals that the caller of this program ignored */
static timer_t wakeup;
static volatile sig_atomic_t has_wakeup;

static void
signals_wake(void)
{
	int errnum = errno;
	while (write(pipe_fds[1], "", 1) < 0 && errno == EINTR)
		; /* a full pipe wakes as well */
	errno = errnum;
}

static void
signals_set_timer(struct timespec at, int flags)
{
	struct itimerspec times = {.it_value = at, .it_interval.tv_nsec = AGAIN_NS};
	if (has_wakeup)
		timer_settime(wakeup, flags, &times, NULL);
}

/* Sets the timer, which interrupts a system call that begins just after a signal. */
static void
signals_interrupt_soon(void)
{
	signals_set_timer((struct timespec){.tv_nsec = AGAIN_NS}, 0);
}

static void
signals_on_signal(int signo)
{
	seen[signo] = 1;
	signals_wake();
}

static void
signals_on_urgent_signal(int signo)
{
	signals_on_signal(signo);
	signals_interrupt_soon();
}

static sig_atomic_t
signals_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (sig_atomic_t)now.tv_sec + 1;
}

static void
signals_on_ending_signal(int signo, siginfo_t *info, void *context)
{
	(void)context;
	sig_atomic_t now = signals_seconds();
	if (unread_since && now - unread_since > UNREAD_MAX_S) {
		if (last)
			last();
		signal(signo, SIG_DFL);
		raise(signo);
		return;
	}
	if (!unread_since)
		unread_since = now;
	if (!first_ending) {
		first_ending = signo;
		first_from_terminal = info->si_code == SI_KERNEL;
	}
	signals_wake();
	signals_interrupt_soon();
}

static void
signals_catch_unless_ignored(int signo, const struct sigaction *action)
{
	struct sigaction before;
	sigaction(signo, NULL, &before);
	if (before.sa_handler != SIG_IGN || signo == SIGCHLD)
		sigaction(signo, action, NULL);
}

static void
signals_catch_all(const int *signos, size_t count, const struct sigaction *action)
{
	for (size_t i = 0; i < count; i++)
		signals_catch_unless_ignored(signos[i], action);
}

/* Sets IGNORED. Of the two signals that this program ignores itself, write_signals knows. */
static void
signals_remember_ignored(void)
{
	struct sigaction action;
	sigemptyset(&ignored);
	for (int signo = 1; signo < NSIG; signo++) {
		bool ours = signo == SIGPIPE || signo == SIGXFSZ;
		if (ours ? write_signals_was_ignored(signo)
		         : sigaction(signo, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			sigaddset(&ignored, signo);
	}
}

int
signals_catch(void)
{
	if (pipe_fds[0] >= 0)
		return pipe_fds[0];
	signals_remember_ignored();
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	struct sigaction action = {.sa_sigaction = signals_on_ending_signal,
	                           .sa_flags = SA_SIGINFO};
	sigfillset(&action.sa_mask);
	signals_catch_all(ending, COUNT(ending), &action);
	action.sa_flags = 0;
	action.sa_handler = signals_on_urgent_signal;
	signals_catch_all(urgent, COUNT(urgent), &action);
	action.sa_flags = SA_RESTART;
	action.sa_handler = signals_on_signal;
	signals_catch_all(other, COUNT(other), &action);
	signal(SIGPIPE, SIG_IGN);
	return pipe_fds[0];
}

void
signals_begin_wakeup_timer(void)
{
	struct sigaction action = {.sa_handler = signals_on_signal};
	sigfillset(&action.sa_mask);
	sigaction(SIGALRM, &action, NULL);
	has_wakeup = timer_create(CLOCK_MONOTONIC, NULL, &wakeup) == 0;
}

void
signals_set_wakeup_timer(int64_t at_ns)
{
	struct timespec at = {at_ns / NS, at_ns % NS};
	signals_set_timer(at_ns == INT64_MAX ? (struct timespec){0} : at, TIMER_ABSTIME);
	/* A signal that is unread, such as one that came while this program was stopped, keeps its
	 * timer. A later one sets the timer itself. */
	if (first_ending || seen[SIGTSTP] || seen[SIGUSR1])
		signals_interrupt_soon();
}

static bool
signals_fetch(int signo)
{
	bool was = seen[signo];
	seen[signo] = 0;
	return was;
}

struct signals_seen
signals_take(void)
{
	char bytes[64];
	sigset_t all, before;
	while (read(pipe_fds[0], bytes, sizeof(bytes)) > 0)
		;
	/* A signal between the reading of a flag and its clearing would be lost. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	struct signals_seen result = {
		.ending = first_ending,
		.from_terminal = first_from_terminal,
	};
	unread_since = 0;
	first_ending = 0;
	result.child = signals_fetch(SIGCHLD);
	result.stop = signals_fetch(SIGTSTP);
	result.user = signals_fetch(SIGUSR1);
	result.resized = signals_fetch(SIGWINCH);
	result.wakeup = signals_fetch(SIGALRM);
	if (result.wakeup)
		signals_set_wakeup_timer(INT64_MAX);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

void
signals_at_death(void (*function)(void))
{
	last = function;
}

void
signals_reset(void)
{
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL); /* refused for KILL, STOP and libc's own */
}

void
signals_ignore_again(void)
{
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(&ignored, signo) == 1)
			signal(signo, SIG_IGN);
}

void
signals_unblock(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
signals_die(int signo)
{
	sigset_t only;
	sigemptyset(&only);
	sigaddset(&only, signo);
	if (last)
		last();
	signal(signo, SIG_DFL);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(128 + signo); /* if the default action does not end a process */
}

void
signals_stop_self(void)
{
	struct sigaction before;
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	sigaction(SIGTSTP, &plain, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
}

const char *
signals_name(int signo, char buffer[SIGNALS_NAME_SIZE])
{
	const char *name = sigabbrev_np(signo);
	if (name)
		snprintf(buffer, SIGNALS_NAME_SIZE, "SIG%s", name);
	else
		snprintf(buffer, SIGNALS_NAME_SIZE, "signal %d", signo);
	return buffer;
}
