/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_dispatch.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define NONE WORKER_DISPATCH_NONE
#define PAUSE_DOUBLINGS_MAX 6 /* a pause is at most 64 times the first one */

enum dispatch_test_state {
	TEST_QUEUED,
	TEST_SENT,
	TEST_RUNNING,
	TEST_ENDED,
};

enum dispatch_worker_state {
	WORKER_IDLE,      /* no process; one may be started from resume_ns on */
	WORKER_UP,        /* takes tests */
	WORKER_RETIRING,  /* a test of it timed out: it is stopped when its others have ended */
	WORKER_ENDING,    /* was stopped, and its tests were taken away: its answers are ignored */
	WORKER_FINISHING, /* was stopped at the end of the run: its answers count */
	WORKER_GONE,      /* is not started any more */
};

struct dispatch_test {
	enum dispatch_test_state state;
	bool serial;
	unsigned attempts; /* that began */
	size_t worker;     /* where it is, or was last; NONE */
	size_t avoid;      /* the worker that failed it; NONE */
	int64_t start_ns;
	size_t next; /* in its queue; NONE */
};

struct dispatch_worker {
	enum dispatch_worker_state state;
	unsigned slots, hung; /* HUNG of them hold a test that timed out */
	unsigned restarts;    /* used up */
	bool spent;           /* no restart is left */
	bool hungry;          /* is in the list of that name */
	size_t *open;         /* tests that are sent or running, oldest first */
	size_t open_count, open_room;
	int64_t heard_ns, resume_ns;
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
	size_t open;        /* tests that were sent to a worker and have not ended */
	size_t ended;       /* tests with their final status */
	size_t processes;   /* workers whose process runs */
	size_t usable;      /* workers that are not spent */
	size_t slots;       /* of all workers that are not spent */
	unsigned slots_max; /* of one worker */
	size_t *hungry;     /* workers that may have room for a test */
	size_t hungry_count, hungry_room;
	bool all_hungry; /* each may have room */
	bool closed, stopped;
	bool serial_open;    /* a serial test is sent or runs */
	int64_t deadline_ns; /* not after the earliest deadline */
};

/* Queues */

static void
dispatch_push_last(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t test)
{
	dispatch->tests[test].next = NONE;
	if (queue->count++)
		dispatch->tests[queue->last].next = test;
	else
		queue->first = test;
	queue->last = test;
}

static void
dispatch_push_first(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t test)
{
	dispatch->tests[test].next = queue->count ? queue->first : NONE;
	if (!queue->count++)
		queue->last = test;
	queue->first = test;
}

/* Removes TEST, which follows BEFORE (NONE: is the first). */
static void
dispatch_remove(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t before,
                size_t test)
{
	size_t next = dispatch->tests[test].next;
	if (before == NONE)
		queue->first = next;
	else
		dispatch->tests[before].next = next;
	if (queue->last == test)
		queue->last = before;
	queue->count--;
}

static struct dispatch_queue *
dispatch_queue_of(struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].serial ? &dispatch->serial : &dispatch->parallel;
}

static void
dispatch_due(struct worker_dispatch *dispatch, int64_t at_ns)
{
	if (at_ns < dispatch->deadline_ns)
		dispatch->deadline_ns = at_ns;
}

static void
dispatch_add_hungry(struct worker_dispatch *dispatch, size_t worker)
{
	if (dispatch->workers[worker].hungry)
		return;
	dispatch->hungry = memory_grow(dispatch->hungry, &dispatch->hungry_room,
	                               dispatch->hungry_count + 1, sizeof(*dispatch->hungry));
	dispatch->hungry[dispatch->hungry_count++] = worker;
	dispatch->workers[worker].hungry = true;
}

/* Tests */

static void
dispatch_end(struct worker_dispatch *dispatch, size_t test, enum worker_dispatch_end end)
{
	struct dispatch_test *t = &dispatch->tests[test];
	t->state = TEST_ENDED;
	dispatch->ended++;
	dispatch->actions->ended(dispatch->context, test, t->worker, end, false);
}

