/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of a worker pool, which its files share:
 *
 *     worker_pool.c           the interface, processes, signals and standard input
 *     worker_pool_events.c    the results that workers send
 *     worker_pool_foreign.c   results of tests that do not run at the worker that sends them
 *     worker_pool_ends.c      why tests end
 *     worker_pool_tests.c     the tests: adds them, counts their ends, stops starting them
 *
 * Each calls only those below it.
 */
#ifndef WORKER_POOL_STATE_H
#define WORKER_POOL_STATE_H

#include "attach.h"
#include "buffer.h"
#include "stdin_router.h"
#include "worker.h"
#include "worker_dispatch.h"
#include "worker_pool.h"
#include "worker_results.h"
#include "write_wait.h"

/* A running test, to which the user's terminal can be attached. */
struct pool_attach {
	struct worker_pool *pool;
	struct attach_test *test;
	size_t worker; /* where it runs */
	char *rest;    /* its routing code there; NULL: none */
};

/* A test that was sent to a worker. */
struct pool_test {
	struct worker_pool *pool;
	size_t index;
	size_t choice;              /* in the selection */
	int64_t start_ns;           /* of its last attempt */
	size_t late_len;            /* bytes that it sent after its limit */
	struct pool_attach *attach; /* NULL: it does not run, or there is no live view */
	struct event_loop_timer slow;
	bool held; /* --max-time ended the run before it began; its end is still to be emitted */
};

struct pool_worker {
	struct worker *worker;
	char *reason; /* why its last process failed; NULL: it has not */
	struct worker_pool *pool;
	bool ignored;   /* a message named a result that was ignored */
	bool failed;    /* a message named a failure of a test that does not run there */
	bool contested; /* its process sent results of a test that waits there; ignored */
	bool stopping;  /* it was asked to end */
	struct event_loop_timer unstarted; /* ends it if that test does not begin */
};

struct worker_pool {
	const struct worker_pool_options *options;
	const struct scheduler_options *run;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct write_wait wait;      /* for the reader of the stream */
	struct subunit2_sink *stamp; /* gives a time to events without one */
	struct worker_dispatch *dispatch;
	struct worker_results *results;
	struct pool_worker *workers;
	struct stdin_buffer **inputs; /* of the workers */
	size_t worker_count;
	struct pool_test **tests;
	size_t test_count, test_room;
	size_t rounds;                      /* complete runs of the selection, with until_failure */
	struct stdin_router *router;        /* NULL: no requests come on standard input */
	const struct subunit2_event *final; /* that a worker just sent; NULL: none */
	const char *stopped; /* why no further test is started; NULL: tests are started */
	bool interrupted;    /* the tests that run are being ended */
	bool over_time;      /* --max-time ended the run */
	struct event_loop_timer turn, tick, max_time;
	struct scheduler_end end;
};

/* Returns the time of the loop's clock in nanoseconds. */
int64_t worker_pool_now_ns(const struct worker_pool *pool);
/* Returns the time of the dispatch in nanoseconds: it passes only while this program can read what
 * workers send, so that the time of a slow reader of the stream is not that of a test. */
int64_t worker_pool_dispatch_ns(const struct worker_pool *pool);

/* Starts no further test, for the reason WHY, a constant. */
void worker_pool_stop(struct worker_pool *pool, const char *why);

/* Counts the final status of a test, and stops after too many failures. */
void worker_pool_count_end(struct worker_pool *pool, enum subunit2_status status);

/* Adds the test of CHOICE, or the whole selection. */
void worker_pool_add_test(struct worker_pool *pool, size_t choice);
void worker_pool_add_tests(struct worker_pool *pool);

/* Frees the tests, which have ended. */
void worker_pool_clear_tests(struct worker_pool *pool);

/* Returns the limit that TEST has of its own, with --timeout=auto, and sets *LONGEST_NS to the time
 * that it follows from; 0: it has none. */
int64_t worker_pool_timeout_ns(const struct pool_test *test, int64_t *longest_ns);

/* Detaches the user's terminal from TEST, which does not run any more. */
void worker_pool_end_attach(struct pool_test *test);

/* With --until-failure: adds the whole selection again once all of it has passed. */
void worker_pool_start_again(struct worker_pool *pool);

/* Handles the end of an attempt; an action of the dispatch. */
void worker_pool_on_ended(void *context, size_t test, size_t worker, enum worker_dispatch_end end,
                          bool again);

/* Emits the ends of the tests that had not begun when --max-time ended the run. If no test has
 * failed, the first of them fails, so that a run that was cut is not good. */
void worker_pool_end_held(struct worker_pool *pool);

/* Returns EVENT, the final status of a test that a worker sent. If this program has interrupted the
 * run, and EVENT has the file "reason", replaces its lines about the interruption, of which the
 * worker knows only that its input has ended. The new bytes are in REASON, which is empty before;
 * the caller clears it. */
struct subunit2_event worker_pool_name_interruption(const struct worker_pool *pool,
                                                    const struct subunit2_event *event,
                                                    struct buffer *reason);

/* The reason of a failure that a worker sent without one. */
#define WORKER_POOL_FOREIGN "sent by a worker at which the test does not run"

/* Handles a status of a test that does not run at the worker INDEX. It is ignored, unless it is
 * bad: then the worker contradicts itself or another one, and the run is not good. A worker with a
 * test that timed out may still send the end of that. */
void worker_pool_on_foreign(struct worker_pool *pool, size_t index,
                            const struct subunit2_event *event);

/* Notes whether EVENT, which does not belong to a test that its id names, is a status of one that
 * waits at the worker INDEX. */
void worker_pool_note_contested(struct worker_pool *pool, size_t index,
                                const struct subunit2_event *event);

/* Returns whether tests wait at WORKER, and none runs there. */
bool worker_pool_only_waits(const struct worker_pool *pool, size_t worker);

/* Returns the test at WORKER that runs in the slot of CODE, or WORKER_DISPATCH_NONE, also if it has
 * no slot. */
size_t worker_pool_find_slot(const struct worker_pool *pool, size_t worker,
                             struct subunit2_view code);

/* Returns whether ID is that of a script of this run, or of a subtest of one. */
bool worker_pool_has_test(const struct worker_pool *pool, struct subunit2_view id);

/* The handler of the workers. */
extern const struct worker_handler worker_pool_handler;

/* Stores a copy of REASON, why the worker failed; NULL: it has not. */
void worker_pool_set_reason(struct pool_worker *worker, const char *reason);

#endif
