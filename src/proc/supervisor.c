/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "supervisor.h"

#include "clock.h"
#include "eintr_hook.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reaps shims and orphans. Continues a shim that was stopped: it never stops by itself. */
static void
supervisor_reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (WIFSTOPPED(status))
			kill(pid, SIGCONT);
		else
			shim_pool_reaped(&supervisor->pool, pid);
	}
}

static void
supervisor_suspend(struct supervisor *supervisor)
{
	const struct supervisor_terminal *terminal = &supervisor->terminal;
	int64_t from_ns = clock_ns();
	shim_pool_send(&supervisor->pool, SHIM_STOP);
	if (terminal->suspend)
		terminal->suspend(terminal->context);
	signals_stop_self();
	if (terminal->resume)
		terminal->resume(terminal->context);
	int64_t stopped_ns = clock_ns() - from_ns;
	supervisor->stopped_ns += stopped_ns;
	event_loop_postpone_timers(supervisor->loop, stopped_ns);
	shim_pool_send(&supervisor->pool, SHIM_CONTINUE);
}

static void
supervisor_on_ending_signal(struct supervisor *supervisor, const struct signals_seen *seen,
                            bool waits)
{
	int64_t now_ns = clock_ns(), before_ns = supervisor->ending_ns;
	if (before_ns && now_ns - before_ns < SUPERVISOR_ONE_MS * EVENT_LOOP_MS)
		return;
	supervisor->ending_ns = now_ns;
	if (waits && supervisor->kept_waiting)
		signals_die(seen->ending);
	supervisor->kept_waiting = waits;
	if (supervisor->ended)
		supervisor->ended(supervisor->context, seen->ending, seen->from_terminal);
}

static void
supervisor_set_wakeup(struct supervisor *supervisor, int64_t at_ns)
{
	supervisor->wakeup_ns = at_ns;
	signals_set_wakeup_timer(at_ns);
}

/* WAITS: called while a write waits, not in a turn of the loop. */
static void
supervisor_handle_signals(struct supervisor *supervisor, bool waits)
{
	struct signals_seen seen = signals_take();
	if (seen.child)
		supervisor_reap(supervisor);
	if (seen.ending)
		supervisor_on_ending_signal(supervisor, &seen, waits);
	if (seen.user && supervisor->user)
		supervisor->user(supervisor->context);
	if (seen.resized && supervisor->terminal.resized)
		supervisor->terminal.resized(supervisor->terminal.context);
	if (seen.stop)
		supervisor_suspend(supervisor);
	if (seen.wakeup)
		supervisor_set_wakeup(supervisor, event_loop_urgent_ns(supervisor->loop));
}

static void
supervisor_on_signals_readable(void *context)
{
	supervisor_handle_signals(context, false);
}

/* Serves signals and urgent timers while a write waits for a slow reader. */
static bool
supervisor_on_eintr(void *context)
{
	struct supervisor *supervisor = context;
	event_loop_fire_urgent(supervisor->loop);
	supervisor_handle_signals(supervisor, true);
	return true;
}

void
supervisor_set_terminal(struct supervisor *supervisor, const struct supervisor_terminal *terminal)
{
	supervisor->terminal = terminal ? *terminal : (struct supervisor_terminal){0};
}

bool
supervisor_begin(struct supervisor *supervisor,
                 void (*ended)(void *context, int signo, bool from_terminal),
                 void (*user)(void *context), void *context)
{
	*supervisor = (struct supervisor){.ended = ended, .user = user, .context = context};
	if (pipe2(supervisor->keepalive_fds, O_CLOEXEC) < 0)
		return false;
	supervisor->loop = event_loop_new();
	if (!supervisor->loop)
		return false;
	int signals_fd = signals_catch();
	if (signals_fd < 0)
		return false;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 2; i++)
		supervisor->buffers[i] = memory_to_read_into(SUPERVISOR_BUFFER_SIZE);
	event_loop_watch(supervisor->loop, &supervisor->signals, signals_fd,
	                 supervisor_on_signals_readable, supervisor);
	signals_begin_wakeup_timer();
	supervisor->wakeup_ns = INT64_MAX;
	eintr_hook_set(supervisor_on_eintr, supervisor);
	return true;
}

void
supervisor_expect_many(struct supervisor *supervisor, const struct jobserver *jobserver)
{
	supervisor->many = true;
	supervisor->jobserver = jobserver;
}

void
supervisor_set_alarm(struct supervisor *supervisor, struct event_loop_timer *timer, int64_t in_ns,
                     void (*fire)(void *context), void *context)
{
	int64_t at_ns = event_loop_now_ns(supervisor->loop) + in_ns;
	event_loop_timer_start_urgent(supervisor->loop, timer, at_ns, fire, context);
	if (at_ns < supervisor->wakeup_ns)
		supervisor_set_wakeup(supervisor, at_ns);
}

void
supervisor_stop_delivery(struct supervisor *supervisor)
{
	supervisor->ended = NULL;
	supervisor->user = NULL;
}

void
supervisor_end(struct supervisor *supervisor)
{
	eintr_hook_set(NULL, NULL);
	shim_pool_stop(&supervisor->pool);
	close(supervisor->keepalive_fds[0]);
	close(supervisor->keepalive_fds[1]);
	proc_tree_clear(&supervisor->exempt);
	event_loop_free(supervisor->loop);
	free(supervisor->buffers[0]);
	free(supervisor->buffers[1]);
}

static bool
supervisor_is_exempt(const struct supervisor *supervisor, const struct proc_tree_process *process)
{
	for (size_t i = 0; i < supervisor->exempt.count; i++)
		if (supervisor->exempt.items[i].pid == process->pid &&
		    supervisor->exempt.items[i].start == process->start)
			return true;
	return false;
}

/* Adds to the list; drops from it the processes that are gone. */
void
supervisor_exempt(struct supervisor *supervisor, pid_t shim)
{
	struct proc_tree below, all;
	size_t count = 0;
	if (!shim) /* reaped: its children look like all other orphans */
		return;
	proc_tree_read(&below, shim);
	proc_tree_read(&all, getpid());
	for (size_t i = 0; i < all.count; i++)
		if (supervisor_is_exempt(supervisor, &all.items[i]))
			all.items[count++] = all.items[i];
	all.count = count;
	proc_tree_add(&all, &below);
	proc_tree_clear(&below);
	proc_tree_clear(&supervisor->exempt);
	supervisor->exempt = all;
}

bool
supervisor_kill_orphans(const struct supervisor *supervisor)
{
	struct proc_tree tree;
	bool any = false;
	pid_t self = getpid();
	proc_tree_read(&tree, self);
	for (size_t i = 0; i < tree.count; i++) {
		const struct proc_tree_process *item = &tree.items[i];
		if (item->parent != self || shim_pool_has(&supervisor->pool, item->pid) ||
		    supervisor_is_exempt(supervisor, item))
			continue;
		any = true; /* its own children become orphans when it is dead */
		proc_tree_signal(item, SIGKILL);
	}
	proc_tree_clear(&tree);
	return any;
}
