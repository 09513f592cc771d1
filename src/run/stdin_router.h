/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The stdin router: reads the stream on this program's standard input, with input for places
 * and requests to run tests (see stdin_address.h).
 *
 * It reads whether or not a test takes its input, but stops while the buffer of a place is full.
 * It drops what has no valid address, with a message for the first of its kind.
 */
#ifndef STDIN_ROUTER_H
#define STDIN_ROUTER_H

#include "stdin_address.h"
#include "stdin_buffer.h"

struct stdin_router_options {
	struct stdin_address_book book;
	struct stdin_buffer *const *supplies; /* of the places */
	bool as_packets; /* a place takes packets: bytes for itself come as one without a code */
	void (*asked)(void *context, struct subunit2_view id); /* the test ID is to be run */
	/* Called once if requests may be missing: the stream is damaged or cannot be read. EMPTY:
	 * nothing was read before. NULL: never. */
	void (*lost)(void *context, const char *reason, bool empty);
	/* Called when no test gets more input, at the latest at the end of standard input. NULL:
	 * the buffers end then. */
	void (*tests_end)(void *context);
	void *context; /* of all three */
};

struct stdin_router;

/* What OPTIONS point to outlives the router. Never NULL. */
struct stdin_router *stdin_router_new(struct event_loop *loop,
                                      const struct stdin_router_options *options);
void stdin_router_free(struct stdin_router *router); /* NULL is allowed */

/* Reads on, or waits until there is room. Call it before each turn of the loop. */
void stdin_router_turn(struct stdin_router *router);

bool stdin_router_has_ended(const struct stdin_router *router);

/* Returns whether the stream says that this program is a worker, whose tests end with its input. */
bool stdin_router_is_worker(const struct stdin_router *router);

#endif
