/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A command whose output is an input of a merge. Its stderr is copied to this program's, line by
 * line, after a name.
 */
#ifndef MUX_COMMAND_H
#define MUX_COMMAND_H

#include "supervisor.h"

#include <subunit2/error.h>
#include <subunit2/view.h>

/* A command to run. If envp or cwd is NULL, it inherits this program's. */
struct mux_command_options {
	char *const *argv,
		*const *envp; /* end with NULL; argv[0] is searched in the PATH of envp */
	const char *cwd;
	struct stdin_buffer *stdin_buffer; /* its standard input, which outlives it; NULL: empty */
};

struct mux_command_handler {
	void (*output)(void *context, struct subunit2_view bytes);
	/* The last call; the command is already freed. WHY says why output may be missing; NULL:
	 * the command succeeded, or was asked to end. */
	void (*over)(void *context, const struct subunit2_error *why);
};

/* Starts a command. OPTIONS is copied, except the input; NAME, for stderr, and HANDLER outlive the
 * command. Returns NULL with errno on failure. A command that cannot be executed is over later. */
struct mux_command *mux_command_start(struct supervisor *supervisor,
                                      const struct mux_command_options *options, const char *name,
                                      const struct mux_command_handler *handler, void *context);

/* Asks the command to end, or kills it. */
void mux_command_end(struct mux_command *command);
void mux_command_kill(struct mux_command *command);

#endif
