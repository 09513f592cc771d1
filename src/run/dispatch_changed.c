/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "dispatch_changed.h"

#include "memory.h"

void
dispatch_changed_add(struct worker_dispatch *dispatch, struct dispatch_worker *worker)
{
	if (worker->is_changed)
		return;
	dispatch->changed = memory_grow(dispatch->changed, &dispatch->changed_room,
	                                dispatch->changed_count + 1, sizeof(*dispatch->changed));
	dispatch->changed[dispatch->changed_count++] = (size_t)(worker - dispatch->workers);
	worker->is_changed = true;
}

struct dispatch_worker *
dispatch_changed_take(struct worker_dispatch *dispatch)
{
	if (dispatch->changed_count == 0)
		return NULL;
	struct dispatch_worker *worker =
		&dispatch->workers[dispatch->changed[--dispatch->changed_count]];
	worker->is_changed = false;
	return worker;
}
