/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A command whose output is an input of a merge; mux_inputs_run_command starts it. Its stderr is
 * copied to this program's.
 */
#ifndef MUX_COMMAND_H
#define MUX_COMMAND_H

struct mux_command_input;

/* Asks the command to end, or kills it. */
void mux_command_end(struct mux_command_input *command);
void mux_command_kill(struct mux_command_input *command);

#endif
