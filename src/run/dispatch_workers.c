/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_workers.h"

#include "dispatch_attempts.h"
#include "dispatch_changed.h"

#define PAUSE_DOUBLINGS_MAX 6 /* a pause is at most 64 times the first one */

static bool
dispatch_workers_has_process(const struct dispatch_worker *worker)
{
	return worker->state != WORKER_IDLE && worker->state != WORKER_GONE;
}

static void
dispatch_workers_stop(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                      enum dispatch_worker_state state)
{
	worker->state = state;
	dispatch_changed_add(dispatch, worker);
	dispatch->actions->stop(dispatch->context, (size_t)(worker - dispatch->workers));
}

static void
dispatch_workers_use_up(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	if (worker->used_up)
		return;
	worker->used_up = true;
	dispatch->usable--;
	dispatch->slots -= worker->slots;
	dispatch_changed_add(dispatch, worker);
}

/* Uses up a restart of WORKER, which failed. */
static void
dispatch_workers_use_restart(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                             int64_t now_ns)
{
	if (worker->restarts == dispatch->options.restarts) {
		dispatch_workers_use_up(dispatch, worker);
		return;
	}
	unsigned doublings = worker->restarts++;
	if (doublings > PAUSE_DOUBLINGS_MAX)
		doublings = PAUSE_DOUBLINGS_MAX;
	worker->resume_ns = now_ns + (dispatch->options.pause_ns << doublings);
}

void
dispatch_workers_start(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                       int64_t now_ns)
{
	worker->state = WORKER_UP;
	worker->hung = 0;
	worker->silent_since_ns = now_ns;
	dispatch->processes++;
	dispatch->actions->start(dispatch->context, (size_t)(worker - dispatch->workers));
}

void
dispatch_workers_retire(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	if (worker->state != WORKER_RETIRING ||
	    (worker->open_count && worker->hung < worker->slots))
		return;
	dispatch_workers_stop(dispatch, worker, WORKER_ENDING);
	dispatch_attempts_take_all(dispatch, worker);
}

void
dispatch_workers_finish(struct worker_dispatch *dispatch)
{
	if (dispatch->finished)
		return;
	dispatch->finished = true;
	for (size_t i = 0; i < dispatch->worker_count; i++) {
		struct dispatch_worker *worker = &dispatch->workers[i];
		if (worker->state == WORKER_UP || worker->state == WORKER_RETIRING)
			dispatch_workers_stop(dispatch, worker, WORKER_FINISHING);
	}
}

void
dispatch_workers_fail(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                      int64_t now_ns)
{
	if (worker->state == WORKER_FINISHING) {
		worker->state = WORKER_ENDING;
		dispatch_attempts_take_all(dispatch, worker);
	} else if (worker->state == WORKER_UP || worker->state == WORKER_RETIRING) {
		dispatch_workers_use_restart(dispatch, worker, now_ns);
		dispatch_workers_stop(dispatch, worker, WORKER_ENDING);
		dispatch_attempts_take_all(dispatch, worker);
	}
}

void
dispatch_workers_end(struct worker_dispatch *dispatch, struct dispatch_worker *worker,
                     int64_t now_ns)
{
	if (!dispatch_workers_has_process(worker))
		return;
	if (worker->state == WORKER_UP || worker->state == WORKER_RETIRING)
		dispatch_workers_use_restart(dispatch, worker, now_ns);
	dispatch->processes--;
	worker->state = worker->used_up ? WORKER_GONE : WORKER_IDLE;
	dispatch_attempts_take_all(dispatch, worker);
	dispatch_changed_add(dispatch, worker);
	if (worker->state == WORKER_IDLE)
		dispatch_set_deadline(dispatch, worker, worker->resume_ns);
}
