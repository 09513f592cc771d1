/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Which worker is asked for which test, and what becomes of the tests of a failed worker: by
 * example, and in random schedules with a clock of their own. */
#include "worker_dispatch.h"
#include "check.h"
#include "random_draw.h"

#include <string.h>

#define WORKERS_MAX 6
#define TESTS_MAX 64
#define EVENTS_MAX 4096
#define STEPS_MAX 100000 /* more than any schedule takes: it hangs */
#define SECOND 1000000000LL

static unsigned random_ends[WORKER_DISPATCH_NOT_RUN + 1];

/* An action of a worker in the simulation, with its time. */
struct event {
	enum { BEGINS, ANSWERS, DIES, LIES, IS_OVER } kind;
	int64_t at_ns;
	size_t worker, test;
	unsigned life; /* the process that does it */
};

struct sim_worker {
	bool runs, stopped;
	unsigned life, starts, slots, busy;
	int64_t lag_ns;
	size_t waiting[TESTS_MAX], waiting_count;
};

struct sim {
	struct worker_dispatch *dispatch;
	struct worker_dispatch_options options;
	uint64_t random;
	int64_t now_ns;
	struct event events[EVENTS_MAX];
	size_t event_count;
	struct sim_worker workers[WORKERS_MAX];
	size_t worker_count, test_count;
	unsigned ends[TESTS_MAX], retries[TESTS_MAX], sends[TESTS_MAX];
	enum worker_dispatch_end end[TESTS_MAX];
	size_t ran_at[TESTS_MAX];
	size_t failed_at[TESTS_MAX]; /* one more than the worker's index; 0: none */
	bool serial[TESTS_MAX];
	bool may_die, may_hang, may_lie, interrupted, stopped, checks_slots;
	const char *fault; /* the first promise that was broken */
};

static void
require(struct sim *sim, bool kept, const char *promise)
{
	if (!kept && !sim->fault)
		sim->fault = promise;
}

static unsigned
draw(struct sim *sim, unsigned limit)
{
	return random_draw(&sim->random, limit);
}

static bool
chance(struct sim *sim, unsigned percent)
{
	return draw(sim, 100) < percent;
}

static void
plan_event(struct sim *sim, int kind, int64_t in_ns, size_t worker, size_t test)
{
	if (sim->event_count == EVENTS_MAX) {
		require(sim, false, "events are few");
		return;
	}
	sim->events[sim->event_count++] = (struct event){
		.kind = kind,
		.at_ns = sim->now_ns + in_ns,
		.worker = worker,
		.test = test,
		.life = sim->workers[worker].life,
	};
}

/* Worker W starts what waits, as far as it has slots. */
static void
work(struct sim *sim, size_t w)
{
	struct sim_worker *worker = &sim->workers[w];
	while (worker->waiting_count && worker->busy < worker->slots) {
		size_t test = worker->waiting[0];
		memmove(worker->waiting, worker->waiting + 1,
		        --worker->waiting_count * sizeof(*worker->waiting));
		worker->busy++;
		plan_event(sim, BEGINS, 1 + draw(sim, 1000) * worker->lag_ns / 1000, w, test);
	}
}

static void
on_start(void *context, size_t w)
{
	struct sim *sim = context;
	struct sim_worker *worker = &sim->workers[w];
	require(sim, !worker->runs, "a worker that runs is not started");
	worker->runs = true;
	worker->stopped = false;
	worker->life++;
	worker->starts++;
	worker->busy = 0;
	worker->waiting_count = 0;
	worker->lag_ns = (1 + (int64_t)draw(sim, 20)) * SECOND / 20;
	require(sim, worker->starts <= 1 + sim->options.restarts || sim->options.timeout_ns,
	        "a worker is restarted as often as allowed");
	if (sim->may_die && chance(sim, 40))
		plan_event(sim, DIES, (int64_t)draw(sim, 8000) * SECOND / 1000, w, 0);
	if (sim->may_lie && chance(sim, 50))
		plan_event(sim, LIES, (int64_t)draw(sim, 2000) * SECOND / 1000, w, 0);
}

