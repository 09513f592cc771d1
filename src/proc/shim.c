/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shim.h"

#include "clock.h"
#include "event_loop.h"
#include "signals.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AGAIN_MS 50 /* between two rounds of SIGKILL */

struct order {
	enum shim_request request;
	int signo;
};

enum phase {
	WATCHING,
	ENDING,  /* the first signal was sent; SIGKILL follows at the deadline */
	KILLING, /* SIGKILL was sent; survivors are reported at the deadline */
};

struct shim {
	const struct shim_options *options;
	struct shim_message job; /* the current one; its output_fds are -1 at their ends */
	char **words;            /* of a job that was received; NULL for the first one */
	int control;
	bool orphaned; /* subunit2 is gone */
	pid_t leader;  /* 0: reaped, or never started */
	bool leaked_named;
	enum phase phase;
	int64_t deadline_ns; /* of the phase; WATCHING has none */
	int64_t stopped_ns;  /* when the tree was stopped; 0: it runs */
};

/* Sends a message; tries again for up to 100 ms if the kernel has no memory for it, since the other
 * end waits for it. Drops it if the queue is full: its reader may be stopped. */
static void
shim_send_message(int control, const void *message, size_t len)
{
	const struct timespec pause = {.tv_nsec = EVENT_LOOP_MS};
	for (int tries = 0; tries < 100; tries++) {
		if (send(control, message, len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			return;
		if (errno == ENOBUFS || errno == ENOMEM)
			nanosleep(&pause, NULL);
		else if (errno != EINTR)
			return;
	}
}

static void
shim_report(const struct shim *shim, const struct shim_report *report)
{
	shim_send_message(shim->control, report, sizeof(*report));
}

static void
shim_report_process(const struct shim *shim, enum shim_report_kind kind,
                    const struct proc_tree_process *process)
{
	struct shim_report report = {.kind = kind, .pid = process->pid};
	memcpy(report.name, process->name, sizeof(report.name));
	shim_report(shim, &report);
}

static _Noreturn void
shim_leave(const struct shim *shim)
{
	shim_report(shim, &(struct shim_report){.kind = SHIM_GONE});
	if (shim->orphaned)
		jobserver_give_kept(shim->options->jobserver, shim->job.loan);
	_exit(0);
}

/* Returns the command's group; 0 once the leader is reaped, when the number may be used again. */
static pid_t
shim_group_of(const struct shim *shim)
{
	return shim->job.spawn.own_session ? shim->leader : 0;
}

/* Signals the command's group in one call, so that no process of it forks in between. */
static void
shim_signal_tree(const struct shim *shim, const struct proc_tree *tree, int signo)
{
	pid_t group = shim_group_of(shim);
	bool done = false;
	for (size_t i = 0; i < tree->count; i++) {
		if (group == 0 || tree->items[i].group != group)
			proc_tree_signal(&tree->items[i], signo);
		else if (!done)
			done = kill(-group, signo) == 0;
	}
}

static void
shim_signal_all(const struct shim *shim, int signo)
{
	struct proc_tree tree;
	proc_tree_read(&tree, getpid());
	shim_signal_tree(shim, &tree, signo);
	proc_tree_clear(&tree);
}

/* Returns false if no child is left. */
static bool
shim_reap(struct shim *shim)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != shim->leader)
			continue;
		shim->leader = 0;
		shim_report(shim, &(struct shim_report){.kind = SHIM_EXITED, .status = status});
	}
	return pid == 0;
}

/* Reports at most MAX processes of TREE. A child that forks and exits all the time may be missing
 * from the tree; it is reported without a pid. */
static void
shim_report_tree(struct shim *shim, enum shim_report_kind kind, const struct proc_tree *tree,
                 size_t max)
{
	for (size_t i = 0; i < tree->count && i < max; i++)
		shim_report_process(shim, kind, &tree->items[i]);
	if (!tree->count && shim_reap(shim))
		shim_report(shim, &(struct shim_report){.kind = kind});
}

/* Reports the leaked processes, once, if the command itself has ended. */
static void
shim_report_leaked(struct shim *shim, const struct proc_tree *tree)
{
	if (shim->leader || shim->leaked_named)
		return;
	shim->leaked_named = true;
	shim_report_tree(shim, SHIM_LEAKED, tree, SHIM_NAMED_MAX);
}

static void
shim_kill_all(struct shim *shim)
{
	struct proc_tree tree;
	proc_tree_read(&tree, getpid());
	if (shim->phase == WATCHING)
		shim_report_leaked(shim, &tree);
	shim_signal_tree(shim, &tree, SIGKILL);
	proc_tree_clear(&tree);
	if (shim->phase != KILLING)
		shim->deadline_ns = clock_ns() + SHIM_KILL_MS * EVENT_LOOP_MS;
	shim->phase = KILLING;
	shim->stopped_ns = 0;
}

