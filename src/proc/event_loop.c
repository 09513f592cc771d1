/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_loop.h"

#include "clock.h"
#include "die.h"
#include "memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

struct event_loop {
	struct pollfd *polls;              /* entry n - 1 is that of the watch with slot n */
	struct event_loop_watch **watches; /* the same */
	size_t count, size;
	struct event_loop_timer *timers;
	int64_t now_ns;
};

struct event_loop *
event_loop_new(void)
{
	struct event_loop *loop = memory_zeroed(1, sizeof(*loop));
	loop->now_ns = clock_ns();
	return loop;
}

void
event_loop_free(struct event_loop *loop)
{
	if (!loop)
		return;
	free(loop->polls);
	free(loop->watches);
	free(loop);
}

static void
event_loop_grow(struct event_loop *loop)
{
	loop->size = loop->size ? 2 * loop->size : 16;
	loop->polls = memory_resize(loop->polls, loop->size, sizeof(*loop->polls));
	loop->watches = memory_resize(loop->watches, loop->size, sizeof(struct event_loop_watch *));
}

static void
event_loop_watch_for(struct event_loop *loop, short events, struct event_loop_watch watch,
                     struct event_loop_watch *place)
{
	if (loop->count == loop->size)
		event_loop_grow(loop);
	loop->polls[loop->count] = (struct pollfd){.fd = watch.fd, .events = events};
	loop->watches[loop->count] = place;
	watch.slot = ++loop->count;
	*place = watch;
}

void
event_loop_watch(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                 void (*ready)(void *context), void *context)
{
	event_loop_watch_for(loop, POLLIN, (struct event_loop_watch){fd, ready, context, 0}, watch);
}

void
event_loop_watch_room(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                      void (*ready)(void *context), void *context)
{
	event_loop_watch_for(loop, POLLOUT, (struct event_loop_watch){fd, ready, context, 0},
	                     watch);
}

void
event_loop_unwatch(struct event_loop *loop, struct event_loop_watch *watch)
{
	if (!watch->slot)
		return;
	size_t index = watch->slot - 1, last = --loop->count;
	loop->polls[index] = loop->polls[last];
	loop->watches[index] = loop->watches[last];
	loop->watches[index]->slot = watch->slot;
	watch->slot = 0;
}

static void
event_loop_serve(struct event_loop *loop, struct event_loop_watch *watch)
{
	if (!loop->polls[watch->slot - 1].revents)
		return;
	loop->polls[watch->slot - 1].revents = 0;
	watch->ready(watch->context);
}

void
event_loop_timer_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t at_ns,
                       void (*fire)(void *context), void *context)
{
	event_loop_timer_stop(loop, timer);
	timer->at_ns = at_ns;
	timer->fire = fire;
	timer->context = context;
	timer->running = true;
	timer->urgent = false;
	DL_APPEND(loop->timers, timer);
}

void
event_loop_timer_start_urgent(struct event_loop *loop, struct event_loop_timer *timer,
                              int64_t at_ns, void (*fire)(void *context), void *context)
{
	event_loop_timer_start(loop, timer, at_ns, fire, context);
	timer->urgent = true;
}

void
event_loop_timer_stop(struct event_loop *loop, struct event_loop_timer *timer)
{
	if (timer->running)
		DL_DELETE(loop->timers, timer);
	timer->running = false;
}

int64_t
event_loop_now_ns(const struct event_loop *loop)
{
	return loop->now_ns;
}

void
event_loop_postpone_timers(struct event_loop *loop, int64_t ns)
{
	struct event_loop_timer *timer;
	DL_FOREACH(loop->timers, timer)
	timer->at_ns += ns;
}

static struct event_loop_timer *
event_loop_first_due(const struct event_loop *loop, bool urgent_only)
{
	struct event_loop_timer *first = NULL, *timer;
	DL_FOREACH(loop->timers, timer)
	if ((timer->urgent || !urgent_only) && (!first || timer->at_ns < first->at_ns))
		first = timer;
	return first;
}

/* Fires the timers that are due. A timer that a callback starts waits for the next turn, so that
 * descriptors are served in between. */
static void
event_loop_fire_timers(struct event_loop *loop, bool urgent_only)
{
	int64_t now_ns = loop->now_ns;
	struct event_loop_timer *timer;
	while ((timer = event_loop_first_due(loop, urgent_only)) && timer->at_ns < now_ns) {
		event_loop_timer_stop(loop, timer);
		timer->fire(timer->context);
	}
}

void
event_loop_fire_urgent(struct event_loop *loop)
{
	loop->now_ns = clock_ns();
	event_loop_fire_timers(loop, true);
}

int64_t
event_loop_urgent_ns(const struct event_loop *loop)
{
	const struct event_loop_timer *first = event_loop_first_due(loop, true);
	return first ? first->at_ns : INT64_MAX;
}

/* From the last to the first: a removal moves only watches that were served already. */
static void
event_loop_serve_watches(struct event_loop *loop)
{
	for (size_t i = loop->count; i > 0; i--)
		if (i <= loop->count)
			event_loop_serve(loop, loop->watches[i - 1]);
}

void
event_loop_turn(struct event_loop *loop)
{
	struct timespec wait;
	const struct event_loop_timer *first = event_loop_first_due(loop, false);
	if (first) {
		/* One nanosecond more: a timer fires only when its time has passed. */
		int64_t left_ns = first->at_ns - clock_ns() + 1;
		if (left_ns < 0)
			left_ns = 0;
		wait = (struct timespec){left_ns / EVENT_LOOP_S, left_ns % EVENT_LOOP_S};
	}
	int ready = ppoll(loop->polls, loop->count, first ? &wait : NULL, NULL);
	if (ready < 0 && errno != EINTR)
		die("cannot wait: %s", strerror(errno));
	loop->now_ns = clock_ns();
	if (ready > 0)
		event_loop_serve_watches(loop);
	event_loop_fire_timers(loop, false);
}