static void
on_send(void *context, size_t w, size_t test)
{
	struct sim *sim = context;
	struct sim_worker *worker = &sim->workers[w];
	size_t open;
	worker_dispatch_open(sim->dispatch, w, &open);
	require(sim, worker->runs && !worker->stopped, "a test is sent to a worker that runs");
	require(sim, open <= worker->slots + 1, "one test waits at a worker");
	require(sim, !sim->ends[test], "a test that has ended is not sent");
	require(sim, !sim->stopped, "no test is sent after a stop");
	if (sim->serial[test])
		for (size_t i = 0; i < sim->worker_count; i++) {
			size_t others;
			worker_dispatch_open(sim->dispatch, i, &others);
			require(sim, others == (i == w), "a serial test runs alone");
		}
	sim->sends[test]++;
	sim->ran_at[test] = w;
	worker->waiting[worker->waiting_count++] = test;
	work(sim, w);
}

static void
on_stop(void *context, size_t w)
{
	struct sim *sim = context;
	struct sim_worker *worker = &sim->workers[w];
	require(sim, worker->runs && !worker->stopped, "a worker is stopped once");
	worker->stopped = true;
	plan_event(sim, IS_OVER, 1 + (int64_t)draw(sim, 3000) * SECOND / 1000, w, 0);
}

static void
on_end(void *context, size_t test, size_t w, enum worker_dispatch_end end, bool again)
{
	struct sim *sim = context;
	random_ends[end]++;
	require(sim, !sim->ends[test], "a test ends once");
	if (again) {
		require(sim, ++sim->retries[test] <= sim->options.retries,
		        "a test has as many attempts as allowed");
		sim->failed_at[test] = w + 1;
		return;
	}
	sim->ends[test]++;
	sim->end[test] = end;
	require(sim, end != WORKER_DISPATCH_NOT_RUN || sim->stopped, "tests are skipped by a stop");
}

static const struct worker_dispatch_actions actions = {on_start, on_send, on_stop, on_end};

static void
begin(struct sim *sim, const struct worker_dispatch_options *options)
{
	sim->options = *options;
	sim->dispatch = worker_dispatch_new(&sim->options, &actions, sim);
}

static void
add_worker(struct sim *sim, unsigned slots)
{
	sim->workers[sim->worker_count++].slots = slots;
	worker_dispatch_add_worker(sim->dispatch, slots);
}

static void
add_test(struct sim *sim, bool serial)
{
	sim->serial[sim->test_count++] = serial;
	worker_dispatch_add_test(sim->dispatch, serial, 0);
}

/* The process of worker W has ended. */
static void
end_process(struct sim *sim, size_t w)
{
	struct sim_worker *worker = &sim->workers[w];
	worker->runs = false;
	worker->life++;
	worker_dispatch_over(sim->dispatch, w, sim->now_ns);
}

static void
begin_test(struct sim *sim, const struct event *event)
{
	struct sim_worker *worker = &sim->workers[event->worker];
	if (worker_dispatch_listens(sim->dispatch, event->worker)) {
		worker_dispatch_on_output(sim->dispatch, event->worker, sim->now_ns);
		worker_dispatch_began(sim->dispatch, event->worker, event->test, sim->now_ns);
	}
	if (sim->may_hang && chance(sim, 10))
		return;
	plan_event(sim, ANSWERS, 1 + draw(sim, 1000) * worker->lag_ns / 500, event->worker,
	           event->test);
}

static void
answer_test(struct sim *sim, const struct event *event)
{
	if (worker_dispatch_listens(sim->dispatch, event->worker)) {
		worker_dispatch_on_output(sim->dispatch, event->worker, sim->now_ns);
		worker_dispatch_answered(sim->dispatch, event->worker, event->test,
		                         chance(sim, 20));
		if (sim->may_lie && chance(sim, 20))
			require(sim,
			        !worker_dispatch_answered(sim->dispatch, event->worker, event->test,
			                                  false) ||
			                !sim->ends[event->test],
			        "a second answer is refused");
	}
	sim->workers[event->worker].busy--;
	work(sim, event->worker);
}

/* A worker speaks of a test that it may not have been sent. */
static void
lie(struct sim *sim, const struct event *event)
{
	size_t test = draw(sim, (unsigned)sim->test_count);
	bool there = worker_dispatch_is_at(sim->dispatch, event->worker, test);
	if (!worker_dispatch_listens(sim->dispatch, event->worker))
		return;
	if (chance(sim, 30))
		worker_dispatch_failed(sim->dispatch, event->worker, sim->now_ns);
	else if (!there && chance(sim, 50))
		require(sim,
		        !worker_dispatch_began(sim->dispatch, event->worker, test, sim->now_ns),
		        "a test does not start at a worker that was not sent it");
	else if (!there)
		require(sim, !worker_dispatch_answered(sim->dispatch, event->worker, test, true),
		        "a worker cannot answer for another one");
}

