/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The inputs of a merge. Each reads a file or a connection, or runs a command, and passes its
 * events to one common sink, under a routing code of its own.
 *
 * An input that is lost emits an event: the failed test "subunit.input", which is not runnable,
 * with the file "reason". The stderr of a command is copied to this program's stderr, line by
 * line, after the routing code.
 */
#ifndef MUX_INPUT_H
#define MUX_INPUT_H

#include "format.h"
#include "supervisor.h"

struct mux_inputs {
	struct supervisor *supervisor;
	const struct format *from;  /* NULL: detected for each input */
	bool must_fit;              /* see autodetect.h */
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
	uint64_t events, results; /* of all inputs; results are events with a test id */
	size_t unfinished;        /* bytes of unfinished packets, of all peers */
	struct mux_input *turn;   /* the only peer that may add to them; NULL: any may */
	struct mux_input *list;   /* all inputs that are not freed yet */
};

/* Prepares MUX_INPUTS. All other arguments outlive it. */
void mux_inputs_begin(struct mux_inputs *mux_inputs, struct supervisor *supervisor,
                      const struct format *from, struct subunit2_sink *sink);
/* Frees what mux_inputs_begin allocated, after mux_inputs_sweep has freed every input. */
void mux_inputs_finish(struct mux_inputs *mux_inputs);

/* A command to run. If envp or cwd is NULL, it inherits this program's. */
struct mux_command {
	char *const *argv,
		*const *envp; /* end with NULL; argv[0] is searched in the PATH of envp */
	const char *cwd;
	struct stdin_buffer *stdin_buffer; /* its standard input, which outlives it; NULL: empty */
};

/*
 * Add an input under ROUTE, which is copied, as COMMAND is. PATH outlives the input; "-" is
 * standard input. FD is non-blocking, and is closed with the input. An input that cannot be
 * opened or started is lost at once (see above).
 */
void mux_inputs_read_file(struct mux_inputs *mux_inputs, const char *route, const char *path);
void mux_inputs_read_fd(struct mux_inputs *mux_inputs, const char *route, int fd);
void mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                            const struct mux_command *command);

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
