/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The event loop: waits for descriptors and timers, and calls back. It uses one thread; callbacks
 * must not block.
 *
 * The time of a turn depends on the number of ready descriptors and due timers, and not on the
 * number of others: epoll waits for the descriptors, and a heap holds the timers. A descriptor that
 * epoll refuses, such as that of a file, counts as ready in each turn, as poll has it.
 *
 * Watches and timers are members of the caller's structs. They start as all zeroes, and may be
 * changed, stopped and started in any callback.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include "min_heap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_loop;

struct event_loop_watch {
	int fd;
	void (*ready)(void *context); /* readable or at its end; or writable or broken */
	void *context;
	bool watched;
	/* Used by the loop: */
	bool pollable;                        /* epoll waits for FD */
	bool is_ready;                        /* is in the loop's list of ready watches */
	uint32_t events;                      /* EPOLLIN or EPOLLOUT */
	struct event_loop_watch *prev, *next; /* watches of the same descriptor */
	struct event_loop_watch *prev_ready, *next_ready;
};

struct event_loop_timer {
	struct min_heap_item item;   /* used by the loop; its key is the time */
	void (*fire)(void *context); /* called once; the timer is stopped before */
	void *context;
	bool running;
	bool urgent;
};

/* Returns NULL with errno on failure. */
struct event_loop *event_loop_new(void);
void event_loop_free(struct event_loop *loop);

/* Calls READY while FD is readable. The caller calls event_loop_unwatch, once or more, before it
 * closes FD. A descriptor may have several watches. */
void event_loop_watch(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                      void (*ready)(void *context), void *context);
/* The same while FD is writable. */
void event_loop_watch_room(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                           void (*ready)(void *context), void *context);
void event_loop_unwatch(struct event_loop *loop, struct event_loop_watch *watch);

/* Calls FIRE at AT_NS, or in the next turn if that has passed. Restarts a timer that runs. */
void event_loop_timer_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t at_ns,
                            void (*fire)(void *context), void *context);
/* The same for a timer that may also fire within another callback, while that waits. FIRE may only
 * send orders, and start and stop timers. */
void event_loop_timer_start_urgent(struct event_loop *loop, struct event_loop_timer *timer,
                                   int64_t at_ns, void (*fire)(void *context), void *context);
void event_loop_timer_stop(struct event_loop *loop, struct event_loop_timer *timer);
/* Returns the time at which TIMER, which runs, fires. */
int64_t event_loop_timer_at_ns(const struct event_loop_timer *timer);

/* Returns the time of CLOCK_MONOTONIC, in nanoseconds, at the start of this turn or at the last
 * event_loop_fire_urgent. clock_ns reads the clock anew. */
int64_t event_loop_now_ns(const struct event_loop *loop);

/* For a callback that waits: reads the clock, and fires urgent timers that are due. */
void event_loop_fire_urgent(struct event_loop *loop);
/* Returns the time of the next urgent timer; INT64_MAX without one. */
int64_t event_loop_urgent_ns(const struct event_loop *loop);

/* Postpones every timer by NS, the time spent stopped. */
void event_loop_postpone_timers(struct event_loop *loop, int64_t ns);

/* Waits until a descriptor is ready or a timer is due, and calls back for each. If more than 64
 * descriptors are ready, the next turns call back for the others. If waiting fails, the program
 * ends. */
void event_loop_turn(struct event_loop *loop);

#define EVENT_LOOP_MS 1000000LL /* in nanoseconds */
#define EVENT_LOOP_S 1000000000LL

#endif