static void
play_event(struct sim *sim, const struct event *event)
{
	if (event->life != sim->workers[event->worker].life)
		return;
	switch (event->kind) {
	case BEGINS:
		begin_test(sim, event);
		break;
	case ANSWERS:
		answer_test(sim, event);
		break;
	case LIES:
		lie(sim, event);
		break;
	case DIES:
	case IS_OVER:
		end_process(sim, event->worker);
		break;
	}
}

/* Removes and returns the earliest event. */
static struct event
next_event(struct sim *sim)
{
	size_t first = 0;
	for (size_t i = 1; i < sim->event_count; i++)
		if (sim->events[i].at_ns < sim->events[first].at_ns)
			first = i;
	struct event event = sim->events[first];
	memmove(sim->events + first, sim->events + first + 1,
	        (--sim->event_count - first) * sizeof(event));
	return event;
}

static bool
is_queued(const struct sim *sim, size_t test)
{
	bool is_at = sim->ends[test];
	for (size_t w = 0; w < sim->worker_count; w++)
		is_at |= worker_dispatch_is_at(sim->dispatch, w, test);
	return !is_at;
}

/* After a turn, no test waits that a worker with a free slot may run. Workers that end because of a
 * timeout take no tests, and do not show it: leave out schedules with timeouts. */
static void
check_slots(struct sim *sim)
{
	for (size_t test = 0; test < sim->test_count; test++) {
		if (!is_queued(sim, test) && sim->serial[test] && !sim->ends[test])
			return; /* it runs alone */
	}
	for (size_t test = 0; test < sim->test_count; test++)
		for (size_t w = 0; w < sim->worker_count; w++) {
			size_t open;
			worker_dispatch_open(sim->dispatch, w, &open);
			require(sim,
			        sim->workers[w].stopped || !sim->workers[w].runs ||
			                open >= sim->workers[w].slots || sim->serial[test] ||
			                sim->failed_at[test] == w + 1 || !is_queued(sim, test),
			        "no test waits while a slot is free");
		}
}

/* Plays until all is over; or, if UNTIL_NS is not INT64_MAX, until then. */
static void
play(struct sim *sim, int64_t until_ns)
{
	for (unsigned step = 0; step < STEPS_MAX && !sim->fault; step++) {
		int64_t deadline_ns;
		worker_dispatch_turn(sim->dispatch, sim->now_ns);
		if (worker_dispatch_is_over(sim->dispatch))
			return;
		if (sim->checks_slots && !sim->stopped)
			check_slots(sim);
		deadline_ns = worker_dispatch_deadline(sim->dispatch);
		int64_t event_ns = INT64_MAX;
		for (size_t i = 0; i < sim->event_count; i++)
			if (sim->events[i].at_ns < event_ns)
				event_ns = sim->events[i].at_ns;
		if (deadline_ns == INT64_MAX && event_ns == INT64_MAX) {
			require(sim, until_ns != INT64_MAX, "it does not hang");
			return;
		}
		if ((deadline_ns < event_ns ? deadline_ns : event_ns) > until_ns) {
			sim->now_ns = until_ns;
			return;
		}
		if (deadline_ns < event_ns) {
			require(sim, deadline_ns > sim->now_ns, "a deadline is in the future");
			sim->now_ns = deadline_ns;
			continue;
		}
		struct event event = next_event(sim);
		sim->now_ns = event.at_ns;
		play_event(sim, &event);
	}
	require(sim, sim->fault, "it ends");
}

static void
check_all_ended(struct sim *sim)
{
	for (size_t i = 0; i < sim->test_count; i++)
		require(sim, sim->ends[i] == 1, "each test ends");
}

static void
end(struct sim *sim)
{
	worker_dispatch_free(sim->dispatch);
}

