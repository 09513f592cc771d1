/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A merge: serves inputs, also those that connect to listeners, until all of them have ended, the
 * sink has stopped or a signal arrives.
 */
#ifndef MUX_SERVER_H
#define MUX_SERVER_H

#include "mux_inputs.h"
#include "outputs.h"
#include "string_list.h"

struct mux_server {
	struct supervisor supervisor;
	struct mux_inputs mux_inputs;
	struct outputs *outputs;
	struct mux_port *ports; /* listeners; NULL: none, or closed */
	size_t left;            /* connections until the listeners are closed; 0: no limit */
	uint64_t connected;
	bool at_fd_limit; /* a connection waits for a free descriptor */
	int signo;        /* the signal that ended the merge; 0: none */
	void (*refill)(void *context, struct mux_inputs *mux_inputs);
	void *context;
	int interrupted_by; /* the same, but 0 if the merge was listening: the program ends by it */
};

struct mux_server_options {
	const struct format *from; /* NULL: detected for each input */
	enum autodetect_content must_hold;
	bool expects_tests; /* a regular file without a test is reported as lost, and another
	                       input that ends without an event */
	/* Give events without a time the present if their input is live: a pipe, a connection or a
	 * command; in a regular file the time of the event before. */
	bool add_times;
	bool shift_clocks;          /* of live inputs; see mux_clock.h */
	bool add_prefix;            /* put the routing code of an input before its ids */
	struct subunit2_sink *sink; /* outlives the merge; the caller finishes it */
	struct outputs *outputs;    /* where SINK writes; flushed before each wait */
	uint64_t connections;       /* stop listening after so many; 0: only after a signal */
	/* Called at the start and after each turn of the loop, to add inputs if more are to come;
	 * not after a signal or after the sink has stopped. NULL: not called. */
	void (*refill)(void *context, struct mux_inputs *mux_inputs);
	void *context;
};

/* A program has one server at a time, since it catches signals. Returns false with errno on
 * failure. */
bool mux_server_begin(struct mux_server *server, const struct mux_server_options *options);

/* Listens at ADDRESS. The routing code of a connection is the label of the listener, made unique
 * in ROUTES, a slash and the number of the connection. Returns false, after a message, if it
 * cannot listen. */
bool mux_server_listen(struct mux_server *server, const char *address, struct string_list *routes);

/* Serves the listeners, and the inputs that were added to server->inputs, until all have ended.
 * Does not finish the sink. */
void mux_server_run(struct mux_server *server);
void mux_server_end(struct mux_server *server);

#endif
