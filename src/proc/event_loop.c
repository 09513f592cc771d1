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

struct loop {
	struct pollfd *polls;        /* slot n of a watch is entry n - 1 here */
	struct loop_watch **watches; /* and here */
	size_t count, size;
	struct loop_timer *timers;
	int64_t now_ns;
};

struct loop *
loop_new(void)
{
	struct loop *loop = memory_zeroed(1, sizeof(*loop));
	loop->now_ns = clock_ns();
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (!loop)
		return;
	free(loop->polls);
	free(loop->watches);
	free(loop);
}

static void
grow(struct loop *loop)
{
	loop->size = loop->size ? 2 * loop->size : 16;
	loop->polls = memory_resize(loop->polls, loop->size, sizeof(*loop->polls));
	loop->watches = memory_resize(loop->watches, loop->size, sizeof(struct loop_watch *));
}

static void
watch_for(struct loop *loop, short events, struct loop_watch watch, struct loop_watch *place)
{
	if (loop->count == loop->size)
		grow(loop);
	loop->polls[loop->count] = (struct pollfd){.fd = watch.fd, .events = events};
	loop->watches[loop->count] = place;
	watch.slot = ++loop->count;
	*place = watch;
}

void
loop_watch(struct loop *loop, struct loop_watch *watch, int fd, void (*ready)(void *context),
           void *context)
{
	watch_for(loop, POLLIN, (struct loop_watch){fd, ready, context, 0}, watch);
}

void
loop_watch_room(struct loop *loop, struct loop_watch *watch, int fd, void (*ready)(void *context),
                void *context)
{
	watch_for(loop, POLLOUT, (struct loop_watch){fd, ready, context, 0}, watch);
}

void
loop_unwatch(struct loop *loop, struct loop_watch *watch)
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
serve(struct loop *loop, struct loop_watch *watch)
{
	if (!loop->polls[watch->slot - 1].revents)
		return;
	loop->polls[watch->slot - 1].revents = 0;
	watch->ready(watch->context);
}

void
loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t at_ns,
                 void (*fire)(void *context), void *context)
{
	loop_timer_stop(loop, timer);
	timer->at_ns = at_ns;
	timer->fire = fire;
	timer->context = context;
	timer->running = true;
	timer->urgent = false;
	DL_APPEND(loop->timers, timer);
}

void
loop_timer_start_urgent(struct loop *loop, struct loop_timer *timer, int64_t at_ns,
                        void (*fire)(void *context), void *context)
{
	loop_timer_start(loop, timer, at_ns, fire, context);
	timer->urgent = true;
}

void
loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (timer->running)
		DL_DELETE(loop->timers, timer);
	timer->running = false;
}

int64_t
loop_now_ns(const struct loop *loop)
{
	return loop->now_ns;
}

void
loop_shift(struct loop *loop, int64_t ns)
{
	struct loop_timer *timer;
	DL_FOREACH(loop->timers, timer)
	timer->at_ns += ns;
}

static struct loop_timer *
first_due(const struct loop *loop, bool urgent_only)
{
	struct loop_timer *first = NULL, *timer;
	DL_FOREACH(loop->timers, timer)
	if ((timer->urgent || !urgent_only) && (!first || timer->at_ns < first->at_ns))
		first = timer;
	return first;
}

/* Fires what is due. A timer that is started meanwhile waits for the next turn,
 * so that descriptors have theirs. */
static void
fire_timers(struct loop *loop, bool urgent_only)
{
	int64_t now_ns = loop->now_ns;
	struct loop_timer *timer;
	while ((timer = first_due(loop, urgent_only)) && timer->at_ns < now_ns) {
		loop_timer_stop(loop, timer);
		timer->fire(timer->context);
	}
}

void
loop_fire_urgent(struct loop *loop)
{
	loop->now_ns = clock_ns();
	fire_timers(loop, true);
}

int64_t
loop_urgent_ns(const struct loop *loop)
{
	const struct loop_timer *first = first_due(loop, true);
	return first ? first->at_ns : INT64_MAX;
}

/* From the last to the first: taking one out moves only such as were served. */
static void
serve_watches(struct loop *loop)
{
	for (size_t i = loop->count; i > 0; i--)
		if (i <= loop->count)
			serve(loop, loop->watches[i - 1]);
}

void
loop_turn(struct loop *loop)
{
	struct timespec wait;
	const struct loop_timer *first = first_due(loop, false);
	if (first) {
		/* One more, so that what is due at this nanosecond is past at that. */
		int64_t left_ns = first->at_ns - clock_ns() + 1;
		if (left_ns < 0)
			left_ns = 0;
		wait = (struct timespec){left_ns / LOOP_S, left_ns % LOOP_S};
	}
	int ready = ppoll(loop->polls, loop->count, first ? &wait : NULL, NULL);
	if (ready < 0 && errno != EINTR)
		fatal("cannot wait: %s", strerror(errno));
	loop->now_ns = clock_ns();
	if (ready > 0)
		serve_watches(loop);
	fire_timers(loop, false);
}
