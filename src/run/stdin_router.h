/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The intake: the stream on this program's standard input, with bytes for what
 * runs (see stdin_address.h) and requests to run tests.
 *
 * Standard input is read as it comes, whether or not a test reads what is meant
 * for it; only when a supply is full is the rest left where it is. What nobody
 * can take is dropped, and said once.
 */
#ifndef STDIN_ROUTER_H
#define STDIN_ROUTER_H

#include "stdin_address.h"
#include "stdin_buffer.h"

struct stdin_router_options {
	struct stdin_address_book book;
	struct stdin_buffer *const *supplies; /* of the places; NULL: they take none */
	void (*asked)(void *context, struct subunit2_view id); /* for the test to be run */
	/* Called once if requests may be missing: the stream is damaged or cannot be read. EMPTY:
	 * nothing was read before. NULL: never. */
	void (*lost)(void *context, const char *reason, bool empty);
	void *context;
};

struct stdin_router;

/* What OPTIONS point to outlives the intake. */
struct stdin_router *stdin_router_new(struct event_loop *loop,
                                      const struct stdin_router_options *options);
void stdin_router_free(struct stdin_router *router); /* NULL is allowed */

/* Before each turn of the loop: reads on, or waits until there is room. */
void stdin_router_turn(struct stdin_router *router);

bool stdin_router_has_ended(const struct stdin_router *router);

#endif