/* A random schedule; returns the promise that was broken, or NULL. */
static const char *
play_random(unsigned long long seed)
{
	static struct sim sim;
	memset(&sim, 0, sizeof(sim));
	sim.random = seed * 2654435761u + 1;
	struct worker_dispatch_options options = {
		.retries = draw(&sim, 3),
		.restarts = draw(&sim, 4),
		.one_waits = chance(&sim, 80),
		.pause_ns = SECOND,
		.silence_ns = chance(&sim, 50) ? 10 * SECOND : 0,
		.timeout_ns = chance(&sim, 50) ? 5 * SECOND : 0,
	};
	sim.may_die = chance(&sim, 60);
	sim.may_lie = chance(&sim, 60);
	sim.may_hang = (options.silence_ns || options.timeout_ns) && chance(&sim, 50);
	/* A hung test of a worker that still answers others is found only by a timeout. */
	if (sim.may_hang)
		options.timeout_ns = 5 * SECOND;
	sim.checks_slots = !options.timeout_ns && seed % 8 == 0; /* it takes long */
	begin(&sim, &options);
	for (unsigned i = 1 + draw(&sim, WORKERS_MAX); i; i--)
		add_worker(&sim, 1 + draw(&sim, 4));
	for (unsigned i = 1 + draw(&sim, TESTS_MAX / 2); i; i--)
		add_test(&sim, chance(&sim, 10));
	if (chance(&sim, 50)) {
		play(&sim, (int64_t)draw(&sim, 20) * SECOND);
		for (unsigned i = draw(&sim, TESTS_MAX / 2); i; i--)
			add_test(&sim, chance(&sim, 10));
	}
	if (chance(&sim, 20)) {
		play(&sim, sim.now_ns + (int64_t)draw(&sim, 10) * SECOND);
		sim.stopped = true;
		if (chance(&sim, 50))
			worker_dispatch_stop(sim.dispatch);
		else
			worker_dispatch_interrupt(sim.dispatch);
	}
	worker_dispatch_close(sim.dispatch);
	play(&sim, INT64_MAX);
	check_all_ended(&sim);
	end(&sim);
	return sim.fault;
}

static void
check_random(void)
{
	const char *fault = NULL;
	bool all = true;
	unsigned rounds = check_rounds(10000), seed = 0;
	for (; seed < rounds && !fault; seed++)
		fault = play_random(seed);
	if (fault)
		printf("# seed %u: broken: %s\n", seed - 1, fault);
	CHECK_NAMED("random schedules: each test ends once, and nothing hangs", !fault);
	for (int i = 0; i <= WORKER_DISPATCH_NOT_RUN; i++)
		all = all && random_ends[i] > rounds / 20;
	CHECK_NAMED("they come to each kind of end", all);
}

static void
check_split(void)
{
	static struct sim sim;
	size_t open;
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true});
	add_worker(&sim, 4);
	add_worker(&sim, 2);
	for (int i = 0; i < 20; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_open(sim.dispatch, 0, &open);
	CHECK_NAMED("a test for each slot, and one that waits", open == 5);
	worker_dispatch_open(sim.dispatch, 1, &open);
	CHECK_NAMED("the same for a smaller worker", open == 3);
	CHECK_NAMED("the first tests go first, a slot of each worker at a time",
	            sim.ran_at[0] == 0 && sim.ran_at[1] == 1 && sim.ran_at[2] == 0 &&
	                    sim.ran_at[3] == 1 && sim.ran_at[4] == 0);
	for (size_t i = 0; i < 8; i++)
		worker_dispatch_answered(sim.dispatch, sim.ran_at[i], i, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_open(sim.dispatch, 0, &open);
	CHECK_NAMED("at the end no test waits while another worker has a free slot", open <= 5);
	end(&sim);
}

/* A test waits at a worker only while more tests are left than there are slots. */
static void
check_waiting(void)
{
	for (int left = 2; left <= 3; left++) {
		static struct sim sim;
		size_t open;
		memset(&sim, 0, sizeof(sim));
		begin(&sim, &(struct worker_dispatch_options){.one_waits = true});
		add_worker(&sim, 2);
		for (int i = 0; i < 2 + left; i++)
			add_test(&sim, false);
		worker_dispatch_turn(sim.dispatch, 0);
		worker_dispatch_open(sim.dispatch, 0, &open);
		CHECK(open == (left == 2 ? 2 : 3));
		end(&sim);
	}
}

static void
check_idle(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true});
	add_worker(&sim, 2);
	add_worker(&sim, 1);
	add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK_NAMED("a worker for which there is no test is not started",
	            sim.workers[0].starts == 1 && sim.workers[1].starts == 0);
	end(&sim);
}

