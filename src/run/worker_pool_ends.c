/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "duration.h"
#include "worker_pool_state.h"

#include <signal.h>
#include <string.h>

#define REASONS_MAX 8 /* workers whose failures are named at the end */

/* Adds to OUTCOME why WORKER failed. */
static void
worker_pool_describe_worker(const struct worker_pool *pool, const struct pool_worker *worker,
                            struct outcome *outcome)
{
	char text[DURATION_SIZE];
	if (worker->reason)
		outcome_fail(outcome, "%s: %s", worker_name(worker->worker), worker->reason);
	else
		outcome_fail(outcome, "%s: silent for %s", worker_name(worker->worker),
		             duration_text(pool->options->silence_ns, text));
}

static void
worker_pool_describe_all(const struct worker_pool *pool, struct outcome *outcome)
{
	outcome_fail(outcome, "no worker is left");
	for (size_t i = 0; i < pool->worker_count && i < REASONS_MAX; i++)
		worker_pool_describe_worker(pool, &pool->workers[i], outcome);
	if (pool->worker_count > REASONS_MAX)
		outcome_fail(outcome, "and %zu more", pool->worker_count - REASONS_MAX);
}

static void
worker_pool_describe_timeout(const struct pool_test *test, struct outcome *outcome)
{
	int64_t longest_ns, timeout_ns = worker_pool_timeout_ns(test, &longest_ns);
	if (timeout_ns)
		outcome_add_timeout(outcome, timeout_ns, longest_ns);
	else
		outcome_add_timeout(outcome, test->pool->run->attempts.job.process.timeout_ns, 0);
}

/* Adds to OUTCOME why this program ends the running tests. */
static void
worker_pool_describe_interruption(const struct worker_pool *pool, struct outcome *outcome)
{
	int signo = pool->end.signo ? pool->end.signo : SIGTERM;
	outcome_add_interruption(outcome, signo, pool->over_time);
}

/* Sets *OUTCOME to how TEST ended, for which WORKER sent no final status. */
static void
worker_pool_decide_outcome(const struct worker_pool *pool, const struct pool_test *test,
                           struct outcome *outcome, size_t worker, enum worker_dispatch_end end)
{
	switch (end) {
	case WORKER_DISPATCH_LOST:
		if (pool->interrupted) {
			outcome->status = SUBUNIT2_STATUS_FAIL;
			worker_pool_describe_interruption(pool, outcome);
			break;
		}
		outcome_fail(outcome, "its worker was lost while it ran");
		worker_pool_describe_worker(pool, &pool->workers[worker], outcome);
		outcome->infrastructure = true;
		break;
	case WORKER_DISPATCH_TIMED_OUT:
		outcome->status = SUBUNIT2_STATUS_FAIL;
		worker_pool_describe_timeout(test, outcome);
		break;
	case WORKER_DISPATCH_NO_WORKER:
		worker_pool_describe_all(pool, outcome);
		outcome->infrastructure = true;
		break;
	default:
		outcome->status = SUBUNIT2_STATUS_SKIP;
		outcome_add_reason(outcome, "%s", pool->stopped);
		break;
	}
}

void
worker_pool_on_ended(void *context, size_t index, size_t worker, enum worker_dispatch_end end,
                     bool again)
{
	struct worker_pool *pool = context;
	struct pool_test *test = pool->tests[index];
	struct outcome outcome = {0};
	const struct subunit2_event *final = end == WORKER_DISPATCH_ANSWERED ? pool->final : NULL;
	event_loop_timer_stop(pool->supervisor->loop, &test->slow);
	worker_pool_end_attach(test);
	bool failed_before = worker_dispatch_attempts(pool->dispatch, index) > 0;
	if (end == WORKER_DISPATCH_NOT_RUN && pool->over_time && !failed_before) {
		test->held = true;
		return;
	}
	if (!final)
		worker_pool_decide_outcome(pool, test, &outcome, worker, end);
	/* If a further attempt was not run, the failed one counts. */
	if (end == WORKER_DISPATCH_NOT_RUN && failed_before)
		outcome.status = SUBUNIT2_STATUS_FAIL;
	if (again)
		worker_results_retry(pool->results, index, final, final ? NULL : &outcome);
	else
		worker_pool_count_end(pool, worker_results_finish(pool->results, index, final,
		                                                  final ? NULL : &outcome));
	outcome_clear(&outcome);
}

void
worker_pool_end_held(struct worker_pool *pool)
{
	for (size_t i = 0; i < pool->test_count; i++) {
		struct outcome outcome = {.status = SUBUNIT2_STATUS_SKIP};
		if (!pool->tests[i]->held)
			continue;
		if (!pool->end.bad)
			outcome.status = SUBUNIT2_STATUS_FAIL;
		outcome_add_reason(&outcome, "%s", pool->stopped);
		worker_pool_count_end(pool,
		                      worker_results_finish(pool->results, i, NULL, &outcome));
		outcome_clear(&outcome);
	}
}

/* Adds LINE, of the reason that a worker sent, to REASON. If LINE says that the run was
 * interrupted, which a worker says when its input ends, adds instead why this program ended that
 * input. */
static void
worker_pool_add_reason_line(const struct worker_pool *pool, struct subunit2_view line,
                            struct buffer *reason)
{
	struct outcome own = {0};
	if (subunit2_view_starts(line, SUBUNIT2_LITERAL(OUTCOME_INTERRUPTED)))
		worker_pool_describe_interruption(pool, &own);
	else if (subunit2_view_equal(line, SUBUNIT2_LITERAL(OUTCOME_NOT_RUN)))
		outcome_add_reason(&own, "%s", pool->stopped);
	buffer_add(reason, own.reason ? subunit2_view_of(own.reason) : line);
	outcome_clear(&own);
}

struct subunit2_event
worker_pool_name_interruption(const struct worker_pool *pool, const struct subunit2_event *event,
                              struct buffer *reason)
{
	struct subunit2_event changed = *event;
	struct subunit2_view rest = event->file_bytes;
	if (!pool->interrupted || !rest.len ||
	    !subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		return changed;
	while (rest.len > 0) {
		const char *newline = memchr(rest.data, '\n', rest.len);
		size_t len = newline ? (size_t)(newline - rest.data) : rest.len;
		worker_pool_add_reason_line(pool, (struct subunit2_view){rest.data, len}, reason);
		len += newline != NULL;
		if (newline)
			buffer_add_char(reason, '\n');
		rest = (struct subunit2_view){rest.data + len, rest.len - len};
	}
	changed.file_bytes = buffer_view(reason);
	return changed;
}
