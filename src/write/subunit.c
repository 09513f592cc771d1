/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* subunit: packets, version 2. Packets that were not changed are forwarded byte for byte. */
#include "writer.h"

#include "eintr_hook.h"
#include "memory.h"

#include <stdlib.h>

struct subunit_writer {
	struct subunit2_sink sink;
	struct subunit2_output *output;
};

static bool
subunit_writer_is_interrupted(void *context)
{
	(void)context;
	return eintr_hook_ends_wait();
}

static enum subunit2_result
subunit_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	return subunit2_output_event(((struct subunit_writer *)sink)->output, event, error);
}

static enum subunit2_result
subunit_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_output_flush(((struct subunit_writer *)sink)->output, error);
}

static void
subunit_writer_free(struct subunit2_sink *sink)
{
	struct subunit_writer *self = (struct subunit_writer *)sink;

	subunit2_output_free(self->output);
	free(self);
}

struct subunit2_sink *
writer_subunit(const struct writer_options *options, struct output_file *to,
               struct subunit2_error *error)
{
	struct subunit2_output *output = subunit2_output_new(
		to->fd, to->name, to->owned ? SUBUNIT2_OUTPUT_SOLE_WRITER : 0, error);

	(void)options;
	if (!output)
		return NULL;
	subunit2_output_set_interrupt(output, subunit_writer_is_interrupted, NULL);
	to->packets = output;

	struct subunit_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){subunit_writer_event, subunit_writer_finish,
	                                    subunit_writer_free};
	self->output = output;
	return &self->sink;
}