/* Takes TEST from the worker that it is at. */
static void
dispatch_take(struct worker_dispatch *dispatch, size_t test)
{
	struct dispatch_worker *worker = &dispatch->workers[dispatch->tests[test].worker];
	size_t i = 0;
	while (worker->open[i] != test)
		i++;
	worker->open_count--;
	memmove(worker->open + i, worker->open + i + 1,
	        (worker->open_count - i) * sizeof(*worker->open));
	dispatch->open--;
	if (dispatch->tests[test].serial)
		dispatch->serial_open = false;
	if (!dispatch->open)
		dispatch->all_hungry = true; /* a serial test may be next */
	dispatch_add_hungry(dispatch, dispatch->tests[test].worker);
}

/* Puts TEST, which is at no worker, at the head of its queue. */
static void
dispatch_requeue(struct worker_dispatch *dispatch, size_t test)
{
	dispatch->tests[test].state = TEST_QUEUED;
	dispatch_push_first(dispatch, dispatch_queue_of(dispatch, test), test);
	dispatch->all_hungry = true;
}

/* Ends the attempt of TEST, which was taken, as END; or queues it again if that is a failure
 * and attempts are left. */
static void
dispatch_end_attempt(struct worker_dispatch *dispatch, size_t test, bool failed,
                     enum worker_dispatch_end end)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!failed || dispatch->stopped || t->attempts > dispatch->options.retries) {
		dispatch_end(dispatch, test, end);
		return;
	}
	t->avoid = t->worker;
	dispatch->actions->ended(dispatch->context, test, t->worker, end, true);
	dispatch_requeue(dispatch, test);
}

/* Takes all tests from WORKER, which failed. */
static void
dispatch_take_all(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	while (worker->open_count) {
		size_t test = worker->open[worker->open_count - 1];
		bool running = dispatch->tests[test].state == TEST_RUNNING;
		dispatch_take(dispatch, test);
		if (running)
			dispatch_end_attempt(dispatch, test, true, WORKER_DISPATCH_LOST);
		else if (dispatch->stopped)
			dispatch_end(dispatch, test, WORKER_DISPATCH_NOT_RUN);
		else
			dispatch_requeue(dispatch, test);
	}
}

static void
dispatch_end_queue(struct worker_dispatch *dispatch, struct dispatch_queue *queue,
                   enum worker_dispatch_end end)
{
	while (queue->count) {
		size_t test = queue->first;
		dispatch_remove(dispatch, queue, NONE, test);
		dispatch_end(dispatch, test, end);
	}
}

static void
dispatch_end_queued(struct worker_dispatch *dispatch, enum worker_dispatch_end end)
{
	dispatch_end_queue(dispatch, &dispatch->parallel, end);
	dispatch_end_queue(dispatch, &dispatch->serial, end);
}

/* Workers */

static bool
dispatch_has_process(const struct dispatch_worker *worker)
{
	return worker->state != WORKER_IDLE && worker->state != WORKER_GONE;
}

static void
dispatch_stop_worker(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                     enum dispatch_worker_state state)
{
	worker->state = state;
	dispatch->actions->stop(dispatch->context, (size_t)(worker - dispatch->workers));
}

static void
dispatch_spend(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	if (worker->spent)
		return;
	worker->spent = true;
	dispatch->usable--;
	dispatch->slots -= worker->slots;
	dispatch->all_hungry = true; /* a test may have avoided the others for this one */
}

/* Uses up a restart of WORKER, which failed. */
static void
dispatch_charge(struct worker_dispatch *dispatch, struct dispatch_worker *worker, int64_t now_ns)
{
	if (worker->restarts == dispatch->options.restarts) {
		dispatch_spend(dispatch, worker);
		return;
	}
	unsigned doublings = worker->restarts++;
	if (doublings > PAUSE_DOUBLINGS_MAX)
		doublings = PAUSE_DOUBLINGS_MAX;
	worker->resume_ns = now_ns + (dispatch->options.pause_ns << doublings);
	dispatch_due(dispatch, worker->resume_ns);
}

static void
dispatch_start(struct worker_dispatch *dispatch, struct dispatch_worker *worker, int64_t now_ns)
{
	worker->state = WORKER_UP;
	worker->hung = 0;
	worker->heard_ns = now_ns;
	dispatch->processes++;
	dispatch->actions->start(dispatch->context, (size_t)(worker - dispatch->workers));
}

/* A worker of which a test hangs is of use while another slot of it works. */
static void
dispatch_retire(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	if (worker->state != WORKER_RETIRING ||
	    (worker->open_count && worker->hung < worker->slots))
		return;
	dispatch_stop_worker(dispatch, worker, WORKER_ENDING);
	dispatch_take_all(dispatch, worker);
}

