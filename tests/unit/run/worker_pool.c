/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The stream of a run with workers that die, answer twice, use routes of other workers, and report
 * tests that were not sent to them: in random schedules, each test ends exactly once. Failures that
 * workers report besides are passed on. */
#include "check.h"
#include "random_draw.h"
#include "stub_worker.h"
#include "worker_pool_state.h"

#include "selection.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

#define WORKERS_MAX 4
#define TESTS_MAX 12
#define SENT_MAX 64
#define STEPS_MAX 20000 /* more than any schedule takes: it hangs */
#define SECOND 1000000000LL

struct sim_worker {
	struct worker stub;
	bool runs, stopped;
	size_t sent[SENT_MAX]; /* tests that it has not answered */
	size_t sent_count;
};

static unsigned ends_by_workers, ends_by_pool, lies;

struct expectation {
	unsigned requests, ends, starts;
	unsigned sent_to;            /* a bit for each worker */
	unsigned heard_from;         /* the same, since the test was last sent there */
	enum subunit2_status status; /* of the last answer that counted */
	bool answered;
};

struct sim {
	struct subunit2_sink sink; /* the run's stream */
	struct worker_pool pool;
	uint64_t random;
	int64_t now_ns;
	struct sim_worker workers[WORKERS_MAX];
	struct expectation tests[TESTS_MAX];
	size_t id_count;
	size_t ending;     /* the number of the test that the pool ends; SIZE_MAX: none */
	bool skips_cut;    /* a test was skipped because the run took too long */
	const char *fault; /* the first promise that was broken */
};

static void
require(struct sim *sim, bool kept, const char *promise)
{
	if (!kept && !sim->fault)
		sim->fault = promise;
}

static unsigned
draw(struct sim *sim, size_t limit)
{
	return random_draw(&sim->random, (uint32_t)limit);
}

static bool
chance(struct sim *sim, unsigned percent)
{
	return draw(sim, 100) < percent;
}

/* The stream */

/* Returns the number of the test whose id ID is, or is below; SIZE_MAX: of none. */
static size_t
number_of(const struct sim *sim, struct subunit2_view id, bool *own)
{
	char name[16];
	for (size_t i = 0; i < sim->id_count; i++) {
		size_t len = (size_t)snprintf(name, sizeof(name), "t/%zu", i);
		*own = subunit2_view_equal(id, (struct subunit2_view){name, len});
		memcpy(name + len, "::", 3);
		if (*own ||
		    (id.len && subunit2_view_starts(id, (struct subunit2_view){name, len + 2})))
			return i;
	}
	return SIZE_MAX;
}

static bool
is_from(const struct sim *sim, struct subunit2_view code, unsigned workers)
{
	for (size_t w = 0; w < WORKERS_MAX; w++)
		if (workers & 1U << w &&
		    subunit2_route_is_under(code, subunit2_view_of(sim->workers[w].stub.name),
		                            NULL))
			return true;
	return !subunit2_view_present(code);
}

/* The events of workers have no reason. */
static bool
is_by_pool(const struct subunit2_event *event)
{
	return subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")) &&
	       !subunit2_view_equal(event->file_bytes, SUBUNIT2_LITERAL(WORKER_POOL_FOREIGN));
}

static void
check_end(struct sim *sim, struct expectation *test, const struct subunit2_event *event)
{
	bool by_pool = is_by_pool(event);
	require(sim, ++test->ends <= test->requests, "a test ends once");
	*(by_pool ? &ends_by_pool : &ends_by_workers) += 1;
	sim->skips_cut |= by_pool && sim->pool.over_time && event->status == SUBUNIT2_STATUS_SKIP;
	require(sim, is_from(sim, event->route_code, test->sent_to),
	        "a test ends under the route of a worker that was asked for it");
	require(sim,
	        by_pool || test->requests > 1 || (test->answered && event->status == test->status),
	        "a test ends as the worker that was asked for it says");
	require(sim,
	        !by_pool || event->status == SUBUNIT2_STATUS_SKIP ||
	                event->status == SUBUNIT2_STATUS_FAIL,
	        "a test that no worker answered has not passed");
}

