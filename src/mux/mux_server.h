/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A merge: lanes, some of which come from listeners, served until all are over,
 * the sink wants no more or a signal comes.
 */
#ifndef MUX_SERVER_H
#define MUX_SERVER_H

#include "mux_input.h"
#include "outputs.h"
#include "string_list.h"

struct mux_server {
	struct supervisor supervisor;
	struct mux_inputs mux_inputs;
	struct outputs *outputs;
	struct mux_port *ports; /* listeners; NULL: none, or no longer */
	size_t left;            /* connections until the listeners are closed; 0: no end */
	uint64_t connected;
	bool at_fd_limit; /* no descriptor was left for a connection */
	int signo;        /* that ended it; 0: none did */
	void (*refill)(void *context, struct mux_inputs *mux_inputs);
	void *context;
	int interrupted_by; /* the same, where that is not how it is meant to end */
};

struct mux_server_options {
	const struct format *from;  /* NULL: found out */
	bool must_fit;              /* see autodetect.h */
	struct subunit2_sink *sink; /* outlives the merge */
	struct outputs *outputs;    /* behind it, flushed before anything is waited for */
	uint64_t connections;       /* nobody is listened to after so many; 0: after a signal */
	/* At the beginning, and when a lane is over: adds lanes, if there are more to
	 * come. Not called once the end has come. NULL: there are none. */
	void (*refill)(void *context, struct mux_inputs *mux_inputs);
	void *context;
};

/* There is one in a program: it catches signals. False with errno on failure. */
bool mux_server_begin(struct mux_server *server, const struct mux_server_options *options);

/* Every connection is a lane, under a code below ROUTES' one for the listener: its
 * label, with a number. False, after a message, when ADDRESS cannot be had. */
bool mux_server_listen(struct mux_server *server, const char *address, struct string_list *routes);

/* Serves what was added: also to merge->lanes. Does not finish the sink. */
void mux_server_run(struct mux_server *server);
void mux_server_end(struct mux_server *server);

#endif
