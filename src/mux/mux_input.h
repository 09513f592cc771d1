/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One input of a merge. It reads a file or a connection, or runs a command, and passes its events
 * to the gate of the inputs, under a routing code of its own.
 *
 * An input that is lost emits an event: the failed test "subunit.input", which is not runnable,
 * with the file "reason".
 */
#ifndef MUX_INPUT_H
#define MUX_INPUT_H

#include "autodetect.h"
#include "input_file.h"
#include "mux_inputs.h"
#include "pipeline.h"

struct mux_input {
	struct mux_input *prev, *next; /* in the list of the inputs */
	struct mux_inputs *mux_inputs;
	char *route;
	const char *name; /* of the file, else the route; for messages */
	unsigned number;  /* the stream of its events */
	bool is_file;
	bool is_peer; /* a connection */
	struct mux_peer peer;
	struct subunit2_sink *sink;    /* the first of CHAIN */
	struct subunit2_sink counted;  /* before SINK */
	uint64_t events, results;      /* that came; results are events with a test id */
	struct pipeline chain;         /* adds times, a prefix and the routing code */
	struct autodetect *autodetect; /* NULL: the input is closed */
	struct input_file *input_file; /* NULL: a command, or closed */
	struct event_loop_watch watch;
	struct event_loop_timer timer;
	struct mux_command *command; /* NULL: no command, or it has ended */
};

/* Returns an input for the list of MUX_INPUTS. ROUTE is copied. NAME is for messages and outlives
 * the input; NULL: the route. LIVE: its events arrive as they happen. */
struct mux_input *mux_input_new(struct mux_inputs *mux_inputs, const char *route, const char *name,
                                bool live);
void mux_input_free(struct mux_input *mux_input);

/* Begins to read a file or a connection, which is closed with the input, or to run a command. */
void mux_input_read_file(struct mux_input *mux_input, struct input_file *input_file);
void mux_input_read_fd(struct mux_input *mux_input, int fd);
void mux_input_run(struct mux_input *mux_input, const struct mux_command_options *options);

/* Emits the event for an input that was lost for the reason WHY, unless the sink has failed. */
void mux_input_fail(struct mux_input *mux_input, const struct subunit2_error *why);

/* Reads what has already arrived, then closes the input; sends SIGTERM to a command. */
void mux_input_end(struct mux_input *mux_input);
/* Closes the input without reading more; sends SIGTERM to a command. */
void mux_input_abandon(struct mux_input *mux_input);

/* Returns true if the input is closed, and its command has ended. */
bool mux_input_has_ended(const struct mux_input *mux_input);

#endif
