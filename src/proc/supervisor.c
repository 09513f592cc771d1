/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "supervisor.h"

#include "clock.h"
#include "eintr_hook.h"
#include "memory.h"
#include "tty_proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A shim never stops by itself: a test did that to it. Who is no shim is an orphan. */
static void
reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (WIFSTOPPED(status))
			kill(pid, SIGCONT);
		else
			crew_reaped(&supervisor->crew, pid);
	}
}

static void
stop(struct supervisor *supervisor)
{
	int64_t stopped_ns = clock_ns();
	crew_ask(&supervisor->crew, SHIM_STOP);
	if (supervisor->console)
		console_suspend(supervisor->console);
	signals_stop_self();
	if (supervisor->console)
		console_resume(supervisor->console);
	loop_shift(supervisor->loop, clock_ns() - stopped_ns);
	crew_ask(&supervisor->crew, SHIM_CONTINUE);
}

static void
hear_ending(struct supervisor *supervisor, const struct signals_seen *seen, bool waits)
{
	int64_t now_ns = clock_ns(), before_ns = supervisor->ending_ns;
	if (before_ns && now_ns - before_ns < SUPERVISOR_ONE_MS * LOOP_MS)
		return;
	supervisor->ending_ns = now_ns;
	if (waits && supervisor->kept_waiting)
		signals_die(seen->ending);
	supervisor->kept_waiting = waits;
	if (supervisor->ended)
		supervisor->ended(supervisor->context, seen->ending, seen->from_terminal);
}

static void
set_bell(struct supervisor *supervisor, int64_t at_ns)
{
	supervisor->bell_ns = at_ns;
	signals_set_bell(at_ns);
}

/* WAITS: not in a turn of the loop, but while something is written. */
static void
hear_signals(struct supervisor *supervisor, bool waits)
{
	struct signals_seen seen = signals_take();
	if (seen.child)
		reap(supervisor);
	if (seen.ending)
		hear_ending(supervisor, &seen, waits);
	if (seen.user && supervisor->user)
		supervisor->user(supervisor->context);
	if (seen.resized && supervisor->console)
		console_resize(supervisor->console);
	if (seen.stop)
		stop(supervisor);
	if (seen.bell)
		set_bell(supervisor, loop_urgent_ns(supervisor->loop));
}

static void
signals_ready(void *context)
{
	hear_signals(context, false);
}

/* Whoever reads what is written keeps this program waiting. */
static bool
heed(void *context)
{
	struct supervisor *supervisor = context;
	loop_fire_urgent(supervisor->loop);
	hear_signals(supervisor, true);
	return true;
}

bool
supervisor_begin(struct supervisor *supervisor,
                 void (*ended)(void *context, int signo, bool from_terminal),
                 void (*user)(void *context), void *context)
{
	*supervisor = (struct supervisor){.ended = ended, .user = user, .context = context};
	if (pipe2(supervisor->life_fds, O_CLOEXEC) < 0)
		return false;
	int signals_fd = signals_catch();
	if (signals_fd < 0)
		return false;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 2; i++)
		supervisor->buffers[i] = memory_zeroed(SUPERVISOR_BUFFER_SIZE, 1);
	supervisor->loop = loop_new();
	loop_watch(supervisor->loop, &supervisor->signals, signals_fd, signals_ready, supervisor);
	signals_begin_bell();
	supervisor->bell_ns = INT64_MAX;
	interruption_heed(heed, supervisor);
	return true;
}

void
supervisor_expect_many(struct supervisor *supervisor, const struct jobserver *jobserver)
{
	supervisor->many = true;
	supervisor->jobserver = jobserver;
}

void
supervisor_set_alarm(struct supervisor *supervisor, struct loop_timer *timer, int64_t in_ns,
                     void (*fire)(void *context), void *context)
{
	int64_t at_ns = loop_now_ns(supervisor->loop) + in_ns;
	loop_timer_start_urgent(supervisor->loop, timer, at_ns, fire, context);
	if (at_ns < supervisor->bell_ns)
		set_bell(supervisor, at_ns);
}

void
supervisor_tell_nobody(struct supervisor *supervisor)
{
	supervisor->ended = NULL;
	supervisor->user = NULL;
}

void
supervisor_end(struct supervisor *supervisor)
{
	interruption_heed(NULL, NULL);
	crew_dismiss(&supervisor->crew);
	close(supervisor->life_fds[0]);
	close(supervisor->life_fds[1]);
	tree_clear(&supervisor->spared);
	loop_free(supervisor->loop);
	free(supervisor->buffers[0]);
	free(supervisor->buffers[1]);
}

static bool
is_spared(const struct supervisor *supervisor, const struct tree_process *process)
{
	for (size_t i = 0; i < supervisor->spared.count; i++)
		if (supervisor->spared.items[i].pid == process->pid &&
		    supervisor->spared.items[i].start == process->start)
			return true;
	return false;
}

/* What was spared before, as far as it still runs, is in the whole tree. */
void
supervisor_spare(struct supervisor *supervisor, pid_t shim)
{
	struct tree below, all;
	size_t count = 0;
	if (!shim) /* it was reaped: what it left is not known from other orphans */
		return;
	tree_read(&below, shim);
	tree_read(&all, getpid());
	for (size_t i = 0; i < all.count; i++)
		if (is_spared(supervisor, &all.items[i]))
			all.items[count++] = all.items[i];
	all.count = count;
	tree_add(&all, &below);
	tree_clear(&below);
	tree_clear(&supervisor->spared);
	supervisor->spared = all;
}

bool
supervisor_kill_orphans(const struct supervisor *supervisor)
{
	struct tree tree;
	bool any = false;
	pid_t self = getpid();
	tree_read(&tree, self);
	for (size_t i = 0; i < tree.count; i++) {
		const struct tree_process *item = &tree.items[i];
		if (item->parent != self || crew_has(&supervisor->crew, item->pid) ||
		    is_spared(supervisor, item))
			continue;
		any = true; /* its own children are this program's once it is dead */
		tree_signal(item, SIGKILL);
	}
	tree_clear(&tree);
	return any;
}
