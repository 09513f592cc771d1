/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct stamp {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	struct subunit2_time (*clock)(void *context);
	void *context;
};

static enum subunit2_result
stamp_event(struct subunit2_sink *self, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct stamp *stamp = (struct stamp *)self;
	struct subunit2_event stamped;

	if (event->has_timestamp)
		return subunit2_sink_event(stamp->next, event, error);
	stamped = *event;
	stamped.has_timestamp = true;
	stamped.timestamp = stamp->clock(stamp->context);
	stamped.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(stamp->next, &stamped, error);
}

static enum subunit2_result
stamp_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct stamp *)self)->next, error);
}

static void
stamp_free(struct subunit2_sink *self)
{
	free(self);
}

struct subunit2_sink *
subunit2_stamp_new(struct subunit2_sink *next, struct subunit2_time (*clock)(void *context),
                   void *context)
{
	struct stamp *stamp = malloc(sizeof(*stamp));

	if (!stamp)
		return NULL;
	*stamp = (struct stamp){{stamp_event, stamp_finish, stamp_free}, next, clock, context};
	return &stamp->sink;
}
