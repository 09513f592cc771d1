/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shim_pool.h"

#include "memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utlist.h>

void
shim_pool_close(struct shim_pool_worker *worker)
{
	if (worker->control >= 0)
		close(worker->control);
	worker->control = -1;
}

static void
shim_pool_remove(struct shim_pool *pool, struct shim_pool_worker *worker)
{
	shim_pool_close(worker);
	DL_DELETE(pool->workers, worker);
	free(worker);
}

static struct shim_pool_worker *
shim_pool_find_parked(const struct shim_pool *pool)
{
	struct shim_pool_worker *worker;
	DL_SEARCH_SCALAR(pool->workers, worker, parked, true);
	return worker;
}

/* Returns NULL if no shim is parked, or the job is too large for a message. */
static struct shim_pool_worker *
shim_pool_assign(struct shim_pool *pool, const struct shim_message *job)
{
	struct shim_pool_worker *worker;
	while ((worker = shim_pool_find_parked(pool))) {
		if (shim_message_send(worker->control, job)) {
			worker->parked = false;
			return worker;
		}
		if (errno == EMSGSIZE)
			return NULL;
		worker->parked = false;
		shim_pool_drop(pool, worker); /* it is gone, or is ending */
	}
	return NULL;
}

struct shim_pool_worker *
shim_pool_acquire(struct shim_pool *pool, const struct shim_options *options)
{
	struct shim_pool_worker *worker =
		options->parked ? shim_pool_assign(pool, &options->job) : NULL;
	if (worker)
		return worker;
	int control;
	struct shim_options own = *options;
	/* A shim is parked, so the job was too large for a message, as later ones will be: park no
	 * further shim. */
	own.parked = options->parked && !shim_pool_find_parked(pool);
	pid_t pid = shim_start(&own, &control);
	if (pid < 0)
		return NULL;
	worker = memory_zeroed(1, sizeof(*worker));
	worker->pid = pid;
	worker->control = control;
	DL_APPEND(pool->workers, worker);
	return worker;
}

void
shim_pool_park(struct shim_pool *pool, struct shim_pool_worker *worker)
{
	worker->parked = true;
	if (!worker->pid)
		shim_pool_remove(pool, worker);
}

void
shim_pool_drop(struct shim_pool *pool, struct shim_pool_worker *worker)
{
	if (!worker)
		return;
	shim_pool_close(worker);
	worker->dropped = true;
	if (!worker->pid)
		shim_pool_remove(pool, worker);
}

void
shim_pool_send(const struct shim_pool *pool, enum shim_request request)
{
	struct shim_pool_worker *worker;
	DL_FOREACH(pool->workers, worker)
	if (worker->control >= 0 && !worker->parked)
		shim_send_order(worker->control, request, 0);
}

static struct shim_pool_worker *
shim_pool_find(const struct shim_pool *pool, pid_t pid)
{
	struct shim_pool_worker *worker;
	DL_SEARCH_SCALAR(pool->workers, worker, pid, pid);
	return worker;
}

bool
shim_pool_has(const struct shim_pool *pool, pid_t pid)
{
	return shim_pool_find(pool, pid) != NULL;
}

void
shim_pool_reaped(struct shim_pool *pool, pid_t pid)
{
	struct shim_pool_worker *worker = shim_pool_find(pool, pid);
	if (!worker)
		return;
	worker->pid = 0;
	if (worker->dropped || worker->parked)
		shim_pool_remove(pool, worker);
}

/* Parked, so that it has no tree, and not reaped. */
static bool
shim_pool_can_be_killed(const struct shim_pool_worker *worker)
{
	return worker->parked && worker->pid > 0;
}

void
shim_pool_stop(struct shim_pool *pool)
{
	struct shim_pool_worker *worker, *next;
	DL_FOREACH(pool->workers, worker)
	if (shim_pool_can_be_killed(worker))
		kill(worker->pid, SIGKILL);
	DL_FOREACH_SAFE(pool->workers, worker, next)
	{
		bool ends = shim_pool_can_be_killed(worker) || (worker->leaving && worker->pid > 0);
		while (ends && waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
			;
		shim_pool_remove(pool, worker);
	}
}