static enum subunit2_result
on_event(struct subunit2_sink *sink, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	struct sim *sim = (struct sim *)sink;
	bool own;
	size_t number = number_of(sim, event->test_id, &own);
	(void)error;
	if (number == SIZE_MAX)
		return SUBUNIT2_E_OK;
	struct expectation *test = &sim->tests[number];
	bool bad = subunit2_status_is_bad(event->status);
	require(sim, bad || test->ends < test->requests,
	        "no event but a failure follows the end of a test");
	if (own && subunit2_status_is_final(event->status) && number != sim->ending &&
	    !is_by_pool(event))
		require(sim, bad, "a result from a worker that does not run the test is a failure");
	else if (own && subunit2_status_is_final(event->status))
		check_end(sim, test, event);
	else if (own && event->status == SUBUNIT2_STATUS_INPROGRESS)
		require(sim, ++test->starts <= test->requests, "a test starts once");
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
on_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

/* Workers */

static void
on_start(void *context, size_t w)
{
	struct sim *sim = context;
	sim->pool.workers[w].stopping = false;
	sim->pool.workers[w].contested = false;
	sim->workers[w].runs = true;
	sim->workers[w].stopped = false;
	sim->workers[w].sent_count = 0;
}

static void
on_send(void *context, size_t w, size_t test)
{
	struct sim *sim = context;
	struct sim_worker *worker = &sim->workers[w];
	bool own;
	size_t number =
		number_of(sim, subunit2_view_of(worker_results_id(sim->pool.results, test)), &own);
	worker->sent[worker->sent_count++] = number;
	sim->tests[number].sent_to |= 1U << w;
	sim->tests[number].heard_from &= ~(1U << w);
}

static void
on_stop(void *context, size_t w)
{
	struct sim *sim = context;
	sim->pool.workers[w].stopping = true;
	sim->workers[w].stopped = true;
}

static void
on_ended(void *context, size_t test, size_t w, enum worker_dispatch_end end, bool again)
{
	struct sim *sim = context;
	bool own;
	sim->ending =
		number_of(sim, subunit2_view_of(worker_results_id(sim->pool.results, test)), &own);
	worker_pool_on_ended(&sim->pool, test, w, end, again);
	sim->ending = SIZE_MAX;
}

/* Notes a final status that will count: that of a test which is open at WORKER. */
static void
expect(struct sim *sim, const struct sim_worker *worker, size_t number, enum subunit2_status status)
{
	size_t count;
	const size_t *open = worker_dispatch_open(sim->pool.dispatch, worker->stub.index, &count);
	char id[16];
	snprintf(id, sizeof(id), "t/%zu", number);
	if (!worker_dispatch_listens(sim->pool.dispatch, worker->stub.index))
		return;
	for (size_t i = 0; i < count; i++)
		if (strcmp(worker_results_id(sim->pool.results, open[i]), id) == 0) {
			sim->tests[number].status = status;
			sim->tests[number].answered = true;
			return;
		}
}

/* WORKER sends an event about the test NUMBER, or about a part of it. */
static void
speak(struct sim *sim, struct sim_worker *worker, size_t number, const char *part,
      enum subunit2_status status)
{
	char id[32], code[40];
	struct subunit2_event event = {.status = status, .runnable = !*part};
	snprintf(id, sizeof(id), "t/%zu%s", number, part);
	/* worker.c puts the name before each code: a foreign one follows it. */
	if (chance(sim, 80))
		snprintf(code, sizeof(code), "%s/%zu", worker->stub.name, number % 3);
	else if (chance(sim, 50))
		snprintf(code, sizeof(code), "%s/w%u/0", worker->stub.name, draw(sim, WORKERS_MAX));
	else
		snprintf(code, sizeof(code), "%s", worker->stub.name);
	sim->tests[number].heard_from |= 1U << worker->stub.index;
	event.test_id = subunit2_view_of(id);
	event.route_code = subunit2_view_of(code);
	event.has_timestamp = true;
	event.timestamp = timestamp_now();
	if (status == SUBUNIT2_STATUS_NONE) {
		event.file_name = SUBUNIT2_LITERAL("stdout");
		event.file_bytes = SUBUNIT2_LITERAL("text");
	}
	if (!*part && subunit2_status_is_final(status))
		expect(sim, worker, number, status);
	worker_pool_handler.event(&sim->pool, &worker->stub, &event);
}

/* Returns whether WORKER has said nothing of the test NUMBER since it was sent it. */
static bool
may_leave(const struct sim *sim, const struct sim_worker *worker, size_t number)
{
	const struct expectation *test = &sim->tests[number];
	return test->requests == 1 && !(test->heard_from & 1U << worker->stub.index);
}

/* WORKER says that it ends, and has not started the test NUMBER. */
static void
leave(struct sim *sim, struct sim_worker *worker, size_t number)
{
	char id[16];
	snprintf(id, sizeof(id), "t/%zu", number);
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_SKIP,
		.file_name = SUBUNIT2_LITERAL("reason"),
		.file_bytes = SUBUNIT2_LITERAL(OUTCOME_NOT_RUN),
		.route_code = subunit2_view_of(worker->stub.name),
	};
	worker_pool_handler.event(&sim->pool, &worker->stub, &event);
}

