/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lanes: the inputs that are merged, each on its own. A lane reads a file or a
 * connection, or runs a command, and hands the events to the one sink, under the
 * lane's routing code.
 *
 * An input that is lost is an event: the failed test "subunit.input", which is not
 * runnable, with the file "reason". What a command says on its stderr is said on
 * ours, line by line.
 */
#ifndef MUX_INPUT_H
#define MUX_INPUT_H

#include "format.h"
#include "supervisor.h"

struct mux_inputs {
	struct supervisor *supervisor;
	const struct format *from;  /* NULL: found out for each */
	bool must_fit;              /* see autodetect.h */
	struct subunit2_sink *sink; /* of all; nothing finishes it here */
	struct subunit2_sink gate;  /* before the sink: closed by its result */
	int result;                 /* of the sink; not SUBUNIT2_E_OK: it gets nothing more */
	bool unreadable;            /* a file could not be read, which was told */
	char *buffer;               /* for reading, within one callback */
	uint64_t events, results;   /* of all lanes; results name a test */
	size_t unfinished;          /* bytes of all peers; see mux_inputs_read_fd */
	struct mux_input *turn;     /* the peer that may hold more of them; NULL: none has to */
	struct mux_input *list;     /* all that are not freed; NULL: none */
};

/* What is handed over outlives the lanes. */
void mux_inputs_begin(struct mux_inputs *mux_inputs, struct supervisor *supervisor,
                      const struct format *from, struct subunit2_sink *sink);
void mux_inputs_finish(struct mux_inputs *mux_inputs); /* once there is none */

/* A command; what is NULL of it is as this program's. */
struct mux_command {
	char *const *argv, *const *envp; /* up to NULL; argv[0] is looked up in its PATH */
	const char *cwd;
};

/*
 * Each adds a lane, under ROUTE, which is copied, as COMMAND is. PATH ("-" is standard
 * input) outlives it; the lane closes FD, which must not block. What cannot be opened
 * or started is lost.
 */
void mux_inputs_read_file(struct mux_inputs *mux_inputs, const char *route, const char *path);
void mux_inputs_read_fd(struct mux_inputs *mux_inputs, const char *route, int fd);
void mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                            const struct mux_command *command);

/* All take what has come, and end; commands are asked to. */
void mux_inputs_end(struct mux_inputs *mux_inputs);
/* The same, but nothing more is taken. */
void mux_inputs_abandon(struct mux_inputs *mux_inputs);
/* Commands that were asked to end are killed. */
void mux_inputs_kill(struct mux_inputs *mux_inputs);

/* How many there are, also of those that are over and were not swept. */
size_t mux_inputs_count(const struct mux_inputs *mux_inputs);

/* Frees the lanes that are over. False when there was none. */
bool mux_inputs_sweep(struct mux_inputs *mux_inputs);

#endif
