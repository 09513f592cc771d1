/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "id_prefix.h"

#include "buffer.h"
#include "forward_sink.h"
#include "lost_input.h"

#include <stdlib.h>

struct id_prefix {
	struct forward_sink base;
	size_t prefix_len;
	struct buffer id; /* the prefix, then the last id */
};

static enum subunit2_result
id_prefix_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct id_prefix *self = (struct id_prefix *)sink;
	struct subunit2_event changed = *event;
	if (subunit2_view_present(event->test_id) && !lost_input_or_damage(event->test_id)) {
		self->id.len = self->prefix_len;
		buffer_add(&self->id, event->test_id);
		changed.test_id = buffer_view(&self->id);
		changed.packet = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(self->base.next, &changed, error);
}

static void
id_prefix_free(struct subunit2_sink *sink)
{
	buffer_clear(&((struct id_prefix *)sink)->id);
	free(sink);
}

struct subunit2_sink *
id_prefix_new(const char *prefix, struct subunit2_sink *next)
{
	struct id_prefix *self = forward_sink_new(sizeof(*self), id_prefix_event, next);
	self->base.sink.free = id_prefix_free;
	buffer_add(&self->id, subunit2_view_of(prefix));
	self->prefix_len = self->id.len;
	return &self->base.sink;
}