/* Sending */

/* Returns true if WORKER may be sent a test, up to LIMIT open ones. */
static bool
dispatch_has_room(const struct worker_dispatch *dispatch, const struct dispatch_worker *worker,
                  unsigned limit, int64_t now_ns)
{
	unsigned most = worker->slots;
	if (worker->spent || !(worker->state == WORKER_UP || worker->state == WORKER_IDLE))
		return false;
	if (worker->state == WORKER_IDLE && now_ns < worker->resume_ns)
		return false;
	if (dispatch->options.one_waits && dispatch->parallel.count > dispatch->slots)
		most++;
	return worker->open_count < (limit < most ? limit : most);
}

/* Removes and returns the first test of QUEUE that WORKER may run, or NONE. */
static size_t
dispatch_next(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t worker)
{
	bool others = dispatch->usable > 1;
	size_t before = NONE, test = queue->count ? queue->first : NONE;
	while (test != NONE && others && dispatch->tests[test].avoid == worker) {
		before = test;
		test = dispatch->tests[test].next;
	}
	if (test != NONE)
		dispatch_remove(dispatch, queue, before, test);
	return test;
}

/* Sends WORKER a test of QUEUE, up to LIMIT open ones. Returns false if it sends none. */
static bool
dispatch_send(struct worker_dispatch *dispatch, struct dispatch_queue *queue, size_t index,
              unsigned limit, int64_t now_ns)
{
	struct dispatch_worker *worker = &dispatch->workers[index];
	if (!dispatch_has_room(dispatch, worker, limit, now_ns))
		return false;
	size_t test = dispatch_next(dispatch, queue, index);
	if (test == NONE)
		return false;
	if (worker->state == WORKER_IDLE)
		dispatch_start(dispatch, worker, now_ns);
	/* Silence counts from when there is something to say. */
	if (!worker->open_count)
		worker->heard_ns = now_ns;
	if (dispatch->options.silence_ns)
		dispatch_due(dispatch, worker->heard_ns + dispatch->options.silence_ns);
	worker->open = memory_grow(worker->open, &worker->open_room, worker->open_count + 1,
	                           sizeof(*worker->open));
	worker->open[worker->open_count++] = test;
	dispatch->tests[test].state = TEST_SENT;
	dispatch->tests[test].worker = index;
	dispatch->open++;
	dispatch->serial_open = dispatch->tests[test].serial;
	dispatch->actions->send(dispatch->context, index, test);
	return true;
}

/* Fills all workers evenly: first one slot of each, then the next one. */
static void
dispatch_fill_all(struct worker_dispatch *dispatch, int64_t now_ns)
{
	for (unsigned limit = 1; limit <= dispatch->slots_max + 1; limit++)
		for (size_t i = 0; i < dispatch->worker_count && dispatch->parallel.count; i++)
			dispatch_send(dispatch, &dispatch->parallel, i, limit, now_ns);
	dispatch->all_hungry = false;
}

static void
dispatch_fill(struct worker_dispatch *dispatch, int64_t now_ns)
{
	if (dispatch->serial_open)
		return;
	if (dispatch->all_hungry)
		dispatch_fill_all(dispatch, now_ns);
	while (dispatch->hungry_count) {
		size_t worker = dispatch->hungry[--dispatch->hungry_count];
		dispatch->workers[worker].hungry = false;
		while (dispatch_send(dispatch, &dispatch->parallel, worker, UINT32_MAX, now_ns))
			continue;
	}
	for (size_t i = 0; i < dispatch->worker_count && dispatch->serial.count &&
	                   !dispatch->parallel.count && !dispatch->open;
	     i++)
		dispatch_send(dispatch, &dispatch->serial, i, 1, now_ns);
}

/* Deadlines */

static void
dispatch_check_tests(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                     int64_t now_ns)
{
	int64_t timeout_ns = dispatch->options.timeout_ns;
	for (size_t i = 0; i < worker->open_count && timeout_ns;) {
		size_t test = worker->open[i];
		const struct dispatch_test *t = &dispatch->tests[test];
		if (t->state != TEST_RUNNING || now_ns < t->start_ns + timeout_ns) {
			if (t->state == TEST_RUNNING)
				dispatch_due(dispatch, t->start_ns + timeout_ns);
			i++;
			continue;
		}
		worker->hung++;
		if (worker->state == WORKER_UP)
			worker->state = WORKER_RETIRING;
		dispatch_take(dispatch, test);
		dispatch_end_attempt(dispatch, test, true, WORKER_DISPATCH_TIMED_OUT);
	}
	dispatch_retire(dispatch, worker);
}

