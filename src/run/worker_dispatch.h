/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Worker dispatch: decides which worker is asked for which test, and what becomes of a test
 * whose worker fails. It has no descriptors, no processes and no clock of its own: the owner
 * reports what happens, passes the time, and carries out the actions.
 *
 * A test is QUEUED, then SENT to a worker, then RUNNING there, then ENDED. Each test ends
 * exactly once. A test that a failed worker had not started is queued again; one that it had
 * started ends as lost, or is queued again if attempts are left.
 *
 * A worker has a number of slots. It is sent one test for each slot, and one more while more
 * tests are queued than all workers have slots. A worker is started when there is a test for it.
 */
#ifndef WORKER_DISPATCH_H
#define WORKER_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKER_DISPATCH_NONE SIZE_MAX /* no worker, no test */

enum worker_dispatch_end {
	WORKER_DISPATCH_ANSWERED,  /* the worker's final status is the result */
	WORKER_DISPATCH_LOST,      /* the worker failed while the test ran */
	WORKER_DISPATCH_TIMED_OUT, /* the test ran longer than TIMEOUT_NS */
	WORKER_DISPATCH_NO_WORKER, /* no worker is left to run it */
	WORKER_DISPATCH_NOT_RUN,   /* worker_dispatch_stop or _interrupt came first */
};

struct worker_dispatch_options {
	unsigned retries;   /* further attempts of a test that fails or is lost */
	unsigned restarts;  /* of each worker */
	bool one_waits;     /* false: a worker is never sent more tests than it has slots */
	int64_t pause_ns;   /* before the first restart; doubled for each further one */
	int64_t silence_ns; /* a worker with tests fails after this time of silence; 0: never */
	int64_t timeout_ns; /* of a test, from its start; 0: none */
};

/*
 * The actions, which the owner carries out. Functions of this header may be called only after an
 * action has returned, for example to report that it failed; the exception is worker_dispatch_stop
 * in ENDED.
 */
struct worker_dispatch_actions {
	void (*start)(void *context, size_t worker);
	void (*send)(void *context, size_t worker, size_t test);
	/* Ends WORKER's input, and the worker soon after. worker_dispatch_over follows. */
	void (*stop)(void *context, size_t worker);
	/* An attempt of TEST has ended. AGAIN: the test is queued again; else it has ended. WORKER
	 * is the one that ran it, or NONE. */
	void (*ended)(void *context, size_t test, size_t worker, enum worker_dispatch_end end,
	              bool again);
};

struct worker_dispatch;

/* ACTIONS and CONTEXT outlive the dispatch. Never NULL. */
struct worker_dispatch *worker_dispatch_new(const struct worker_dispatch_options *options,
                                            const struct worker_dispatch_actions *actions,
                                            void *context);
void worker_dispatch_free(struct worker_dispatch *dispatch);

/* Returns the worker's index; they count from 0. All are added before the first test. */
size_t worker_dispatch_add_worker(struct worker_dispatch *dispatch, unsigned slots);

/* Queues a test and returns its index. SERIAL: it runs when no other test does. TIMEOUT_NS: its own
 * limit instead of that of the options; 0: it has none of its own. */
size_t worker_dispatch_add_test(struct worker_dispatch *dispatch, bool serial, int64_t timeout_ns);

/* Forgets all tests, which have ended, so that their indices are used again. */
void worker_dispatch_clear_tests(struct worker_dispatch *dispatch);

/* Ends the adding of tests: workers are stopped when all tests have ended. */
void worker_dispatch_close(struct worker_dispatch *dispatch);

/* Notes that WORKER wrote something, which ends its silence. */
void worker_dispatch_on_output(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns);

/* Notes that WORKER has started TEST. Returns false if TEST is not open at WORKER: ignore the
 * answer then. */
bool worker_dispatch_began(struct worker_dispatch *dispatch, size_t worker, size_t test,
                           int64_t now_ns);

/* Notes that the limit of TEST has passed, if it runs: it times out in the next turn. */
void worker_dispatch_expire(struct worker_dispatch *dispatch, size_t test);

/* Notes that TEST ended at WORKER. Returns false as above. */
bool worker_dispatch_answered(struct worker_dispatch *dispatch, size_t worker, size_t test,
                              bool failed);

/* Notes that WORKER ends, and has not started TEST, which is open there. Only after
 * worker_dispatch_stop. */
void worker_dispatch_unstarted(struct worker_dispatch *dispatch, size_t worker, size_t test);

/* Stops WORKER because it has failed; its process may still run. */
void worker_dispatch_failed(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns);

/* Notes that WORKER's process has ended, or could not be started. */
void worker_dispatch_over(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns);

/* Starts no further test, and no further attempt. Those that were sent go on. */
void worker_dispatch_stop(struct worker_dispatch *dispatch);

/* Does the same, and stops all workers; their answers still count. */
void worker_dispatch_interrupt(struct worker_dispatch *dispatch);

/* Carries out what is due at NOW_NS. To be called after each of the calls above, once for
 * several, and when worker_dispatch_deadline has come. */
void worker_dispatch_turn(struct worker_dispatch *dispatch, int64_t now_ns);

/* Returns the time of the next turn if nothing else happens before; INT64_MAX: never. */
int64_t worker_dispatch_deadline(const struct worker_dispatch *dispatch);

/* Returns whether all tests have ended, worker_dispatch_close was called, and no worker runs. */
bool worker_dispatch_is_over(const struct worker_dispatch *dispatch);

/* Returns whether all tests that were added have ended. */
bool worker_dispatch_is_idle(const struct worker_dispatch *dispatch);

/* Returns whether TEST is SENT to WORKER, or RUNNING there. */
bool worker_dispatch_is_at(const struct worker_dispatch *dispatch, size_t worker, size_t test);
bool worker_dispatch_is_running(const struct worker_dispatch *dispatch, size_t test);

/* Returns whether events of WORKER still count. */
bool worker_dispatch_listens(const struct worker_dispatch *dispatch, size_t worker);

/* Returns whether a test has timed out at WORKER, which is to be stopped for that. */
bool worker_dispatch_is_retiring(const struct worker_dispatch *dispatch, size_t worker);

/* Returns the tests that were sent to WORKER and have not ended, and sets *COUNT to their number.
 * Valid until another function is called. */
const size_t *worker_dispatch_open(const struct worker_dispatch *dispatch, size_t worker,
                                   size_t *count);

/* Returns the number of queued tests. */
size_t worker_dispatch_queued(const struct worker_dispatch *dispatch);

/* Returns the number of attempts of TEST that have begun. */
unsigned worker_dispatch_attempts(const struct worker_dispatch *dispatch, size_t test);

#endif
