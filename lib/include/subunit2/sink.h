/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The sink: takes events. Sinks are chained; most pass their events on to a next sink.
 *
 * Threads: a sink, with all sinks after it, may be used by one thread at a time.
 */
#ifndef SUBUNIT2_SINK_H
#define SUBUNIT2_SINK_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * To write a sink, make this struct the first member of a struct of your own. EVENT takes one
 * event. FINISH is called once after the last event and calls the finish of the next sink. FREE
 * releases this sink and leaves the next one alone. EVENT and FINISH return a result other than
 * SUBUNIT2_E_OK of the next sink at once; that ends the stream. SUBUNIT2_E_STOP means that no more
 * events are wanted. The layout of this struct never changes.
 */
struct subunit2_sink {
	enum subunit2_result (*event)(struct subunit2_sink *self,
	                              const struct subunit2_event *event,
	                              struct subunit2_error *error);
	enum subunit2_result (*finish)(struct subunit2_sink *self, struct subunit2_error *error);
	void (*free)(struct subunit2_sink *self);
};

/* Pass EVENT to SINK. */
enum subunit2_result subunit2_sink_event(struct subunit2_sink *sink,
                                         const struct subunit2_event *event,
                                         struct subunit2_error *error);
/* Tell SINK that no more events will come. */
enum subunit2_result subunit2_sink_finish(struct subunit2_sink *sink, struct subunit2_error *error);
/* Release SINK. NULL is allowed. */
void subunit2_sink_free(struct subunit2_sink *sink);

/* Flags of subunit2_status_emit. */
enum subunit2_emit_flags {
	SUBUNIT2_EMIT_RUNNABLE = 1, /* mark the test as runnable */
	SUBUNIT2_EMIT_NO_TIME = 2,  /* leave out the timestamp, which is otherwise the present */
};

/*
 * Send one event to SINK: the test TEST_ID has STATUS. To add tags, a file or a route, fill in a
 * struct subunit2_event and call subunit2_sink_event. Refuse an absent TEST_ID, one with NUL or
 * not in UTF-8, and an unknown STATUS: SUBUNIT2_E_INVALID.
 */
enum subunit2_result subunit2_status_emit(struct subunit2_sink *sink, struct subunit2_view test_id,
                                          enum subunit2_status status, unsigned flags,
                                          struct subunit2_error *error);

/*
 * The following functions create sinks. They return NULL if memory is short. They copy their
 * arguments, except for sinks, which must outlive the new sink.
 */

/* tee: pass every event to each of the COUNT sinks, in order. finish calls the finish of all of
 * them and returns the first result that is not SUBUNIT2_E_OK. */
struct subunit2_sink *subunit2_tee_new(struct subunit2_sink *const *sinks, size_t count);

/* tag: add and discard tags of every event that has a test id. A tag that is both added and
 * discarded is discarded. */
struct subunit2_sink *subunit2_tag_new(struct subunit2_sink *next, struct subunit2_tags add,
                                       struct subunit2_tags discard);

/* stamp: give every event without a timestamp the time that CLOCK returns; see
 * subunit2_time_now. CONTEXT is the argument of CLOCK. */
struct subunit2_sink *subunit2_stamp_new(struct subunit2_sink *next,
                                         struct subunit2_time (*clock)(void *context),
                                         void *context);

/* add_route: put PREFIX and a slash before the routing code of every event: "0" and "1/2" become
 * "0/1/2". An event without a routing code gets PREFIX. An empty PREFIX changes nothing. */
struct subunit2_sink *subunit2_add_route_new(struct subunit2_sink *next,
                                             struct subunit2_view prefix);

/* fail-fast: call FAILED with the first event whose status is fail or uxsuccess, and return its
 * result. All other events are dropped: put this sink into a tee. */
struct subunit2_sink *subunit2_fail_fast_new(
	enum subunit2_result (*failed)(void *context, const struct subunit2_event *event,
                                       struct subunit2_error *error),
	void *context);

/*
 * route: pass each event to the sink of the first rule that matches, in the order in which rules
 * were added, else to FALLBACK. If FALLBACK is NULL, such events are dropped. finish calls the
 * finish of each sink once.
 */
struct subunit2_route;
struct subunit2_route *subunit2_route_new(struct subunit2_sink *fallback);

/* Flags of subunit2_route_add_code. */
enum subunit2_route_flags {
	SUBUNIT2_ROUTE_CONSUME = 1, /* remove the prefix from the routing code */
};

/* Add a rule that matches routing codes that are PREFIX or start with PREFIX and a slash. */
enum subunit2_result subunit2_route_add_code(struct subunit2_route *route,
                                             struct subunit2_view prefix, unsigned flags,
                                             struct subunit2_sink *sink,
                                             struct subunit2_error *error);
/* Add a rule that matches events with TEST_ID; if TEST_ID is absent, events without a test id. */
enum subunit2_result subunit2_route_add_test(struct subunit2_route *route,
                                             struct subunit2_view test_id,
                                             struct subunit2_sink *sink,
                                             struct subunit2_error *error);
/* Return the route as a sink. It is valid as long as the route; subunit2_sink_free does not free
 * it. */
struct subunit2_sink *subunit2_route_sink(struct subunit2_route *route);
/* Release ROUTE and leave its sinks alone. NULL is allowed. */
void subunit2_route_free(struct subunit2_route *route);

/* Return whether CODE is PREFIX or starts with PREFIX and a slash. If so, and if REST is not NULL,
 * set *REST to the remainder after the slash; to the absent view if CODE is PREFIX. */
bool subunit2_route_is_under(struct subunit2_view code, struct subunit2_view prefix,
                             struct subunit2_view *rest);

#ifdef __cplusplus
}
#endif

#endif
