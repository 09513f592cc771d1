/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_inputs.h"

#include "memory.h"
#include "mux_input.h"

#include <stdlib.h>
#include <utlist.h>

static struct mux_inputs *
mux_inputs_of_gate(struct subunit2_sink *gate)
{
	return (struct mux_inputs *)((char *)gate - offsetof(struct mux_inputs, gate));
}

static enum subunit2_result
mux_inputs_gate_event(struct subunit2_sink *self, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct mux_inputs *mux_inputs = mux_inputs_of_gate(self);
	if (mux_inputs->result == SUBUNIT2_E_OK)
		mux_inputs->result = subunit2_sink_event(mux_inputs->sink, event, error);
	return mux_inputs->result;
}

static enum subunit2_result
mux_inputs_gate_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(mux_inputs_of_gate(self)->sink, error);
}

void
mux_inputs_begin(struct mux_inputs *mux_inputs, struct supervisor *supervisor,
                 const struct format *from, struct subunit2_sink *sink)
{
	*mux_inputs = (struct mux_inputs){
		.supervisor = supervisor,
		.from = from,
		.sink = sink,
		.gate = {mux_inputs_gate_event, mux_inputs_gate_finish, NULL},
		.buffer = memory_to_read_into(INPUT_FILE_PIECE_MAX),
	};
}

void
mux_inputs_finish(struct mux_inputs *mux_inputs)
{
	free(mux_inputs->buffer);
}

static struct mux_input *
mux_inputs_add(struct mux_inputs *mux_inputs, const char *route, const char *name, bool live)
{
	struct mux_input *mux_input = mux_input_new(mux_inputs, route, name, live);
	DL_APPEND(mux_inputs->list, mux_input);
	return mux_input;
}

void
mux_inputs_read_file(struct mux_inputs *mux_inputs, const char *route, const char *path)
{
	struct subunit2_error error;
	struct input_file *input_file = input_file_open(path, &error);
	struct mux_input *mux_input =
		mux_inputs_add(mux_inputs, route, input_file ? input_file_name(input_file) : path,
	                       input_file && input_file_can_wait(input_file));
	mux_input->is_file = true;
	if (input_file)
		mux_input_read_file(mux_input, input_file);
	else
		mux_input_fail(mux_input, &error);
}

void
mux_inputs_read_fd(struct mux_inputs *mux_inputs, const char *route, int fd)
{
	mux_input_read_fd(mux_inputs_add(mux_inputs, route, NULL, true), fd);
}

void
mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                       const struct mux_command_options *command)
{
	mux_input_run(mux_inputs_add(mux_inputs, route, NULL, true), command);
}

void
mux_inputs_end(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	mux_inputs->ending = true;
	DL_FOREACH(mux_inputs->list, mux_input)
	mux_input_end(mux_input);
}

void
mux_inputs_abandon(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	mux_input_abandon(mux_input);
}

void
mux_inputs_kill(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	if (mux_input->command)
		mux_command_kill(mux_input->command);
}

size_t
mux_inputs_count(const struct mux_inputs *mux_inputs)
{
	const struct mux_input *mux_input;
	size_t count = 0;
	DL_COUNT(mux_inputs->list, mux_input, count);
	return count;
}

bool
mux_inputs_sweep(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input, *next;
	bool any = false;
	DL_FOREACH_SAFE(mux_inputs->list, mux_input, next)
	{
		if (!mux_input_has_ended(mux_input))
			continue;
		DL_DELETE(mux_inputs->list, mux_input);
		mux_input_free(mux_input);
		any = true;
	}
	return any;
}