static void
shim_give_up(struct shim *shim)
{
	struct proc_tree tree;
	proc_tree_read(&tree, getpid());
	shim_report_tree(shim, SHIM_SURVIVOR, &tree, tree.count);
	shim_leave(shim);
}

static void
shim_release(struct shim *shim)
{
	struct proc_tree tree;
	proc_tree_read(&tree, getpid());
	shim_report_leaked(shim, &tree);
	shim_leave(shim);
}

static void
shim_end(struct shim *shim, int signo)
{
	if (shim->phase != WATCHING)
		return;
	if (signo) {
		shim_signal_all(shim, signo);
		shim_signal_all(shim, SIGCONT);
	}
	shim->phase = ENDING;
	shim->deadline_ns = clock_ns() + shim->job.grace_ns;
}

static void
shim_stop(struct shim *shim)
{
	if (!shim->stopped_ns)
		shim->stopped_ns = clock_ns();
	shim_signal_all(shim, SIGSTOP);
}

static void
shim_continue(struct shim *shim)
{
	if (shim->stopped_ns && shim->phase == ENDING)
		shim->deadline_ns += clock_ns() - shim->stopped_ns;
	shim->stopped_ns = 0;
	shim_signal_all(shim, SIGCONT);
}

static void
shim_handle_order(struct shim *shim, struct order order)
{
	switch (order.request) {
	case SHIM_END:
		shim_end(shim, order.signo);
		break;
	case SHIM_KILL:
		shim_kill_all(shim);
		break;
	case SHIM_RELEASE:
		shim_release(shim);
		break;
	case SHIM_STOP:
		shim_stop(shim);
		break;
	case SHIM_CONTINUE:
		shim_continue(shim);
		break;
	}
}

/* subunit2 is gone: ends the tree as on SIGTERM, and continues it if it was stopped. */
static void
shim_on_program_exit(struct shim *shim)
{
	shim->orphaned = true;
	if (shim->stopped_ns)
		shim_continue(shim);
	shim_end(shim, SIGTERM);
}

static void
shim_on_orders_readable(struct shim *shim)
{
	struct order order;
	ssize_t got;
	while ((got = recv(shim->control, &order, sizeof(order), MSG_DONTWAIT)) == sizeof(order))
		shim_handle_order(shim, order);
	if (got == 0 || (got < 0 && errno != EAGAIN))
		shim_on_program_exit(shim);
}

static void
shim_check_deadline(struct shim *shim)
{
	if (shim->phase == WATCHING || shim->stopped_ns || clock_ns() < shim->deadline_ns)
		return;
	if (shim->phase == ENDING)
		shim_kill_all(shim);
	else
		shim_give_up(shim);
}

/* Returns the time until the next deadline or round of SIGKILL; -1: no deadline. */
static int64_t
shim_idle_ns(const struct shim *shim)
{
	if (shim->phase == WATCHING || shim->stopped_ns)
		return -1;
	int64_t left_ns = shim->deadline_ns - clock_ns();
	if (shim->phase == KILLING && left_ns > AGAIN_MS * EVENT_LOOP_MS)
		return AGAIN_MS * EVENT_LOOP_MS;
	return left_ns < 0 ? 0 : left_ns;
}

