/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The supervisor: what all processes of a run share — the loop, the signals, the
 * life pipe, and the orphans of a shim that was killed. wrap is the case of one.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "event_loop.h"
#include "proc_tree.h"
#include "shim_pool.h"
#include "signals.h"

#include <sys/types.h>

struct tty_proxy;

#define SUPERVISOR_BUFFER_SIZE (256 * 1024) /* bytes read from a process at once */

#define SUPERVISOR_ONE_MS 200 /* signals that come closer together are one */

struct supervisor {
	struct event_loop *loop;
	int life_fds[2];  /* read, write; see shim.h */
	char *buffers[2]; /* for reading within one callback, by enum process_stream */
	struct event_loop_watch signals;
	int64_t ending_ns; /* when an ending signal was last handed on; 0: never */
	bool kept_waiting; /* one was, while something was written */
	int64_t bell_ns;   /* for when the bell is set; INT64_MAX: it is not */
	void (*ended)(void *context, int signo, bool from_terminal);
	void (*user)(void *context);
	void *context;
	struct shim_pool pool;
	struct proc_tree exempt;           /* what may go on running, when last seen */
	bool many;                         /* processes are to come: shims are kept for them */
	const struct jobserver *jobserver; /* as in shim.h */
	struct tty_proxy *proxy;           /* that is lent to one of them; NULL: none is */
};

/*
 * There is one in a program: it catches signals and inherits orphans. ENDED
 * takes the signals that ask the program to end, but not two for one: who ends a
 * process and its group sends the second within SUPERVISOR_ONE_MS. USER, unless it is NULL, takes
 * SIGUSR1. False with errno on failure.
 *
 * Both are also called while something is written, when whoever reads it keeps this program
 * waiting: they write no events. There, the second ending signal has its default action, so that no
 * reader can keep the program alive.
 */
bool supervisor_begin(struct supervisor *supervisor,
                      void (*ended)(void *context, int signo, bool from_terminal),
                      void (*user)(void *context), void *context);
/* There will be many processes, one after the other: shims are kept. JOBSERVER is that of
 * their tokens; NULL: they hold none. */
void supervisor_expect_many(struct supervisor *supervisor, const struct jobserver *jobserver);
/* Starts TIMER, to fire IN_NS from now, also while whoever reads what this program writes keeps it
 * waiting (see event_loop_timer_start_urgent). */
void supervisor_set_alarm(struct supervisor *supervisor, struct event_loop_timer *timer,
                          int64_t in_ns, void (*fire)(void *context), void *context);
/* Nobody is to be told of signals any more: what is left to be done is to write. */
void supervisor_stop_delivery(struct supervisor *supervisor);
/* When no process is left. Signals stay caught. */
void supervisor_end(struct supervisor *supervisor);

/* What is below SHIM now may go on running when that is gone. */
void supervisor_exempt(struct supervisor *supervisor, pid_t shim);

/* Kills what shims that were killed have left to this program, but not what is spared. False when
 * nothing of the kind is left. */
bool supervisor_kill_orphans(const struct supervisor *supervisor);

#endif
