/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The loop: waits, with ppoll, for descriptors and timers of any number of
 * processes, and calls back. One thread; callbacks never block.
 *
 * Watches and timers are part of whatever they serve, which outlives them: they
 * start as all zeroes, and may be changed, stopped and started in any callback.
 */
#ifndef EVENT_LOOP_H
#define EVENT_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_loop;

struct event_loop_watch {
	int fd;
	void (*ready)(void *context); /* readable, or at its end; or writable, or of no use */
	void *context;
	size_t slot; /* the loop's; 0: not watched */
};

struct event_loop_timer {
	void (*fire)(void *context); /* once; the timer is stopped before */
	void *context;
	int64_t at_ns;
	bool running;
	bool urgent;
	struct event_loop_timer *prev, *next; /* the loop's */
};

struct event_loop *event_loop_new(void);
void event_loop_free(struct event_loop *loop);

/* FD stays the caller's: event_loop_unwatch, which may be called twice, comes before close. */
void event_loop_watch(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                      void (*ready)(void *context), void *context);
/* The same for writing. */
void event_loop_watch_room(struct event_loop *loop, struct event_loop_watch *watch, int fd,
                           void (*ready)(void *context), void *context);
void event_loop_unwatch(struct event_loop *loop, struct event_loop_watch *watch);

/* Fires at AT_NS, at once where that has passed; starts over when it runs already. */
void event_loop_timer_start(struct event_loop *loop, struct event_loop_timer *timer, int64_t at_ns,
                            void (*fire)(void *context), void *context);
/* The same for what may fire within a callback of another, while that waits: FIRE does no more than
 * to ask for something, and to start and stop timers. */
void event_loop_timer_start_urgent(struct event_loop *loop, struct event_loop_timer *timer,
                                   int64_t at_ns, void (*fire)(void *context), void *context);
void event_loop_timer_stop(struct event_loop *loop, struct event_loop_timer *timer);

/* Nanoseconds of CLOCK_MONOTONIC when the turn began, or event_loop_fire_urgent was called;
 * clock_ns reads it anew. */
int64_t event_loop_now_ns(const struct event_loop *loop);

/* For a callback that waits: it is now, and urgent timers that are due fire. */
void event_loop_fire_urgent(struct event_loop *loop);
/* When the next urgent timer is due; INT64_MAX: there is none. */
int64_t event_loop_urgent_ns(const struct event_loop *loop);

/* Every timer fires NS later: the time was not anybody's. */
void event_loop_postpone_timers(struct event_loop *loop, int64_t ns);

/* Waits until something is ready or due, and serves all that is. It is fatal when
 * the system will not wait. */
void event_loop_turn(struct event_loop *loop);

#define EVENT_LOOP_MS 1000000LL /* in nanoseconds */
#define EVENT_LOOP_S 1000000000LL

#endif