/* Reads and drops output that subunit2 can no longer read, so that no writer blocks. */
static void
shim_discard(int *fd)
{
	char bytes[4096];
	ssize_t got = read(*fd, bytes, sizeof(bytes));
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

static void
shim_wait_for_event(struct shim *shim)
{
	struct pollfd polls[] = {
		{.fd = shim->orphaned ? -1 : shim->control, .events = POLLIN},
		{.fd = shim->orphaned ? -1 : shim->options->keepalive_fds[0], .events = POLLIN},
		{.fd = shim->orphaned ? shim->job.output_fds[0] : -1, .events = POLLIN},
		{.fd = shim->orphaned ? shim->job.output_fds[1] : -1, .events = POLLIN},
	};
	int64_t wait_ns = shim_idle_ns(shim);
	struct timespec wait = {wait_ns / EVENT_LOOP_S, wait_ns % EVENT_LOOP_S};
	sigset_t all_but_child;
	sigfillset(&all_but_child);
	sigdelset(&all_but_child, SIGCHLD);
	if (ppoll(polls, sizeof(polls) / sizeof(*polls), wait_ns < 0 ? NULL : &wait,
	          &all_but_child) <= 0)
		return;
	if (polls[0].revents)
		shim_on_orders_readable(shim);
	if (polls[1].revents)
		shim_on_program_exit(shim);
	for (int i = 0; i < 2; i++)
		if (polls[2 + i].revents)
			shim_discard(&shim->job.output_fds[i]);
}

/* Returns when no process of the tree is left. */
static void
shim_supervise(struct shim *shim)
{
	while (shim_reap(shim)) {
		if (shim->phase == KILLING)
			shim_kill_all(
				shim); /* and the processes that were forked or inherited since */
		shim_wait_for_event(shim);
		shim_check_deadline(shim);
	}
}

static int
shim_by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Close the descriptors from FIRST to LAST, also on a kernel before 5.9. */
static void
shim_close_between(unsigned first, unsigned last)
{
	if (close_range(first, last, 0) == 0)
		return;
	DIR *open_fds = opendir("/proc/self/fd");
	if (!open_fds)
		return;
	for (const struct dirent *entry; (entry = readdir(open_fds));) {
		unsigned long fd = strtoul(entry->d_name, NULL, 10);
		if (fd >= first && fd <= last && fd > 2 && (int)fd != dirfd(open_fds))
			close((int)fd);
	}
	closedir(open_fds);
}

/* Closes all other descriptors: readers of their pipes wait for the end. */
static void
shim_close_others(const struct shim *shim)
{
	const struct jobserver *jobserver = shim->options->jobserver;
	bool passes_on = jobserver && shim->options->parked;
	int keep[] = {2,
	              shim->control,
	              shim->options->keepalive_fds[0],
	              jobserver ? jobserver->write_fd : 2,
	              passes_on ? jobserver->keep_fds[0] : 2,
	              passes_on ? jobserver->keep_fds[1] : 2,
	              shim->job.output_fds[0],
	              shim->job.output_fds[1]};
	size_t count = sizeof(keep) / sizeof(*keep);
	qsort(keep, count, sizeof(*keep), shim_by_number);
	for (size_t i = 0; i < count; i++) {
		unsigned last = i + 1 < count ? (unsigned)keep[i + 1] : ~0U;
		if (keep[i] >= 2 && last > (unsigned)keep[i] + 1)
			shim_close_between((unsigned)keep[i] + 1, last - (i + 1 < count));
	}
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

static void
shim_start_command(struct shim *shim)
{
	struct shim_report report = {.kind = SHIM_NOT_STARTED};
	jobserver_keep(shim->job.loan);
	shim->leader = spawn_start(&shim->job.spawn, &report.failure);
	if (report.failure.errnum)
		shim_report(shim, &report);
}

static void
shim_close_fds(int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Parks the shim and waits for the next job. If subunit2 ends instead, gives the token of the last
 * job back, which subunit2 may not have done. */
static void
shim_wait_for_job(struct shim *shim)
{
	struct jobserver_loan *loan = shim->job.loan;
	shim_close_fds(shim->job.output_fds, 2);
	free(shim->words);
	*shim = (struct shim){
		.options = shim->options,
		.control = shim->control,
	};
	shim_report(shim, &(struct shim_report){.kind = SHIM_PARKED});
	if (!shim_message_receive(shim->control, &shim->job, &shim->words)) {
		jobserver_give_kept(shim->options->jobserver, loan);
		_exit(0);
	}
	shim_start_command(shim);
	shim_close_fds(shim->job.spawn.fds, 3);
}

static void
shim_ignore(int signo)
{
	(void)signo;
}

/* All signals are blocked here; SIGCHLD only has to end a wait. */
static _Noreturn void
shim_main(const struct shim_options *options, int control)
{
	struct shim shim = {.options = options, .job = options->job, .control = control};
	close(options->keepalive_fds[1]);
	signals_reset();
	struct sigaction action = {.sa_handler = shim_ignore};
	sigaction(SIGCHLD, &action, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	shim_start_command(&shim);
	setsid(); /* after the fork: a command that keeps our session must be started in it */
	prctl(PR_SET_NAME, "subunit2-shim");
	shim_close_others(&shim);
	shim_supervise(&shim);
	while (options->parked && !shim.orphaned) {
		shim_wait_for_job(&shim);
		shim_supervise(&shim);
	}
	shim_leave(&shim);
}

pid_t
shim_start(const struct shim_options *options, int *control)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0)
		shim_main(options, ends[1]);
	int errnum = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	if (pid < 0)
		close(ends[0]);
	else
		*control = ends[0];
	errno = errnum;
	return pid;
}

void
shim_send_order(int control, enum shim_request request, int signo)
{
	struct order order = {request, signo};
	shim_send_message(control, &order, sizeof(order));
}

enum shim_received
shim_receive(int control, struct shim_report *report)
{
	ssize_t got;
	/* A shim that ended with an order unread resets the connection: the kernel says so once,
	 * ahead of the reports that are still to be read. */
	do
		got = recv(control, report, sizeof(*report), MSG_DONTWAIT);
	while (got < 0 && (errno == EINTR || errno == ECONNRESET));
	if (got == sizeof(*report))
		return SHIM_REPORT;
	return got < 0 && errno == EAGAIN ? SHIM_SILENT : SHIM_CLOSED;
}