/* Two workers, and a test that runs at the first one and may be tried again. */
static void
begin_with_retry(struct sim *sim)
{
	begin(sim, &(struct worker_dispatch_options){.retries = 1});
	add_worker(sim, 1);
	add_worker(sim, 1);
	add_test(sim, false);
	worker_dispatch_turn(sim->dispatch, 0);
	CHECK(worker_dispatch_began(sim->dispatch, 0, 0, 0));
	CHECK_NAMED("more may come of a test that runs",
	            worker_dispatch_began(sim->dispatch, 0, 0, 0));
}

static void
check_retry(void)
{
	static struct sim sim;
	begin_with_retry(&sim);
	worker_dispatch_answered(sim.dispatch, 0, 0, true);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK_NAMED("a failed test is tried again on another worker", sim.ran_at[0] == 1);
	CHECK(!worker_dispatch_answered(sim.dispatch, 0, 0, false));
	worker_dispatch_answered(sim.dispatch, 1, 0, true);
	CHECK(sim.ends[0] == 1 && sim.end[0] == WORKER_DISPATCH_ANSWERED);
	end(&sim);
}

static void
check_no_retry(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.retries = 3});
	add_worker(&sim, 2);
	add_test(&sim, false);
	add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_answered(sim.dispatch, 0, 0, false);
	CHECK_NAMED("a test that passed is not tried again", sim.ends[0] == 1 && !sim.retries[0]);
	worker_dispatch_stop(sim.dispatch);
	worker_dispatch_answered(sim.dispatch, 0, 1, true);
	CHECK_NAMED("nor is one that failed after a stop", sim.ends[1] == 1 && !sim.retries[1]);
	end(&sim);
}

static void
check_lost_retry(void)
{
	static struct sim sim;
	begin_with_retry(&sim);
	end_process(&sim, 0);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK_NAMED("a lost test is tried on another worker",
	            !sim.ends[0] && sim.retries[0] == 1 && sim.ran_at[0] == 1);
	end(&sim);
}

static void
check_lost(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){
			    .one_waits = true, .pause_ns = SECOND, .restarts = 1});
	add_worker(&sim, 1);
	for (int i = 0; i < 3; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	end_process(&sim, 0);
	CHECK_NAMED("a test that had started is lost",
	            sim.ends[0] == 1 && sim.end[0] == WORKER_DISPATCH_LOST);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK_NAMED("the worker is started after a pause",
	            sim.workers[0].starts == 1 && worker_dispatch_deadline(sim.dispatch) == SECOND);
	worker_dispatch_turn(sim.dispatch, SECOND);
	CHECK_NAMED("a test that had not started runs there",
	            sim.workers[0].starts == 2 && sim.sends[1] == 2 && !sim.ends[1]);
	end_process(&sim, 0);
	worker_dispatch_turn(sim.dispatch, SECOND);
	CHECK_NAMED("without a worker each test ends",
	            sim.end[1] == WORKER_DISPATCH_NO_WORKER &&
	                    sim.end[2] == WORKER_DISPATCH_NO_WORKER);
	end(&sim);
}

/* A worker that ends while it has no test is started again after a pause, too. */
static void
check_idle_end(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.pause_ns = SECOND, .restarts = 1});
	add_worker(&sim, 1);
	add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_answered(sim.dispatch, 0, 0, false);
	worker_dispatch_turn(sim.dispatch, 0);
	end_process(&sim, 0);
	add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK(sim.workers[0].starts == 1 && worker_dispatch_deadline(sim.dispatch) == SECOND);
	worker_dispatch_turn(sim.dispatch, SECOND);
	CHECK(sim.workers[0].starts == 2 && sim.sends[1] == 1);
	end(&sim);
}

/* Pauses double, up to 64 times the first one. */
static void
check_pauses(void)
{
	static struct sim sim;
	int64_t pause_ns = SECOND;
	begin(&sim, &(struct worker_dispatch_options){.pause_ns = SECOND, .restarts = 9});
	add_worker(&sim, 1);
	add_test(&sim, false);
	for (int i = 0; i < 9; i++) {
		worker_dispatch_turn(sim.dispatch, sim.now_ns);
		end_process(&sim, 0);
		worker_dispatch_turn(sim.dispatch, sim.now_ns);
		CHECK(worker_dispatch_deadline(sim.dispatch) == sim.now_ns + pause_ns);
		sim.now_ns += pause_ns;
		pause_ns = pause_ns < 64 * SECOND ? 2 * pause_ns : pause_ns;
	}
	end(&sim);
}

