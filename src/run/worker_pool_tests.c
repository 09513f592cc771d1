/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "auto_timeout.h"
#include "memory.h"
#include "regex.h"
#include "worker_pool_state.h"

#include <stdlib.h>

void
worker_pool_stop(struct worker_pool *pool, const char *why)
{
	if (!pool->stopped)
		pool->stopped = why;
	worker_dispatch_stop(pool->dispatch);
}

void
worker_pool_count_end(struct worker_pool *pool, enum subunit2_status status)
{
	unsigned max = pool->run->max_fail;
	pool->end.bad += subunit2_status_is_bad(status);
	if (max && pool->end.bad >= max)
		worker_pool_stop(pool, "not run: enough has failed");
}

/* Ends a script that cannot be run, without sending it to a worker. */
static void
worker_pool_refuse_script(struct worker_pool *pool, const struct script *script)
{
	struct outcome outcome = {0};
	outcome_fail(&outcome, "%s", script->problem);
	outcome_emit(&outcome, pool->stamp, subunit2_view_of(script->id), NULL);
	worker_pool_count_end(pool, outcome.status);
	outcome_clear(&outcome);
}

int64_t
worker_pool_timeout_ns(const struct pool_test *test, int64_t *longest_ns)
{
	const struct worker_pool *pool = test->pool;
	*longest_ns = pool->selection->choices[test->choice].longest_ns;
	return pool->run->attempts.job.timeout_auto ? auto_timeout_ns(*longest_ns) : 0;
}

void
worker_pool_end_attach(struct pool_test *test)
{
	struct pool_attach *attach = test->attach;
	test->attach = NULL;
	if (!attach)
		return;
	attach_end_test(attach->test);
	free(attach->rest);
	free(attach);
}

void
worker_pool_add_test(struct worker_pool *pool, size_t choice)
{
	const struct choice *c = &pool->selection->choices[choice];
	const struct script *script = &pool->suite->scripts[c->script];
	struct regex *serial = pool->run->serial;
	int64_t longest_ns;
	if (script->problem) {
		worker_pool_refuse_script(pool, script);
		return;
	}
	size_t index = worker_results_add(pool->results, script->id, &c->subtests);
	pool->tests = memory_grow(pool->tests, &pool->test_room, pool->test_count + 1,
	                          sizeof(struct pool_test *));
	struct pool_test *test = pool->tests[pool->test_count++] = memory_zeroed(1, sizeof(*test));
	test->pool = pool;
	test->index = index;
	test->choice = choice;
	worker_dispatch_add_test(pool->dispatch,
	                         serial && regex_matches(serial, subunit2_view_of(script->id)),
	                         worker_pool_timeout_ns(test, &longest_ns));
}

void
worker_pool_clear_tests(struct worker_pool *pool)
{
	for (size_t i = 0; i < pool->test_count; i++) {
		worker_pool_end_attach(pool->tests[i]);
		free(pool->tests[i]);
	}
	pool->test_count = 0;
}

void
worker_pool_add_tests(struct worker_pool *pool)
{
	for (size_t i = 0; i < pool->selection->count; i++)
		worker_pool_add_test(pool, i);
}

void
worker_pool_start_again(struct worker_pool *pool)
{
	if (!pool->run->until_failure || !worker_dispatch_is_idle(pool->dispatch))
		return;
	if (pool->stopped || !pool->test_count) {
		worker_dispatch_close(pool->dispatch);
		return;
	}
	worker_dispatch_clear_tests(pool->dispatch);
	worker_results_clear_all(pool->results);
	worker_pool_clear_tests(pool);
	worker_pool_add_tests(pool);
	pool->rounds++;
	if (pool->run->expect)
		pool->run->expect(pool->run->context, (pool->rounds + 1) * pool->selection->count);
}
