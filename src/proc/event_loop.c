/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_loop.h"

#include "clock.h"
#include "die.h"
#include "memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

#define READY_MAX 64 /* descriptors that one turn serves; the next turns serve others */

struct event_loop {
	int epoll_fd;
	struct event_loop_watch **watches; /* by descriptor: the list of its watches */
	size_t watches_room;
	struct event_loop_watch *unpollable; /* watches of descriptors that are ready at any time */
	struct event_loop_watch *ready;      /* watches to be called in this turn */
	struct min_heap timers, urgent;
	int64_t now_ns;
};

struct event_loop *
event_loop_new(void)
{
	struct event_loop *loop = memory_zeroed(1, sizeof(*loop));
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->now_ns = clock_ns();
	if (loop->epoll_fd >= 0)
		return loop;
	free(loop);
	return NULL;
}

void
event_loop_free(struct event_loop *loop)
{
	if (!loop)
		return;
	close(loop->epoll_fd);
	free(loop->watches);
	min_heap_clear(&loop->timers);
	min_heap_clear(&loop->urgent);
	free(loop);
}

/* Descriptors */

/* Makes room for the watches of FD. */
static void
event_loop_grow(struct event_loop *loop, int fd)
{
	size_t before = loop->watches_room;
	loop->watches = memory_grow(loop->watches, &loop->watches_room, (size_t)fd + 1,
	                            sizeof(struct event_loop_watch *));
	memset(loop->watches + before, 0,
	       (loop->watches_room - before) * sizeof(struct event_loop_watch *));
}

/* Makes epoll wait for the events of all watches of FD. Returns false if epoll refuses FD. */
static bool
event_loop_update_epoll(struct event_loop *loop, int fd, int operation)
{
	struct epoll_event event = {.data.fd = fd};
	const struct event_loop_watch *watch;
	DL_FOREACH(loop->watches[fd], watch)
	event.events |= watch->events;
	if (epoll_ctl(loop->epoll_fd, operation, fd, &event) == 0)
		return true;
	if (errno != EPERM && errno != EBADF && operation != EPOLL_CTL_DEL)
		die("cannot wait: %s", strerror(errno));
	return false;
}

static void
event_loop_watch_for(struct event_loop *loop, struct event_loop_watch *watch,
                     const struct event_loop_watch *values)
{
	int fd = values->fd;
	*watch = *values;
	watch->watched = true;
	if (fd >= 0) {
		event_loop_grow(loop, fd);
		int operation = loop->watches[fd] ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
		DL_APPEND(loop->watches[fd], watch);
		watch->pollable = event_loop_update_epoll(loop, fd, operation);
		if (watch->pollable)
			return;
		DL_DELETE(loop->watches[fd], watch);
	}
	DL_APPEND(loop->unpollable, watch);
}

void
event_loop_watch(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                 void (*ready)(void *context), void *context)
{
	struct event_loop_watch values = {
		.fd = fd, .ready = ready, .context = context, .events = EPOLLIN};
	event_loop_watch_for(loop, watch, &values);
}

void
event_loop_watch_room(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                      void (*ready)(void *context), void *context)
{
	struct event_loop_watch values = {
		.fd = fd, .ready = ready, .context = context, .events = EPOLLOUT};
	event_loop_watch_for(loop, watch, &values);
}

static void
event_loop_take_ready(struct event_loop *loop, struct event_loop_watch *watch)
{
	if (watch->is_ready)
		DL_DELETE2(loop->ready, watch, prev_ready, next_ready);
	watch->is_ready = false;
}

void
event_loop_unwatch(struct event_loop *loop, struct event_loop_watch *watch)
{
	if (!watch->watched)
		return;
	watch->watched = false;
	event_loop_take_ready(loop, watch);
	if (!watch->pollable) {
		DL_DELETE(loop->unpollable, watch);
		return;
	}
	DL_DELETE(loop->watches[watch->fd], watch);
	event_loop_update_epoll(loop, watch->fd,
	                        loop->watches[watch->fd] ? EPOLL_CTL_MOD : EPOLL_CTL_DEL);
}

/* Timers */

static struct min_heap *
event_loop_heap_of(struct event_loop *loop, const struct event_loop_timer *timer)
{
	return timer->urgent ? &loop->urgent : &loop->timers;
}

static void
event_loop_timer_set(struct event_loop *loop, struct event_loop_timer *timer, int64_t at_ns,
                     const struct event_loop_timer *values)
{
	event_loop_timer_stop(loop, timer);
	*timer = *values;
	timer->running = true;
	min_heap_set(event_loop_heap_of(loop, timer), &timer->item, at_ns);
}

