/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A shim without a supervisor, in a world that the test controls: its clock stands still, its waits
 * and signals are recorded, and its calls fail when they shall. The shim is a fork of the test and
 * shares struct world with it.
 */
#ifndef SHIM_RUN_H
#define SHIM_RUN_H

#include "shim.h"

#include "allocated.h"
#include "event_loop.h"
#include "fault.h"
#include "real_syscall.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIGNALS_MAX 4096

static struct world {
	pid_t tester;
	_Atomic int64_t now_ns;     /* the time of CLOCK_MONOTONIC */
	_Atomic int64_t jump_ns;    /* passes while the shim looks for dead children next */
	_Atomic unsigned waits;     /* how often the shim has begun to wait */
	_Atomic int64_t wait_ns;    /* how long its last wait may take; -1: for ever */
	_Atomic size_t allocated;   /* the memory of the shim when it began to wait */
	_Atomic int unkillable;     /* so many SIGKILL have no effect */
	_Atomic bool refuse_groups; /* no group of processes can be signalled */
	_Atomic bool old_kernel;    /* close_range fails */
	_Atomic bool no_proc;       /* no folder can be read */
	_Atomic unsigned signals;   /* that the shim has sent */
	struct {
		pid_t pid; /* negative: a group; 0: a process that has a descriptor */
		int signo;
	} sent[SIGNALS_MAX];
} * world;

static bool
in_shim(void)
{
	return world && getpid() != world->tester;
}

int
clock_gettime(clockid_t id, struct timespec *at)
{
	int result = (int)syscall(SYS_clock_gettime, id, at);
	if (world && id == CLOCK_MONOTONIC)
		*at = (struct timespec){world->now_ns / EVENT_LOOP_S, world->now_ns % EVENT_LOOP_S};
	return result;
}

/* Returns false if the signal shall have no effect. */
static bool
record_signal(pid_t pid, int signo)
{
	unsigned next = world->signals++;
	if (next < SIGNALS_MAX) {
		world->sent[next].pid = pid;
		world->sent[next].signo = signo;
	}
	return signo != SIGKILL || world->unkillable-- <= 0;
}

int
kill(pid_t pid, int signo)
{
	bool effect = !in_shim() || record_signal(pid, signo);
	if (in_shim() && pid < 0 && world->refuse_groups) {
		errno = EPERM;
		return -1;
	}
	return effect ? (int)syscall(SYS_kill, pid, signo) : 0;
}

long
syscall(long number, ...)
{
	va_list list;
	va_start(list, number);
	struct syscall_arguments arguments = syscall_arguments(list);
	va_end(list);
	if (number == SYS_pidfd_send_signal && in_shim() &&
	    !record_signal(0, (int)arguments.values[1]))
		return 0;
	return real_syscall(number, &arguments);
}

int
ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
	static int (*real)(struct pollfd * polls, nfds_t count, const struct timespec *wait,
	                   const sigset_t *mask);
	fault_find("ppoll", &real);
	world->wait_ns = wait ? wait->tv_sec * EVENT_LOOP_S + wait->tv_nsec : -1;
	world->allocated = allocated();
	world->waits++;
	return real(polls, count, wait, mask);
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	if (in_shim())
		world->now_ns += atomic_exchange(&world->jump_ns, 0);
	return wait4(pid, status, options, NULL);
}

int
close_range(unsigned first, unsigned last, int flags)
{
	return world->old_kernel ? -1 : (int)syscall(SYS_close_range, first, last, flags);
}

DIR *
opendir(const char *path)
{
	static DIR *(*real)(const char *path);
	fault_find("opendir", &real);
	return world->no_proc ? NULL : real(path);
}

/* The shim, its pipes, and its reports. */
static struct {
	pid_t pid;
	int control;
	int output, error; /* the ends to read from */
	int keepalive[2];
	bool closed;
	unsigned count[SHIM_PARKED + 1]; /* of the reports, by their news */
	struct shim_report last[SHIM_PARKED + 1];
} shim;

