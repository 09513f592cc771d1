/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A worker pool whose workers have no process, and whose stream is written
 * down as event_lines.h does.
 */
#ifndef STUB_POOL_H
#define STUB_POOL_H

#include "event_lines.h"
#include "stub_worker.h"
#include "timestamp.h"
#include "worker_pool_state.h"

#include <stdio.h>
#include <stdlib.h>

#define WORKERS_MAX 10
#define SECOND 1000000000LL

static struct event_lines lines;
static struct scheduler_options run;
static struct worker_pool pool;
static struct worker workers[WORKERS_MAX];
static struct suite suite;
static struct selection selection;
static struct supervisor supervisor;
static int64_t stub_pool_timeout_ns; /* of each test; 0: none */
static unsigned stub_pool_slots = 1; /* of each worker */

static inline void
stub_pool_on_worker(void *context, size_t worker)
{
	(void)context, (void)worker;
}

static inline void
stub_pool_on_send(void *context, size_t worker, size_t test)
{
	(void)context, (void)worker, (void)test;
}

/* Begins a pool of WORKER_COUNT workers, with the tests "t/a" and "t/b". As many as there are
 * slots are sent. */
static inline void
stub_pool_begin(size_t worker_count, unsigned retries)
{
	static const struct worker_dispatch_actions actions = {
		stub_pool_on_worker, stub_pool_on_send, stub_pool_on_worker, worker_pool_on_ended};
	static const struct worker_pool_options pool_options = {.silence_ns = 7 * SECOND};
	const struct worker_dispatch_options options = {
		.retries = retries,
		.timeout_ns = stub_pool_timeout_ns,
	};
	static const struct script_options scripts;
	static const struct string_list no_ids;
	supervisor.loop = event_loop_new();
	run = (struct scheduler_options){.slots = 1};
	run.attempts.job.process.timeout_ns = stub_pool_timeout_ns;
	pool = (struct worker_pool){
		.options = &pool_options,
		.run = &run,
		.suite = &suite,
		.selection = &selection,
		.supervisor = &supervisor,
		.worker_count = worker_count,
	};
	pool.dispatch = worker_dispatch_new(&options, &actions, &pool);
	write_wait_begin(&pool.wait, &lines.sink, &supervisor);
	pool.stamp = subunit2_stamp_new(&pool.wait.sink, timestamp_clock, NULL);
	pool.results = worker_results_new(pool.stamp, retries > 0, &no_ids);
	pool.workers = calloc(worker_count, sizeof(*pool.workers));
	for (size_t w = 0; w < worker_count; w++) {
		stub_worker_begin(&workers[w], w);
		pool.workers[w].pool = &pool;
		pool.workers[w].worker = &workers[w];
		worker_dispatch_add_worker(pool.dispatch, stub_pool_slots);
	}
	worker_pool_add_test(&pool, selection_add_id(&selection, &suite, &scripts, "t/a"));
	worker_pool_add_test(&pool, selection_add_id(&selection, &suite, &scripts, "t/b"));
	worker_dispatch_turn(pool.dispatch, 0);
}

static inline void
stub_pool_end(void)
{
	worker_pool_clear_tests(&pool);
	for (size_t w = 0; w < pool.worker_count; w++)
		worker_pool_set_reason(&pool.workers[w], NULL);
	free(pool.tests);
	free(pool.workers);
	worker_results_free(pool.results);
	worker_dispatch_free(pool.dispatch);
	subunit2_sink_free(pool.stamp);
	event_loop_free(supervisor.loop);
	selection_clear(&selection);
	suite_clear(&suite);
	selection = (struct selection){0};
	suite = (struct suite){0};
}

#endif