void
event_loop_timer_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t at_ns,
                       void (*fire)(void *context), void *context)
{
	struct event_loop_timer values = {.fire = fire, .context = context};
	event_loop_timer_set(loop, timer, at_ns, &values);
}

void
event_loop_timer_start_urgent(struct event_loop *loop, struct event_loop_timer *timer,
                              int64_t at_ns, void (*fire)(void *context), void *context)
{
	struct event_loop_timer values = {.fire = fire, .context = context, .urgent = true};
	event_loop_timer_set(loop, timer, at_ns, &values);
}

void
event_loop_timer_stop(struct event_loop *loop, struct event_loop_timer *timer)
{
	if (timer->running)
		min_heap_remove(event_loop_heap_of(loop, timer), &timer->item);
	timer->running = false;
}

int64_t
event_loop_timer_at_ns(const struct event_loop_timer *timer)
{
	return timer->item.key;
}

int64_t
event_loop_now_ns(const struct event_loop *loop)
{
	return loop->now_ns;
}

void
event_loop_postpone_timers(struct event_loop *loop, int64_t ns)
{
	min_heap_shift(&loop->timers, ns);
	min_heap_shift(&loop->urgent, ns);
}

static struct event_loop_timer *
event_loop_first_due(const struct event_loop *loop, bool urgent_only)
{
	struct min_heap_item *urgent = min_heap_first(&loop->urgent);
	struct min_heap_item *other = urgent_only ? NULL : min_heap_first(&loop->timers);
	bool is_urgent = urgent && (!other || urgent->key < other->key);
	return (struct event_loop_timer *)(is_urgent ? urgent : other);
}

/* Fires the timers that are due. A timer that a callback starts waits for the next turn, so that
 * descriptors are served in between. */
static void
event_loop_fire_timers(struct event_loop *loop, bool urgent_only)
{
	int64_t now_ns = loop->now_ns;
	struct event_loop_timer *timer;
	while ((timer = event_loop_first_due(loop, urgent_only)) && timer->item.key < now_ns) {
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
	return first ? first->item.key : INT64_MAX;
}

/* Turns */

/* Waits until a descriptor is ready or the first timer is due. Writes ready descriptors to EVENTS,
 * at most READY_MAX, and returns their number; -1 after a signal. Waits with ppoll for the
 * descriptor of epoll, because the timeout of epoll_wait is in milliseconds. */
static int
event_loop_wait(const struct event_loop *loop, struct epoll_event *events)
{
	struct pollfd any = {.fd = loop->epoll_fd, .events = POLLIN};
	struct timespec wait = {0};
	const struct event_loop_timer *first = event_loop_first_due(loop, false);
	if (first && !loop->unpollable) {
		/* One nanosecond more: a timer fires only when its time has passed. */
		int64_t left_ns = first->item.key - clock_ns() + 1;
		if (left_ns < 0)
			left_ns = 0;
		wait = (struct timespec){left_ns / EVENT_LOOP_S, left_ns % EVENT_LOOP_S};
	}
	int count = ppoll(&any, 1, first || loop->unpollable ? &wait : NULL, NULL);
	if (count > 0)
		count = epoll_wait(loop->epoll_fd, events, READY_MAX, 0);
	if (count < 0 && errno != EINTR)
		die("cannot wait: %s", strerror(errno));
	return count;
}

static void
event_loop_add_ready(struct event_loop *loop, struct event_loop_watch *watch)
{
	watch->is_ready = true;
	DL_APPEND2(loop->ready, watch, prev_ready, next_ready);
}

static void
event_loop_collect(struct event_loop *loop, const struct epoll_event *event)
{
	struct event_loop_watch *watch;
	DL_FOREACH(loop->watches[event->data.fd], watch)
	if (event->events & (watch->events | EPOLLERR | EPOLLHUP))
		event_loop_add_ready(loop, watch);
}

static void
event_loop_serve_ready(struct event_loop *loop)
{
	for (struct event_loop_watch *watch; (watch = loop->ready);) {
		event_loop_take_ready(loop, watch);
		watch->ready(watch->context);
	}
}

void
event_loop_turn(struct event_loop *loop)
{
	struct epoll_event events[READY_MAX];
	struct event_loop_watch *watch;
	int count = event_loop_wait(loop, events);
	loop->now_ns = clock_ns();
	for (int i = 0; i < count; i++)
		event_loop_collect(loop, &events[i]);
	DL_FOREACH(loop->unpollable, watch)
	event_loop_add_ready(loop, watch);
	event_loop_serve_ready(loop);
	event_loop_fire_timers(loop, false);
}
