/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of a dispatch, which its files share:
 *
 *     worker_dispatch.c       the interface, turns and deadlines
 *     dispatch_requests.c     which worker is sent which test
 *     dispatch_workers.c      starts, failures, restarts and stops of workers
 *     dispatch_attempts.c     ends of attempts and tests
 *     dispatch_queue.c        the tests that wait
 *     dispatch_changed.c      the workers that changed since the last turn
 *
 * Each calls only those below it.
 *
 * The time for an event does not grow with the number of workers or tests, except by the logarithm
 * for a heap: a turn looks only at the workers that changed, at those whose deadline has come, and
 * at those to which it sends a test.
 */
#ifndef DISPATCH_STATE_H
#define DISPATCH_STATE_H

#include "min_heap.h"
#include "worker_dispatch.h"

#define NONE WORKER_DISPATCH_NONE

enum dispatch_test_state {
	TEST_QUEUED,
	TEST_SENT,
	TEST_RUNNING,
	TEST_ENDED,
};

enum dispatch_worker_state {
	WORKER_IDLE,      /* no process; one may be started from resume_ns on */
	WORKER_UP,        /* takes tests */
	WORKER_RETIRING,  /* one of its tests timed out: stop it when the others have ended */
	WORKER_ENDING,    /* was stopped, and its tests were taken away: its answers are ignored */
	WORKER_FINISHING, /* was stopped at the end of the run: its answers count */
	WORKER_GONE,      /* is not started any more */
};

struct dispatch_test {
	enum dispatch_test_state state;
	bool serial;
	unsigned attempts;            /* that began */
	size_t worker;                /* where it is, or was last; NONE */
	size_t avoid;                 /* the worker where it failed or was lost; NONE */
	int64_t start_ns, timeout_ns; /* TIMEOUT_NS 0: none */
	size_t next;                  /* in its queue; NONE */
};

struct dispatch_worker {
	struct min_heap_item room;     /* in the heap of workers with room for a test */
	struct min_heap_item deadline; /* at the latest when the first timeout or restart is due */
	enum dispatch_worker_state state;
	unsigned slots, hung; /* HUNG: slots whose test timed out and has not ended */
	unsigned restarts;    /* used up */
	size_t avoided;       /* tests in the queue AGAIN that avoid it */
	bool used_up;         /* no restart is left */
	bool is_changed;      /* is in the list of changed workers */
	size_t *open;         /* tests that are sent or running, oldest first */
	size_t open_count, open_room;
	int64_t silent_since_ns; /* its last output, or when it got a test while it had none */
	int64_t resume_ns;       /* it may be started again from then on */
};

struct dispatch_queue {
	size_t first, last, count;
};

struct worker_dispatch {
	struct worker_dispatch_options options;
	const struct worker_dispatch_actions *actions;
	void *context;
	struct dispatch_worker *workers;
	struct dispatch_test *tests;
	size_t worker_count, worker_room, test_count, test_room;
	struct dispatch_queue parallel, serial;
	struct dispatch_queue again; /* parallel tests that failed or were lost at a worker */
	size_t open;                 /* tests that were sent to a worker and have not ended */
	size_t ended;                /* tests with their final status */
	size_t processes;            /* workers whose process runs */
	size_t usable;               /* workers that are not used up */
	size_t slots;                /* of all workers that are not used up */
	size_t *changed; /* workers that may have got room for a test, or have lost it */
	size_t changed_count, changed_room;
	struct min_heap rooms; /* workers with room for a test, those with the fewest tests first */
	struct min_heap deadlines; /* of workers */
	bool closed, stopped;
	bool finished;    /* all workers were stopped at the end of the run */
	bool serial_open; /* a serial test is sent or runs */
};

/* The worker whose MEMBER is ITEM. */
#define DISPATCH_WORKER_OF(item, member)                                                           \
	((struct dispatch_worker *)((char *)(item)-offsetof(struct dispatch_worker, member)))

/* Sets the deadline of WORKER to AT_NS if that is earlier. */
static inline void
dispatch_set_deadline(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                      int64_t at_ns)
{
	if (!worker->deadline.place || at_ns < worker->deadline.key)
		min_heap_set(&dispatch->deadlines, &worker->deadline, at_ns);
}

#endif