static void
dispatch_check_silence(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                       int64_t now_ns)
{
	int64_t silence_ns = dispatch->options.silence_ns;
	bool listens = worker->state == WORKER_UP || worker->state == WORKER_RETIRING;
	if (!silence_ns || !listens || !worker->open_count)
		return;
	if (now_ns < worker->heard_ns + silence_ns)
		dispatch_due(dispatch, worker->heard_ns + silence_ns);
	else
		worker_dispatch_failed(dispatch, (size_t)(worker - dispatch->workers), now_ns);
}

static void
dispatch_check_deadlines(struct worker_dispatch *dispatch, int64_t now_ns)
{
	dispatch->deadline_ns = INT64_MAX;
	for (size_t i = 0; i < dispatch->worker_count; i++) {
		struct dispatch_worker *worker = &dispatch->workers[i];
		if (worker->state == WORKER_IDLE && now_ns < worker->resume_ns)
			dispatch_due(dispatch, worker->resume_ns);
		dispatch_check_tests(dispatch, worker, now_ns);
		dispatch_check_silence(dispatch, worker, now_ns);
	}
	dispatch->all_hungry = true;
}

static void
dispatch_finish(struct worker_dispatch *dispatch)
{
	for (size_t i = 0; i < dispatch->worker_count; i++) {
		struct dispatch_worker *worker = &dispatch->workers[i];
		if (worker->state == WORKER_UP || worker->state == WORKER_RETIRING)
			dispatch_stop_worker(dispatch, worker, WORKER_FINISHING);
		else if (worker->state == WORKER_IDLE)
			worker->state = WORKER_GONE;
		dispatch_spend(dispatch, worker);
	}
}

/* The interface */

struct worker_dispatch *
worker_dispatch_new(const struct worker_dispatch_options *options,
                    const struct worker_dispatch_actions *actions, void *context)
{
	struct worker_dispatch *dispatch = memory_zeroed(1, sizeof(*dispatch));
	dispatch->options = *options;
	dispatch->actions = actions;
	dispatch->context = context;
	dispatch->deadline_ns = INT64_MAX;
	return dispatch;
}

void
worker_dispatch_free(struct worker_dispatch *dispatch)
{
	for (size_t i = 0; i < dispatch->worker_count; i++)
		free(dispatch->workers[i].open);
	free(dispatch->workers);
	free(dispatch->tests);
	free(dispatch->hungry);
	free(dispatch);
}

size_t
worker_dispatch_add_worker(struct worker_dispatch *dispatch, unsigned slots)
{
	dispatch->workers = memory_grow(dispatch->workers, &dispatch->worker_room,
	                                dispatch->worker_count + 1, sizeof(*dispatch->workers));
	dispatch->workers[dispatch->worker_count] = (struct dispatch_worker){.slots = slots};
	dispatch->usable++;
	dispatch->slots += slots;
	if (slots > dispatch->slots_max)
		dispatch->slots_max = slots;
	return dispatch->worker_count++;
}

size_t
worker_dispatch_add_test(struct worker_dispatch *dispatch, bool serial)
{
	dispatch->tests = memory_grow(dispatch->tests, &dispatch->test_room,
	                              dispatch->test_count + 1, sizeof(*dispatch->tests));
	size_t test = dispatch->test_count++;
	dispatch->tests[test] =
		(struct dispatch_test){.serial = serial, .worker = NONE, .avoid = NONE};
	dispatch_push_last(dispatch, dispatch_queue_of(dispatch, test), test);
	dispatch->all_hungry = true;
	return test;
}

void
worker_dispatch_close(struct worker_dispatch *dispatch)
{
	dispatch->closed = true;
}

void
worker_dispatch_heard(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	dispatch->workers[worker].heard_ns = now_ns;
}

bool
worker_dispatch_is_at(const struct worker_dispatch *dispatch, size_t worker, size_t test)
{
	const struct dispatch_test *t = &dispatch->tests[test];
	return (t->state == TEST_SENT || t->state == TEST_RUNNING) && t->worker == worker;
}

bool
worker_dispatch_is_running(const struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].state == TEST_RUNNING;
}

