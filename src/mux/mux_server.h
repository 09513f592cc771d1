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

struct merge {
	struct supervisor supervisor;
	struct lanes lanes;
	struct outputs *outputs;
	struct door *doors; /* listeners; NULL: none, or no longer */
	size_t left;        /* connections until the listeners are closed; 0: no end */
	uint64_t connected;
	bool crowded; /* no descriptor was left for a connection */
	int signo;    /* that ended it; 0: none did */
	void (*refill)(void *context, struct lanes *lanes);
	void *context;
	int interrupted_by; /* the same, where that is not how it is meant to end */
};

struct merge_options {
	const struct format *from;  /* NULL: found out */
	bool must_fit;              /* see autodetect.h */
	struct subunit2_sink *sink; /* outlives the merge */
	struct outputs *outputs;    /* behind it, flushed before anything is waited for */
	uint64_t connections;       /* nobody is listened to after so many; 0: after a signal */
	/* At the beginning, and when a lane is over: adds lanes, if there are more to
	 * come. Not called once the end has come. NULL: there are none. */
	void (*refill)(void *context, struct lanes *lanes);
	void *context;
};

/* There is one in a program: it catches signals. False with errno on failure. */
bool merge_begin(struct merge *merge, const struct merge_options *options);

/* Every connection is a lane, under a code below ROUTES' one for the listener: its
 * label, with a number. False, after a message, when ADDRESS cannot be had. */
bool merge_listen(struct merge *merge, const char *address, struct strings *routes);

/* Serves what was added: also to merge->lanes. Does not finish the sink. */
void merge_run(struct merge *merge);
void merge_end(struct merge *merge);

#endif
