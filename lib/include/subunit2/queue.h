/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * queue: hands events to another thread, each with the route of its producer.
 *
 * Producers, each a thread, write to a sink of their own; one consumer runs the
 * queue into its sink. Events of one producer arrive in order. A queue that is
 * full makes its producers wait, so that memory is bounded.
 *
 *     queue = subunit2_queue_new(1 << 20);
 *     for each worker
 *             sink = subunit2_queue_sink_new(queue, its code);
 *             start a thread that writes to sink and finishes it
 *     subunit2_queue_run(queue, output, &error);
 *     join the threads, free the sinks, free the queue
 *
 * Here alone one object is used by several threads: the queue, through its
 * sinks and subunit2_queue_run. A sink is still for one thread.
 */
#ifndef SUBUNIT2_QUEUE_H
#define SUBUNIT2_QUEUE_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_queue;

/* LIMIT: bytes held at most, in copies of events; a single event may be larger.
 * NULL when memory is short. */
struct subunit2_queue *subunit2_queue_new(size_t limit);
/* After the producers have ended and their sinks are freed. NULL is allowed. */
void subunit2_queue_free(struct subunit2_queue *queue);

/*
 * A sink for one producer. ROUTE_CODE (copied) goes before the routing code of
 * every event, as add_route does it; when it is empty, events stay as they are.
 * An event waits while the queue is full, and gives SUBUNIT2_E_STOP once the
 * consumer takes no more. finish says that the producer is done, and free says
 * so, too. NULL when memory is short.
 *
 * The queue ends when no producer is left: make the sinks before it is run, or
 * while one of them is not done.
 */
struct subunit2_sink *subunit2_queue_sink_new(struct subunit2_queue *queue,
                                              struct subunit2_view route_code);

/*
 * The consumer: hands events to SINK until every producer is done and nothing is
 * left; then SUBUNIT2_E_OK. A result of SINK other than that is returned at once.
 * Does not finish SINK.
 */
enum subunit2_result subunit2_queue_run(struct subunit2_queue *queue, struct subunit2_sink *sink,
                                        struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