bool
worker_dispatch_began(struct worker_dispatch *dispatch, size_t worker, size_t test, int64_t now_ns)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!worker_dispatch_is_at(dispatch, worker, test))
		return false;
	if (t->state == TEST_RUNNING)
		return true;
	t->state = TEST_RUNNING;
	t->attempts++;
	t->start_ns = now_ns;
	if (dispatch->options.timeout_ns)
		dispatch_due(dispatch, now_ns + dispatch->options.timeout_ns);
	return true;
}

bool
worker_dispatch_answered(struct worker_dispatch *dispatch, size_t worker, size_t test, bool failed)
{
	struct dispatch_test *t = &dispatch->tests[test];
	if (!worker_dispatch_is_at(dispatch, worker, test))
		return false;
	if (t->state == TEST_SENT)
		t->attempts++;
	dispatch_take(dispatch, test);
	dispatch_end_attempt(dispatch, test, failed, WORKER_DISPATCH_ANSWERED);
	return true;
}

void
worker_dispatch_failed(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	struct dispatch_worker *w = &dispatch->workers[worker];
	if (w->state == WORKER_FINISHING) {
		w->state = WORKER_ENDING;
		dispatch_take_all(dispatch, w);
	} else if (w->state == WORKER_UP || w->state == WORKER_RETIRING) {
		dispatch_charge(dispatch, w, now_ns);
		dispatch_stop_worker(dispatch, w, WORKER_ENDING);
		dispatch_take_all(dispatch, w);
	}
}

void
worker_dispatch_over(struct worker_dispatch *dispatch, size_t worker, int64_t now_ns)
{
	struct dispatch_worker *w = &dispatch->workers[worker];
	if (!dispatch_has_process(w))
		return;
	if (w->state == WORKER_UP || w->state == WORKER_RETIRING)
		dispatch_charge(dispatch, w, now_ns);
	dispatch->processes--;
	w->state = w->spent ? WORKER_GONE : WORKER_IDLE;
	dispatch_take_all(dispatch, w);
	dispatch->all_hungry = true;
}

void
worker_dispatch_stop(struct worker_dispatch *dispatch)
{
	dispatch->stopped = true;
}

void
worker_dispatch_interrupt(struct worker_dispatch *dispatch)
{
	worker_dispatch_stop(dispatch);
	dispatch->closed = true;
	dispatch_finish(dispatch);
}

void
worker_dispatch_turn(struct worker_dispatch *dispatch, int64_t now_ns)
{
	if (now_ns >= dispatch->deadline_ns)
		dispatch_check_deadlines(dispatch, now_ns);
	for (size_t i = 0; i < dispatch->hungry_count; i++)
		dispatch_retire(dispatch, &dispatch->workers[dispatch->hungry[i]]);
	if (dispatch->stopped)
		dispatch_end_queued(dispatch, WORKER_DISPATCH_NOT_RUN);
	else if (!dispatch->usable)
		dispatch_end_queued(dispatch, WORKER_DISPATCH_NO_WORKER);
	else
		dispatch_fill(dispatch, now_ns);
	if (dispatch->closed && dispatch->ended == dispatch->test_count && dispatch->processes)
		dispatch_finish(dispatch);
}

int64_t
worker_dispatch_deadline(const struct worker_dispatch *dispatch)
{
	return dispatch->deadline_ns;
}

bool
worker_dispatch_is_idle(const struct worker_dispatch *dispatch)
{
	return dispatch->ended == dispatch->test_count;
}

bool
worker_dispatch_is_over(const struct worker_dispatch *dispatch)
{
	return dispatch->closed && dispatch->ended == dispatch->test_count && !dispatch->processes;
}

bool
worker_dispatch_listens(const struct worker_dispatch *dispatch, size_t worker)
{
	enum dispatch_worker_state state = dispatch->workers[worker].state;
	return state == WORKER_UP || state == WORKER_RETIRING || state == WORKER_FINISHING;
}

const size_t *
worker_dispatch_open(const struct worker_dispatch *dispatch, size_t worker, size_t *count)
{
	*count = dispatch->workers[worker].open_count;
	return dispatch->workers[worker].open;
}

size_t
worker_dispatch_queued(const struct worker_dispatch *dispatch)
{
	return dispatch->parallel.count + dispatch->serial.count;
}

unsigned
worker_dispatch_attempts(const struct worker_dispatch *dispatch, size_t test)
{
	return dispatch->tests[test].attempts;
}
