/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cleaner.h"

#include "clock.h"
#include "memory.h"
#include "removal.h"

#include <stdlib.h>
#include <utlist.h>

struct cleaner_task {
	struct cleaner *cleaner;
	struct removal *removal;
	void (*done)(void *context, const char *problem); /* NULL: the caller does not wait */
	void *context;
	struct event_loop_timer wait;
	struct cleaner_task *prev, *next;
};

struct cleaner {
	struct event_loop *loop;
	void (*late)(void *context, const char *problem);
	void *context;
	struct cleaner_task *waited; /* the caller waits for these; they take turns */
	struct cleaner_task
		*others; /* removed one after the other: only the first has descriptors */
	struct event_loop_timer slice;
};

static void cleaner_slice(void *context);

struct cleaner *
cleaner_new(struct event_loop *loop, void (*late)(void *context, const char *problem),
            void *context)
{
	struct cleaner *cleaner = memory_zeroed(1, sizeof(*cleaner));
	cleaner->loop = loop;
	cleaner->late = late;
	cleaner->context = context;
	return cleaner;
}

/* Slices follow each other with a turn of the loop between them. */
static void
cleaner_plan(struct cleaner *cleaner)
{
	if (cleaner_is_busy(cleaner))
		event_loop_timer_start(cleaner->loop, &cleaner->slice,
		                       event_loop_now_ns(cleaner->loop), cleaner_slice, cleaner);
	else
		event_loop_timer_stop(cleaner->loop, &cleaner->slice);
}

static void
cleaner_task_free(struct cleaner_task *task)
{
	struct cleaner *cleaner = task->cleaner;
	if (task->done)
		DL_DELETE(cleaner->waited, task);
	else
		DL_DELETE(cleaner->others, task);
	event_loop_timer_stop(cleaner->loop, &task->wait);
	removal_free(task->removal);
	free(task);
}

static void
cleaner_on_removed(struct cleaner_task *task)
{
	struct cleaner *cleaner = task->cleaner;
	const char *problem = removal_problem(task->removal);
	if (task->done)
		task->done(task->context, problem);
	else if (problem)
		cleaner->late(cleaner->context, problem);
	cleaner_task_free(task);
}

static void
cleaner_stop_waiting(struct cleaner_task *task)
{
	struct cleaner *cleaner = task->cleaner;
	event_loop_timer_stop(cleaner->loop, &task->wait);
	DL_DELETE(cleaner->waited, task);
	DL_APPEND(cleaner->others, task);
	task->done = NULL;
	if (task != cleaner->others)
		removal_pause(task->removal);
}

static void
cleaner_on_timeout(void *context)
{
	struct cleaner_task *task = context;
	void (*done)(void *context, const char *problem) = task->done;
	cleaner_stop_waiting(task);
	done(task->context, NULL);
}

static void
cleaner_slice(void *context)
{
	struct cleaner *cleaner = context;
	int64_t until_ns = clock_ns() + CLEANER_SLICE_NS;
	do {
		struct cleaner_task *task = cleaner->waited ? cleaner->waited : cleaner->others;
		if (removal_run(task->removal, until_ns)) {
			cleaner_on_removed(task);
		} else if (task->done) {
			DL_DELETE(cleaner->waited, task);
			DL_APPEND(cleaner->waited, task);
		}
	} while (cleaner_is_busy(cleaner) && clock_ns() < until_ns);
	cleaner_plan(cleaner);
}

struct cleaner_task *
cleaner_remove(struct cleaner *cleaner, const char *path,
               void (*done)(void *context, const char *problem), void *context)
{
	struct cleaner_task *task = memory_zeroed(1, sizeof(*task));
	task->cleaner = cleaner;
	task->removal = removal_new(path);
	task->done = done;
	task->context = context;
	if (done) {
		DL_APPEND(cleaner->waited, task);
		event_loop_timer_start(cleaner->loop, &task->wait, clock_ns() + CLEANER_WAIT_NS,
		                       cleaner_on_timeout, task);
	} else {
		DL_APPEND(cleaner->others, task);
	}
	cleaner_plan(cleaner);
	return task;
}

void
cleaner_end_wait(struct cleaner_task *task)
{
	struct event_loop *loop = task->cleaner->loop;
	event_loop_timer_start(loop, &task->wait, event_loop_now_ns(loop), cleaner_on_timeout,
	                       task);
}

void
cleaner_detach(struct cleaner_task *task)
{
	if (task)
		cleaner_stop_waiting(task);
}

bool
cleaner_is_busy(const struct cleaner *cleaner)
{
	return cleaner->waited || cleaner->others;
}

void
cleaner_free(struct cleaner *cleaner)
{
	if (!cleaner)
		return;
	while (cleaner->waited)
		cleaner_stop_waiting(cleaner->waited);
	while (cleaner->others) {
		struct cleaner_task *task = cleaner->others;
		/* An empty folder takes no more than a step. */
		bool done = removal_run(task->removal, 0);
		const char *problem = removal_problem(task->removal);
		char *unfinished = memory_format("%s: not removed before the run ended",
		                                 removal_path(task->removal));
		if (problem || !done)
			cleaner->late(cleaner->context, problem ? problem : unfinished);
		free(unfinished);
		cleaner_task_free(task);
	}
	event_loop_timer_stop(cleaner->loop, &cleaner->slice);
	free(cleaner);
}
