/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "forward_sink.h"

#include "memory.h"

#include <stdlib.h>

enum subunit2_result
forward_sink_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct forward_sink *)self)->next, error);
}

static void
forward_sink_free(struct subunit2_sink *self)
{
	free(self);
}

void *
forward_sink_new(size_t size,
                 enum subunit2_result (*event)(struct subunit2_sink *self,
                                               const struct subunit2_event *event,
                                               struct subunit2_error *error),
                 struct subunit2_sink *next)
{
	struct forward_sink *forward = memory_zeroed(1, size);
	forward->sink = (struct subunit2_sink){event, forward_sink_finish, forward_sink_free};
	forward->next = next;
	return forward;
}
