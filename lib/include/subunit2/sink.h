/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The sink: where events go. Sinks are chained; each hands its events on.
 */
#ifndef SUBUNIT2_SINK_H
#define SUBUNIT2_SINK_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * To write one, embed this struct as the first member of your own. EVENT takes
 * one event; FINISH says that no more will come, and passes that on; FREE
 * releases the sink alone, never the next one. A result other than SUBUNIT2_E_OK
 * goes up the chain at once, and the stream ends: SUBUNIT2_E_STOP means that
 * enough was seen.
 */
struct subunit2_sink {
	enum subunit2_result (*event)(struct subunit2_sink *self,
	                              const struct subunit2_event *event,
	                              struct subunit2_error *error);
	enum subunit2_result (*finish)(struct subunit2_sink *self, struct subunit2_error *error);
	void (*free)(struct subunit2_sink *self);
};

enum subunit2_result subunit2_sink_event(struct subunit2_sink *sink,
                                         const struct subunit2_event *event,
                                         struct subunit2_error *error);
enum subunit2_result subunit2_sink_finish(struct subunit2_sink *sink, struct subunit2_error *error);
void subunit2_sink_free(struct subunit2_sink *sink); /* NULL is allowed */

/*
 * The constructors below return NULL when memory is short. What they are given
 * is copied, except for the sinks, which must outlive them.
 */

/* tee: every event to each of the COUNT sinks, in order. finish goes to all of
 * them, and the first result that is not SUBUNIT2_E_OK is returned. */
struct subunit2_sink *subunit2_tee_new(struct subunit2_sink *const *sinks, size_t count);

/* tag: adds and discards tags on every event that names a test. */
struct subunit2_sink *subunit2_tag_new(struct subunit2_sink *next, struct subunit2_tags add,
                                       struct subunit2_tags discard);

/* stamp: gives the time of CLOCK to every event that has none. */
struct subunit2_sink *subunit2_stamp_new(struct subunit2_sink *next,
                                         struct subunit2_time (*clock)(void *context),
                                         void *context);

/* add_route: puts PREFIX before the routing code of every event ("0" and "1/2"
 * make "0/1/2"; no code becomes "0"). An empty one changes nothing. */
struct subunit2_sink *subunit2_add_route_new(struct subunit2_sink *next,
                                             struct subunit2_view prefix);

/* fail-fast: calls FAILED with the first event that says fail or uxsuccess, and
 * returns what it returns; everything else goes nowhere. Put it into a tee. */
struct subunit2_sink *subunit2_fail_fast_new(
	enum subunit2_result (*failed)(void *context, const struct subunit2_event *event,
                                       struct subunit2_error *error),
	void *context);

/*
 * route: picks a sink by the event's routing code or test id, else FALLBACK
 * (NULL: the event is dropped). Rules are asked in the order in which they were
 * added. A code rule matches a code that is PREFIX or begins with PREFIX and a
 * slash; with SUBUNIT2_ROUTE_CONSUME the prefix is taken off. An id rule matches one test id;
 * an absent one matches events without a test. finish goes to each sink once.
 */

/* Flags of subunit2_route_add_code. */
enum subunit2_route_flags {
	SUBUNIT2_ROUTE_CONSUME = 1, /* remove the prefix from the routing code */
};

struct subunit2_route;
struct subunit2_route *subunit2_route_new(struct subunit2_sink *fallback);
enum subunit2_result subunit2_route_add_code(struct subunit2_route *route,
                                             struct subunit2_view prefix, unsigned flags,
                                             struct subunit2_sink *sink,
                                             struct subunit2_error *error);
enum subunit2_result subunit2_route_add_test(struct subunit2_route *route,
                                             struct subunit2_view test_id,
                                             struct subunit2_sink *sink,
                                             struct subunit2_error *error);
/* The same for a code: true when it is PREFIX or lies below it. *REST, unless REST is
 * NULL, is what is left then without the prefix; absent where that is nothing. */
bool subunit2_route_is_under(struct subunit2_view code, struct subunit2_view prefix,
                             struct subunit2_view *rest);
/* Return the route as a sink, which lives as long as the route: subunit2_sink_free does not
 * free it. */
struct subunit2_sink *subunit2_route_sink(struct subunit2_route *route);
void subunit2_route_free(struct subunit2_route *route); /* NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
