/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "strict_todo.h"

#include "memory.h"

#include <stdlib.h>

struct strict_todo {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
};

static enum subunit2_result
strict_todo_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct strict_todo *strict = (struct strict_todo *)sink;
	struct subunit2_event changed = *event;
	if (event->status == SUBUNIT2_STATUS_SUCCESS &&
	    subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("todo-passed"))) {
		changed.status = SUBUNIT2_STATUS_UXSUCCESS;
		changed.packet = SUBUNIT2_ABSENT;
	}
	return subunit2_sink_event(strict->next, &changed, error);
}

static enum subunit2_result
strict_todo_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct strict_todo *)sink)->next, error);
}

static void
strict_todo_free(struct subunit2_sink *sink)
{
	free(sink);
}

struct subunit2_sink *
strict_todo_new(struct subunit2_sink *next)
{
	struct strict_todo *strict = memory_zeroed(1, sizeof(*strict));
	strict->sink =
		(struct subunit2_sink){strict_todo_event, strict_todo_finish, strict_todo_free};
	strict->next = next;
	return &strict->sink;
}