static enum subunit2_status
any_end(struct sim *sim)
{
	return SUBUNIT2_STATUS_SUCCESS +
	       draw(sim, SUBUNIT2_STATUS_XFAIL - SUBUNIT2_STATUS_SUCCESS + 1);
}

/* WORKER goes on with one of the tests that it was sent. */
static void
work(struct sim *sim, struct sim_worker *worker)
{
	if (!worker->sent_count)
		return;
	size_t at = draw(sim, worker->sent_count), number = worker->sent[at];
	if (chance(sim, 30)) {
		speak(sim, worker, number, "", SUBUNIT2_STATUS_INPROGRESS);
	} else if (chance(sim, 40)) {
		speak(sim, worker, number, chance(sim, 50) ? "::a" : "", SUBUNIT2_STATUS_NONE);
	} else if (may_leave(sim, worker, number) && chance(sim, worker->stopped ? 30 : 1)) {
		leave(sim, worker, number);
	} else {
		worker->sent[at] = worker->sent[--worker->sent_count];
		speak(sim, worker, number, "::a", any_end(sim));
		speak(sim, worker, number, "", any_end(sim));
		if (chance(sim, 30))
			speak(sim, worker, number, "", any_end(sim));
		if (chance(sim, 20))
			speak(sim, worker, number, "::b", any_end(sim));
	}
}

/* WORKER says something of any test, whether it was sent it or not. */
static void
lie(struct sim *sim, struct sim_worker *worker)
{
	static const char *const parts[] = {"", "", "::a", "x", "::"};
	size_t number = draw(sim, sim->id_count);
	lies++;
	const char *part = parts[draw(sim, sizeof(parts) / sizeof(*parts))];
	speak(sim, worker, number, part, draw(sim, SUBUNIT2_STATUS_XFAIL + 1));
}

static void
end_worker(struct sim *sim, struct sim_worker *worker)
{
	worker->runs = false;
	worker_pool_handler.over(&sim->pool, &worker->stub, "it died");
}

static void
step(struct sim *sim)
{
	struct sim_worker *worker = &sim->workers[draw(sim, sim->pool.worker_count)];
	if (!worker->runs)
		return;
	if (chance(sim, 15))
		lie(sim, worker);
	else if (chance(sim, worker->stopped ? 30 : 2))
		end_worker(sim, worker);
	else if (chance(sim, 2))
		worker_pool_handler.failed(&sim->pool, &worker->stub, "it sent damage");
	else
		work(sim, worker);
}

/* Schedules */

static void
interrupt(struct sim *sim)
{
	sim->pool.interrupted = true;
	sim->pool.over_time = chance(sim, 50);
	sim->pool.end.signo = sim->pool.over_time ? 0 : 2;
	worker_pool_stop(&sim->pool, OUTCOME_NOT_RUN);
	worker_dispatch_interrupt(sim->pool.dispatch);
}

static void
play(struct sim *sim)
{
	bool may_end = chance(sim, 10);
	for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
		worker_dispatch_turn(sim->pool.dispatch, sim->now_ns);
		if (worker_dispatch_is_over(sim->pool.dispatch) || sim->fault)
			return;
		sim->now_ns += draw(sim, 3) * SECOND / 4;
		if (may_end && chance(sim, 1) && !sim->pool.interrupted)
			interrupt(sim);
		step(sim);
	}
	require(sim, false, "it does not hang");
}

