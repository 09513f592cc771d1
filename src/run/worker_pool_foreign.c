/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "memory.h"
#include "message.h"
#include "worker_pool_state.h"

#define NONE WORKER_DISPATCH_NONE

size_t
worker_pool_find_slot(const struct worker_pool *pool, size_t worker, struct subunit2_view code)
{
	size_t count;
	const size_t *open = worker_dispatch_open(pool->dispatch, worker, &count);
	for (size_t i = 0; i < count; i++)
		if (worker_dispatch_is_running(pool->dispatch, open[i]) &&
		    worker_results_has_slot(pool->results, open[i]) &&
		    worker_results_is_under(pool->results, open[i], code))
			return open[i];
	return NONE;
}

bool
worker_pool_only_waits(const struct worker_pool *pool, size_t worker)
{
	size_t count;
	const size_t *open = worker_dispatch_open(pool->dispatch, worker, &count);
	for (size_t i = 0; i < count; i++)
		if (worker_dispatch_is_running(pool->dispatch, open[i]))
			return false;
	return count;
}

/* Returns whether EVENT names a test that was sent to WORKER and has not begun. */
static bool
worker_pool_names_waiting(const struct worker_pool *pool, size_t worker,
                          const struct subunit2_event *event)
{
	size_t count;
	const size_t *open = worker_dispatch_open(pool->dispatch, worker, &count);
	for (size_t i = 0; i < count; i++) {
		bool own;
		if (!worker_dispatch_is_running(pool->dispatch, open[i]) &&
		    worker_results_owns(pool->results, open[i], event, &own) && own)
			return true;
	}
	return false;
}

bool
worker_pool_has_test(const struct worker_pool *pool, struct subunit2_view id)
{
	if (!id.len)
		return false;
	if (suite_find(pool->suite, id.data, id.len) >= 0)
		return true;
	for (size_t end = id.len - 1; end > 1; end--)
		if (id.data[end] == ':' && id.data[end - 1] == ':' &&
		    suite_find(pool->suite, id.data, end - 1) >= 0)
			return true;
	return false;
}

/* Prints that WORKER sent EVENT, which does not count. */
static void
worker_pool_warn_ignored(const struct worker_pool *pool, struct pool_worker *worker,
                         const struct subunit2_event *event)
{
	size_t index = worker_index(worker->worker);
	size_t slot = worker_pool_find_slot(pool, index, event->route_code);
	const char *name = worker_name(worker->worker);
	int len = (int)event->test_id.len;
	if (worker->ignored)
		return;
	worker->ignored = true;
	if (slot != NONE && worker_pool_names_waiting(pool, index, event))
		message("%s: ignored a result of %.*s under the routing code of %s, which runs "
		        "there",
		        name, len, event->test_id.data, worker_results_id(pool->results, slot));
	else
		message("%s: ignored a result of %.*s, which does not run there", name, len,
		        event->test_id.data);
}

/* Emits EVENT, a failure that WORKER sent, with a reason unless it has a file. */
static void
worker_pool_emit_failure(struct worker_pool *pool, struct pool_worker *worker,
                         const struct subunit2_event *event)
{
	struct subunit2_event failure = *event;
	if (!worker->failed)
		message("%s: sent a result of %.*s, which does not run there",
		        worker_name(worker->worker), (int)event->test_id.len, event->test_id.data);
	worker->failed = true;
	if (!subunit2_view_present(event->file_name)) {
		outcome_attach_reason(&failure, WORKER_POOL_FOREIGN);
		failure.packet = SUBUNIT2_ABSENT;
	}
	worker_pool_count_end(pool, event->status);
	subunit2_sink_event(pool->stamp, &failure, NULL);
}

void
worker_pool_on_foreign(struct worker_pool *pool, size_t index, const struct subunit2_event *event)
{
	struct pool_worker *worker = &pool->workers[index];
	if (!event->status || event->status == SUBUNIT2_STATUS_EXISTS)
		return;
	if (subunit2_status_is_bad(event->status) &&
	    !worker_dispatch_is_retiring(pool->dispatch, index))
		worker_pool_emit_failure(pool, worker, event);
	else
		worker_pool_warn_ignored(pool, worker, event);
}

void
worker_pool_note_contested(struct worker_pool *pool, size_t index,
                           const struct subunit2_event *event)
{
	if (event->status && event->status != SUBUNIT2_STATUS_EXISTS &&
	    worker_pool_names_waiting(pool, index, event))
		pool->workers[index].contested = true;
}