static inline void
begin_world(void)
{
	struct world *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		exit(99);
	shared->tester = getpid();
	shared->now_ns = 1000 * EVENT_LOOP_S;
	world = shared;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Fills JOB with the shell's SCRIPT, and opens its descriptors. */
static inline void
prepare_job(struct shim_message *job, const char *script)
{
	static const char *argv[] = {"/bin/sh", "-c", NULL, NULL};
	int out[2], err[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		exit(99);
	argv[2] = script;
	shim.output = out[0];
	shim.error = err[0];
	*job = (struct shim_message){.spawn = {.argv = (char *const *)argv,
	                                       .envp = environ,
	                                       .fds = {null, out[1], err[1]},
	                                       .own_session = true},
	                             .output_fds = {out[0], err[0]},
	                             .grace_ns = 5 * EVENT_LOOP_S};
}

static inline struct shim_options
prepare(const char *script)
{
	struct shim_options options = {0};
	memset(&shim, 0, sizeof(shim));
	world->signals = 0;
	world->unkillable = 0;
	if (pipe2(shim.keepalive, O_CLOEXEC) < 0)
		exit(99);
	prepare_job(&options.job, script);
	memcpy(options.keepalive_fds, shim.keepalive, sizeof(shim.keepalive));
	return options;
}

static inline void
close_command_fds(const struct shim_message *job)
{
	for (int i = 0; i < 3; i++)
		close(job->spawn.fds[i]);
}

static inline void
take_reports(void)
{
	struct shim_report report;
	enum shim_received heard;
	while ((heard = shim_receive(shim.control, &report)) == SHIM_REPORT) {
		shim.count[report.kind]++;
		shim.last[report.kind] = report;
	}
	shim.closed = heard == SHIM_CLOSED;
}

static inline bool
is_done(void)
{
	take_reports();
	return shim.closed || shim.count[SHIM_PARKED] || shim.count[SHIM_GONE];
}

/* Returns when the shim begins to wait, or is done. */
static inline void
start(const struct shim_options *options)
{
	unsigned before = world->waits;
	shim.pid = shim_start(options, &shim.control);
	if (shim.pid < 0)
		exit(99);
	close_command_fds(&options->job);
	while (!is_done() && world->waits == before)
		usleep(500);
}

static inline void
start_script(const char *script)
{
	struct shim_options options = prepare(script);
	start(&options);
}

static inline void
await_report(enum shim_report_kind kind)
{
	for (take_reports(); !shim.count[kind] && !shim.closed; take_reports())
		poll(&(struct pollfd){.fd = shim.control, .events = POLLIN}, 1, -1);
}

/* Sends what is no order. Returns false if the shim is gone. */
static inline bool
wake(void)
{
	return send(shim.control, "", 1, MSG_NOSIGNAL) > 0;
}

/* Waits until the shim has done all that it has to do now, and waits again; or is done. Wakes it
 * twice: it may have been awake before. */
static inline void
let_work(void)
{
	for (int i = 0; i < 2; i++) {
		unsigned before = world->waits;
		bool there = wake();
		while (there && !is_done() && world->waits == before)
			usleep(500);
	}
}

static inline void
order(enum shim_request request, int signo)
{
	shim_send_order(shim.control, request, signo);
	let_work();
}

/* Lets NS pass. */
static inline void
pass(int64_t ns)
{
	world->now_ns += ns;
	let_work();
}

/* Reads the first number that the command prints. */
static inline pid_t
read_number(int fd)
{
	char text[32] = "";
	for (size_t len = 0; len < sizeof(text) - 1 && !strchr(text, '\n'); len++)
		if (read(fd, text + len, 1) != 1)
			break;
	return (pid_t)atoi(text);
}

static inline unsigned
count_signals(int signo)
{
	unsigned count = 0;
	for (unsigned i = 0; i < world->signals && i < SIGNALS_MAX; i++)
		count += world->sent[i].signo == signo;
	return count;
}

/* Closes the socket of the shim, as this program's end does. */
static inline void
close_control(void)
{
	close(shim.control);
	shim.control = -1;
	shim.closed = true;
}

/* The same for the keepalive pipe. */
static inline void
close_keepalive(void)
{
	close(shim.keepalive[1]);
	shim.keepalive[1] = -1;
}

/* Waits for the end of the shim, and closes all. Returns its wait status. */
static inline int
finish(void)
{
	int status = -1;
	while (!shim.closed) {
		poll(&(struct pollfd){.fd = shim.control, .events = POLLIN}, 1, -1);
		take_reports();
	}
	waitpid(shim.pid, &status, 0);
	int fds[] = {shim.control, shim.output, shim.error, shim.keepalive[0], shim.keepalive[1]};
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		close(fds[i]);
	return status;
}

#endif
