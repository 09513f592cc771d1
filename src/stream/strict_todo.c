/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "strict_todo.h"

#include "forward_sink.h"

static enum subunit2_result
strict_todo_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct subunit2_event changed = *event;
	if (event->status == SUBUNIT2_STATUS_SUCCESS &&
	    subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("todo-passed"))) {
		changed.status = SUBUNIT2_STATUS_UXSUCCESS;
		changed.packet = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(((struct forward_sink *)sink)->next, &changed, error);
}

struct subunit2_sink *
strict_todo_new(struct subunit2_sink *next)
{
	struct forward_sink *strict = forward_sink_new(sizeof(*strict), strict_todo_event, next);
	return &strict->sink;
}
