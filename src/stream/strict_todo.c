/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "strict_todo.h"

#include "memory.h"

#include <stdlib.h>

struct strict {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
};

static int
strict_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct strict *strict = (struct strict *)sink;
	struct subunit2_event changed = *event;
	if (event->status == SUBUNIT2_SUCCESS &&
	    subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("todo-passed"))) {
		changed.status = SUBUNIT2_UXSUCCESS;
		changed.packet = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(strict->next, &changed, error);
}

static int
strict_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct strict *)sink)->next, error);
}

static void
strict_free(struct subunit2_sink *sink)
{
	free(sink);
}

struct subunit2_sink *
strict_new(struct subunit2_sink *next)
{
	struct strict *strict = memory_zeroed(1, sizeof(*strict));
	strict->sink = (struct subunit2_sink){strict_event, strict_finish, strict_free};
	strict->next = next;
	return &strict->sink;
}
