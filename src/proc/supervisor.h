/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The supervisor: what all processes of this program share, which are the event loop, the signals,
 * the keepalive pipe and the pool of shims. It also kills the orphans of a shim that was killed.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "event_loop.h"
#include "proc_tree.h"
#include "shim_pool.h"
#include "signals.h"

#include <sys/types.h>

#define SUPERVISOR_BUFFER_SIZE (256 * 1024) /* bytes read from a process at once */

#define SUPERVISOR_ONE_MS 200 /* ending signals that arrive within this time count as one */

/* Calls about a terminal that a command uses. */
struct supervisor_terminal {
	void (*resized)(void *context);
	void (*suspend)(void *context); /* before this program stops */
	void (*resume)(void *context);  /* after it was continued */
	void *context;
};

struct supervisor {
	struct event_loop *loop;
	int keepalive_fds[2]; /* read, write; see shim.h */
	char *buffers[2];     /* for reading within one callback, by enum process_stream */
	struct event_loop_watch signals;
	int64_t ending_ns;  /* when the last ending signal was delivered; 0: never */
	bool kept_waiting;  /* one was delivered while a write waited */
	int64_t stopped_ns; /* how long this program was stopped */
	int64_t wakeup_ns;  /* for when the wakeup timer is set; INT64_MAX: it is not */
	void (*ended)(void *context, int signo, bool from_terminal);
	void (*user)(void *context);
	void *context;
	struct shim_pool pool;
	struct proc_tree exempt;             /* may go on running; as last seen */
	bool many;                           /* further processes follow: shims are parked */
	const struct jobserver *jobserver;   /* as in shim.h */
	struct supervisor_terminal terminal; /* resized NULL: no command uses one */
};

/*
 * Starts to catch signals and to inherit orphans: a program has one supervisor. ENDED is called for
 * each signal that asks the program to end, except within SUPERVISOR_ONE_MS of the one before: a
 * caller that signals both a process and its group sends two. USER, unless it is NULL, is called
 * for SIGUSR1. Returns false with errno on failure.
 *
 * Both are also called while a write waits for a slow reader; they must not write events. There,
 * the second ending signal takes its default action, so that no reader can keep this program alive.
 */
bool supervisor_begin(struct supervisor *supervisor,
                      void (*ended)(void *context, int signo, bool from_terminal),
                      void (*user)(void *context), void *context);

/* Makes shims wait for further jobs instead of ending. JOBSERVER supplies the tokens of the jobs;
 * NULL: they hold none. */
void supervisor_expect_many(struct supervisor *supervisor, const struct jobserver *jobserver);

/* Sets the calls about a terminal, which are copied; NULL: none any more. */
void supervisor_set_terminal(struct supervisor *supervisor,
                             const struct supervisor_terminal *terminal);

/* Starts TIMER, to fire IN_NS from now, also while a write waits for a slow reader (see
 * event_loop_timer_start_urgent). */
void supervisor_set_alarm(struct supervisor *supervisor, struct event_loop_timer *timer,
                          int64_t in_ns, void (*fire)(void *context), void *context);

/* Stops delivering signals; only output is still to be written. */
void supervisor_stop_delivery(struct supervisor *supervisor);

/* To be called when no process is left. Signals stay caught. */
void supervisor_end(struct supervisor *supervisor);

/* Exempts the processes below SHIM, as they are now, from supervisor_kill_orphans. */
void supervisor_exempt(struct supervisor *supervisor, pid_t shim);

/* Kills the processes that killed shims have left to this program, except exempt ones. Returns
 * false if it found no such process. */
bool supervisor_kill_orphans(const struct supervisor *supervisor);

#endif
