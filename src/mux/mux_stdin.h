/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * --stdin=subunit: passes the packets on standard input to the commands of a merge. A packet goes
 * to the command whose routing code leads its own, under the rest of its code.
 */
#ifndef MUX_STDIN_H
#define MUX_STDIN_H

#include "stdin_router.h"
#include "string_list.h"

struct mux_stdin {
	struct stdin_router *router;
	struct stdin_buffer **buffers; /* the input of each command */
	size_t count;
};

/* ROUTES are those of the commands and outlive MUX_STDIN, as LOOP does. Free it with mux_stdin_end,
 * after the commands have ended. */
void mux_stdin_begin(struct mux_stdin *mux_stdin, struct event_loop *loop,
                     const struct string_list *routes);
void mux_stdin_end(struct mux_stdin *mux_stdin);

#endif