/* A worker whose output is damaged is stopped, and its tests run elsewhere. */
static void
check_failed(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true, .restarts = 1});
	add_worker(&sim, 1);
	add_worker(&sim, 1);
	for (int i = 0; i < 3; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	CHECK(worker_dispatch_listens(sim.dispatch, 0));
	worker_dispatch_failed(sim.dispatch, 0, 0);
	CHECK(sim.workers[0].stopped && !worker_dispatch_listens(sim.dispatch, 0));
	CHECK(sim.ends[0] == 1 && sim.end[0] == WORKER_DISPATCH_LOST);
	CHECK(!worker_dispatch_answered(sim.dispatch, 0, 0, false));
	worker_dispatch_failed(sim.dispatch, 0, 0);
	end_process(&sim, 0);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK_NAMED("it failed once: a restart is left", sim.workers[0].starts == 2);
	end(&sim);
}

static void
check_deadlines(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){
			    .silence_ns = 10 * SECOND, .timeout_ns = 3 * SECOND, .restarts = 1});
	add_worker(&sim, 2);
	for (int i = 0; i < 3; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	worker_dispatch_began(sim.dispatch, 0, 1, SECOND);
	worker_dispatch_turn(sim.dispatch, 3 * SECOND);
	CHECK_NAMED("a test times out", sim.end[0] == WORKER_DISPATCH_TIMED_OUT);
	CHECK_NAMED("its worker is not stopped while another test runs there",
	            !sim.workers[0].stopped && !sim.ends[1]);
	worker_dispatch_answered(sim.dispatch, 0, 1, false);
	worker_dispatch_turn(sim.dispatch, 3 * SECOND);
	CHECK_NAMED("then it is", sim.workers[0].stopped && sim.sends[2] == 0);
	end_process(&sim, 0);
	worker_dispatch_turn(sim.dispatch, 4 * SECOND);
	CHECK_NAMED("and started again at once", sim.workers[0].starts == 2 && sim.sends[2] == 1);
	worker_dispatch_turn(sim.dispatch, 14 * SECOND);
	CHECK_NAMED("a silent worker is stopped", sim.workers[0].stopped);
	CHECK(!worker_dispatch_listens(sim.dispatch, 0));
	end(&sim);
}

/* A worker whose only slot is hung is stopped because of the timeout, not of its silence: that
 * uses up no restart. */
static void
check_hung_and_silent(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){
			    .one_waits = true, .silence_ns = 5 * SECOND, .timeout_ns = 5 * SECOND});
	add_worker(&sim, 1);
	for (int i = 0; i < 3; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	worker_dispatch_turn(sim.dispatch, 5 * SECOND);
	CHECK(sim.end[0] == WORKER_DISPATCH_TIMED_OUT && sim.workers[0].stopped);
	end_process(&sim, 0);
	worker_dispatch_turn(sim.dispatch, 5 * SECOND);
	CHECK(sim.workers[0].starts == 2 && !sim.ends[1] && !sim.ends[2]);
	end(&sim);
}

/* A test that times out is tried again elsewhere, as is one that waits after it. */
static void
check_timeout_retry(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){
			    .retries = 1, .one_waits = true, .timeout_ns = 5 * SECOND});
	add_worker(&sim, 1);
	add_worker(&sim, 1);
	for (int i = 0; i < 5; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	CHECK(worker_dispatch_is_at(sim.dispatch, 0, 2) && sim.sends[2] == 1);
	CHECK(worker_dispatch_queued(sim.dispatch) == 2);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	worker_dispatch_turn(sim.dispatch, 5 * SECOND);
	CHECK(sim.workers[0].stopped && sim.retries[0] == 1 && !sim.ends[0]);
	CHECK(!worker_dispatch_is_at(sim.dispatch, 0, 2));
	for (size_t i = 1; i < 3; i++) {
		size_t count;
		const size_t *open = worker_dispatch_open(sim.dispatch, 1, &count);
		worker_dispatch_answered(sim.dispatch, 1, open[0], false);
		worker_dispatch_turn(sim.dispatch, 5 * SECOND);
	}
	CHECK(sim.sends[0] == 2 && sim.ran_at[0] == 1 && sim.sends[2] == 2 && sim.ran_at[2] == 1);
	end(&sim);
}

