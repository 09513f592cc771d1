/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * queue: passes events from several threads to one.
 *
 * Each producer is a thread with a sink of its own. One consumer passes the events to its sink.
 * The events of one producer arrive in order. Memory is limited: if the queue is full, producers
 * wait.
 *
 *     queue = subunit2_queue_new(1 << 20);
 *     for each worker:
 *             sink = subunit2_queue_sink_new(queue, its routing code);
 *             start a thread that sends events to sink and finishes it
 *     subunit2_queue_run(queue, output, &error);
 *     join the threads, free the sinks, free the queue
 *
 * Threads: the sinks of a queue may be used at the same time, each by one thread, while one thread
 * runs the queue. subunit2_queue_new, _free, _set_empty and _sink_new: see there.
 */
#ifndef SUBUNIT2_QUEUE_H
#define SUBUNIT2_QUEUE_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_queue;

/* Create a queue that holds copies of events of at most LIMIT bytes; a single event may be larger.
 * Return NULL if memory is short. */
struct subunit2_queue *subunit2_queue_new(size_t limit);
/* Release QUEUE. Call it after the producers have ended and their sinks are freed. NULL is
 * allowed. */
void subunit2_queue_free(struct subunit2_queue *queue);

/*
 * Create a sink for one producer. ROUTE_CODE, which is copied, is put before the routing code of
 * every event, as by add_route (sink.h); if it is empty or absent, events are not changed. The
 * event function of the sink waits while the queue is full, and returns SUBUNIT2_E_STOP after the
 * consumer has stopped. finish and free end the producer. Return NULL if memory is short.
 *
 * The queue ends when all producers have ended: create the sinks before subunit2_queue_run is
 * called, or while another producer has not ended. Any thread may create a sink.
 */
struct subunit2_sink *subunit2_queue_sink_new(struct subunit2_queue *queue,
                                              struct subunit2_view route_code);

/*
 * Call EMPTY in the thread that runs the queue each time all events were passed on and it would
 * wait for more; CONTEXT is its first argument. Flush the output there, so that a reader sees the
 * last event while its producer works, hangs or aborts. If EMPTY returns a result other than
 * SUBUNIT2_E_OK, subunit2_queue_run returns it. Call it before subunit2_queue_run.
 */
void subunit2_queue_set_empty(struct subunit2_queue *queue,
                              enum subunit2_result (*empty)(void *context,
                                                            struct subunit2_error *error),
                              void *context);

/*
 * Pass events to SINK until every producer has ended and the queue is empty; then return
 * SUBUNIT2_E_OK. If SINK returns another result, return it at once; producers receive
 * SUBUNIT2_E_STOP from then on. Does not finish SINK.
 */
enum subunit2_result subunit2_queue_run(struct subunit2_queue *queue, struct subunit2_sink *sink,
                                        struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