static void
add_workers(struct sim *sim)
{
	sim->pool.worker_count = 1 + draw(sim, WORKERS_MAX);
	sim->pool.workers = calloc(sim->pool.worker_count, sizeof(*sim->pool.workers));
	for (size_t w = 0; w < WORKERS_MAX; w++)
		stub_worker_begin(&sim->workers[w].stub, w);
	for (size_t w = 0; w < sim->pool.worker_count; w++) {
		sim->pool.workers[w].pool = &sim->pool;
		sim->pool.workers[w].worker = &sim->workers[w].stub;
		worker_dispatch_add_worker(sim->pool.dispatch, 1 + draw(sim, 3));
	}
}

static void
add_tests(struct sim *sim)
{
	static const struct script_options options;
	sim->id_count = 1 + draw(sim, TESTS_MAX);
	for (size_t i = 0; i < sim->id_count; i++) {
		char id[32];
		snprintf(id, sizeof(id), "t/%zu", i);
		sim->tests[i].requests = 1 + chance(sim, 10);
		for (unsigned j = 0; j < sim->tests[i].requests; j++)
			worker_pool_add_test(&sim->pool,
			                     selection_add_id(sim->pool.selection, sim->pool.suite,
			                                      &options, id));
	}
	worker_dispatch_close(sim->pool.dispatch);
}

/* A random schedule; returns the promise that was broken, or NULL. */
static const char *
play_random(unsigned long long seed)
{
	static const struct worker_dispatch_actions actions = {on_start, on_send, on_stop,
	                                                       on_ended};
	static const struct string_list no_ids;
	static const struct worker_pool_options pool_options;
	static struct sim sim;
	struct scheduler_options run = {.slots = 1};
	struct suite suite = {0};
	struct selection selection = {0};
	struct supervisor supervisor = {.loop = event_loop_new()};
	memset(&sim, 0, sizeof(sim));
	sim.sink = (struct subunit2_sink){on_event, on_finish, NULL};
	sim.random = seed * 2654435761u + 1;
	sim.ending = SIZE_MAX;
	sim.now_ns = event_loop_now_ns(supervisor.loop);
	struct worker_dispatch_options options = {
		.retries = draw(&sim, 3),
		.restarts = draw(&sim, 4),
		.one_waits = chance(&sim, 80),
		.pause_ns = SECOND,
	};
	sim.pool = (struct worker_pool){
		.options = &pool_options,
		.run = &run,
		.suite = &suite,
		.selection = &selection,
		.supervisor = &supervisor,
	};
	sim.pool.dispatch = worker_dispatch_new(&options, &actions, &sim);
	write_wait_begin(&sim.pool.wait, &sim.sink, &supervisor);
	sim.pool.stamp = subunit2_stamp_new(&sim.pool.wait.sink, timestamp_clock, NULL);
	sim.pool.results = worker_results_new(sim.pool.stamp, options.retries > 0, &no_ids);
	add_workers(&sim);
	add_tests(&sim);
	play(&sim);
	worker_pool_end_held(&sim.pool);
	require(&sim, !sim.skips_cut || sim.pool.end.bad, "a run that was cut is not good");
	for (size_t i = 0; i < sim.id_count; i++)
		require(&sim, sim.tests[i].ends == sim.tests[i].requests, "each test ends once");
	worker_pool_clear_tests(&sim.pool);
	for (size_t w = 0; w < sim.pool.worker_count; w++)
		free(sim.pool.workers[w].reason);
	free(sim.pool.tests);
	free(sim.pool.workers);
	worker_results_free(sim.pool.results);
	worker_dispatch_free(sim.pool.dispatch);
	subunit2_sink_free(sim.pool.stamp);
	event_loop_free(supervisor.loop);
	selection_clear(&selection);
	suite_clear(&suite);
	return sim.fault;
}

int
main(void)
{
	const char *fault = NULL;
	unsigned rounds = check_rounds(10000), seed = 0;
	if (!freopen("/dev/null", "w", stderr))
		return 99; /* messages of the pool */
	for (; seed < rounds && !fault; seed++)
		fault = play_random(seed);
	if (fault)
		printf("# seed %u: broken: %s\n", seed - 1, fault);
	CHECK_NAMED(
		"random schedules: each test ends once in the stream, for all that workers send",
		!fault);
	CHECK_NAMED("they come to each kind of end, and workers lie",
	            ends_by_workers > rounds && ends_by_pool > rounds / 20 && lies > rounds);
	return check_done();
}
