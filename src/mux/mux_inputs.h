/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The inputs of a merge, which pass their events to one common sink; see mux_input.h for one of
 * them.
 */
#ifndef MUX_INPUTS_H
#define MUX_INPUTS_H

#include "autodetect.h"
#include "mux_backlog.h"
#include "mux_command.h"
#include "supervisor.h"

struct mux_inputs {
	struct supervisor *supervisor;
	const struct format *from; /* NULL: detected for each input */
	enum autodetect_content must_hold;
	bool expects_tests;         /* see mux_server.h */
	bool add_times;             /* see mux_server.h */
	bool add_prefix;            /* see mux_server.h */
	bool shift_clocks;          /* see mux_server.h */
	struct subunit2_sink *sink; /* of all inputs; the caller finishes it */
	struct subunit2_sink
		gate;    /* passes events to the sink until that returns an error or stop */
	bool ending;     /* the inputs are closed before they end */
	int result;      /* of the sink; after any other than SUBUNIT2_E_OK it gets no event */
	bool unreadable; /* a file could not be read, which was reported */
	char *buffer;    /* scratch for reading, within one callback */
	unsigned count;  /* of inputs that were added */
	struct mux_backlog backlog;
	struct mux_input *list; /* all inputs that are not freed yet */
};

/* Prepares MUX_INPUTS. All other arguments outlive it. */
void mux_inputs_begin(struct mux_inputs *mux_inputs, struct supervisor *supervisor,
                      const struct format *from, struct subunit2_sink *sink);
/* Frees what mux_inputs_begin allocated, after mux_inputs_sweep has freed every input. */
void mux_inputs_finish(struct mux_inputs *mux_inputs);

/*
 * Add an input under ROUTE, which is copied, as COMMAND is. PATH outlives the input; "-" is
 * standard input. FD is non-blocking, and is closed with the input. An input that cannot be
 * opened or started is lost at once.
 */
void mux_inputs_read_file(struct mux_inputs *mux_inputs, const char *route, const char *path);
void mux_inputs_read_fd(struct mux_inputs *mux_inputs, const char *route, int fd);
void mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                            const struct mux_command_options *command);

/* Reads what has already arrived at each input, then closes it; sends SIGTERM to commands. */
void mux_inputs_end(struct mux_inputs *mux_inputs);
/* Closes each input without reading more; sends SIGTERM to commands. */
void mux_inputs_abandon(struct mux_inputs *mux_inputs);
/* Kills the commands. */
void mux_inputs_kill(struct mux_inputs *mux_inputs);

/* Returns the number of inputs, including those that have ended and were not swept. */
size_t mux_inputs_count(const struct mux_inputs *mux_inputs);

/* Frees the inputs that have ended. Returns false if no input had. */
bool mux_inputs_sweep(struct mux_inputs *mux_inputs);

#endif