static void
check_own_timeout(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.timeout_ns = 9 * SECOND});
	add_worker(&sim, 2);
	add_test(&sim, false);
	sim.test_count++;
	worker_dispatch_add_test(sim.dispatch, false, 2 * SECOND);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	worker_dispatch_began(sim.dispatch, 0, 1, 0);
	CHECK(worker_dispatch_deadline(sim.dispatch) == 2 * SECOND);
	worker_dispatch_turn(sim.dispatch, 2 * SECOND);
	CHECK_NAMED("a test has a limit of its own", !sim.ends[0] && sim.ends[1] == 1);
	worker_dispatch_turn(sim.dispatch, 9 * SECOND);
	CHECK(sim.end[0] == WORKER_DISPATCH_TIMED_OUT);
	end(&sim);
}

/* --until-failure: the same tests again, under the same indices. */
static void
check_clear(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true});
	add_worker(&sim, 1);
	for (int round = 0; round < 3; round++) {
		sim.test_count = 0;
		for (size_t i = 0; i < 2; i++)
			add_test(&sim, false);
		for (size_t i = 0; i < 2; i++) {
			worker_dispatch_turn(sim.dispatch, 0);
			worker_dispatch_answered(sim.dispatch, 0, i, false);
		}
		CHECK(worker_dispatch_is_idle(sim.dispatch) && sim.workers[0].starts == 1);
		worker_dispatch_clear_tests(sim.dispatch);
		CHECK(!worker_dispatch_is_over(sim.dispatch));
	}
	end(&sim);
}

static void
check_interrupt(void)
{
	static struct sim sim;
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true, .silence_ns = SECOND});
	add_worker(&sim, 1);
	for (int i = 0; i < 4; i++)
		add_test(&sim, false);
	worker_dispatch_turn(sim.dispatch, 0);
	worker_dispatch_began(sim.dispatch, 0, 0, 0);
	sim.stopped = true;
	worker_dispatch_interrupt(sim.dispatch);
	worker_dispatch_turn(sim.dispatch, 2 * SECOND);
	CHECK_NAMED("tests that were not sent are skipped at once",
	            sim.end[2] == WORKER_DISPATCH_NOT_RUN && sim.end[3] == WORKER_DISPATCH_NOT_RUN);
	CHECK_NAMED("later results of the worker count",
	            worker_dispatch_answered(sim.dispatch, 0, 0, true));
	end_process(&sim, 0);
	CHECK(sim.end[1] == WORKER_DISPATCH_NOT_RUN && worker_dispatch_is_over(sim.dispatch));
	end(&sim);
}

/* A worker at a third of the speed takes a fourth of the tests. */
static void
check_speeds(void)
{
	static struct sim sim;
	int64_t free_ns[2] = {0, 0}, last_ns = 0;
	static const int64_t takes_ns[2] = {SECOND, 3 * SECOND};
	begin(&sim, &(struct worker_dispatch_options){.one_waits = true});
	add_worker(&sim, 1);
	add_worker(&sim, 1);
	for (int i = 0; i < TESTS_MAX; i++)
		add_test(&sim, false);
	worker_dispatch_close(sim.dispatch);
	for (unsigned ended = 0; ended < TESTS_MAX;) {
		size_t count, w = free_ns[0] + takes_ns[0] <= free_ns[1] + takes_ns[1] ? 0 : 1;
		worker_dispatch_turn(sim.dispatch, last_ns);
		const size_t *open = worker_dispatch_open(sim.dispatch, w, &count);
		if (!count)
			open = worker_dispatch_open(sim.dispatch, w = 1 - w, &count);
		last_ns = free_ns[w] += takes_ns[w];
		worker_dispatch_answered(sim.dispatch, w, open[0], false);
		ended++;
	}
	int64_t longest_ns = free_ns[0] > free_ns[1] ? free_ns[0] : free_ns[1];
	CHECK_NAMED("a slower worker gets fewer tests: the run is as long as the ideal split",
	            longest_ns <= TESTS_MAX * SECOND * 3 / 4 + 3 * SECOND);
	end(&sim);
}

int
main(void)
{
	check_split();
	check_waiting();
	check_idle();
	check_retry();
	check_no_retry();
	check_lost_retry();
	check_lost();
	check_idle_end();
	check_pauses();
	check_failed();
	check_deadlines();
	check_hung_and_silent();
	check_timeout_retry();
	check_own_timeout();
	check_clear();
	check_interrupt();
	check_speeds();
	check_random();
	return check_done();
}
