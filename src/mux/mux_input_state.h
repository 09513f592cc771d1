/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of one input of a merge, which three files share: mux_input.c reads files and
 * connections, mux_command.c runs commands, and mux_backlog.c limits the memory that unfinished
 * packets take.
 */
#ifndef MUX_INPUT_STATE_H
#define MUX_INPUT_STATE_H

#include "autodetect.h"
#include "input_file.h"
#include "mux_input.h"
#include "pipeline.h"

struct mux_input {
	struct mux_input *prev, *next;
	struct mux_inputs *mux_inputs;
	char *route;
	const char *name; /* of the file, else the route; for messages */
	bool is_file, is_peer;
	bool is_paused;                /* not watched until another peer has finished its packet */
	size_t unfinished;             /* of a peer: bytes since its last event */
	struct subunit2_sink *sink;    /* the first of CHAIN */
	struct subunit2_sink counted;  /* before SINK */
	bool any_test, any_event;      /* an event that names a test, any event, has come */
	struct pipeline chain;         /* adds times, a prefix and the routing code */
	struct autodetect *autodetect; /* NULL: the input is closed */
	struct input_file *input_file; /* NULL: a command, or closed */
	struct event_loop_watch watch;
	struct event_loop_timer timer;
	struct mux_command_input *command; /* NULL: no command, or it has ended */
};

/* Adds an input to the list. NAME is for messages and outlives it; NULL: the route. LIVE: its
 * events arrive as they happen. */
struct mux_input *mux_input_add(struct mux_inputs *mux_inputs, const char *route, const char *name,
                                bool live);

/* Begins to detect the format of the bytes that are passed to mux_input_on_bytes. */
void mux_input_begin_autodetect(struct mux_input *mux_input);
void mux_input_on_bytes(struct mux_input *mux_input, struct subunit2_view bytes);

/* Reads the input until it ends, from now on or again. */
void mux_input_watch(struct mux_input *mux_input);

/* Emits the last events of the input and closes it. WHY says why it is lost; NULL: it has ended. */
void mux_input_close(struct mux_input *mux_input, const struct subunit2_error *why);

#endif
