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

struct intake_options {
	struct address_book book;
	struct supply *const *supplies; /* of the places; NULL: they take none */
	void (*asked)(void *context, struct subunit2_view id); /* for the test to be run */
	/* Called once if requests may be missing: the stream is damaged or cannot be read. EMPTY:
	 * nothing was read before. NULL: never. */
	void (*lost)(void *context, const char *reason, bool empty);
	void *context;
};

struct intake;

/* What OPTIONS point to outlives the intake. */
struct intake *intake_new(struct loop *loop, const struct intake_options *options);
void intake_free(struct intake *intake); /* NULL is allowed */

/* Before each turn of the loop: reads on, or waits until there is room. */
void intake_turn(struct intake *intake);

bool intake_has_ended(const struct intake *intake);

#endif
