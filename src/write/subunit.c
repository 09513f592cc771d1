/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* subunit: packets, version 2. What did not change is forwarded as it came. */
#include "writer.h"

#include "eintr_hook.h"

static bool
ends_wait(void *context)
{
	(void)context;
	return interruption_ends_wait();
}

struct subunit2_sink *
writer_subunit(const struct writer_options *options, struct destination *to,
               struct subunit2_error *error)
{
	(void)options;
	struct subunit2_output *output = subunit2_output_new(to->fd, to->name, to->owned, error);
	if (!output)
		return NULL;
	subunit2_output_interruptible(output, ends_wait, NULL);
	to->packets = output;
	return subunit2_output_sink(output);
}
