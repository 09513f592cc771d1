/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_server.h"

#include "listener.h"
#include "memory.h"
#include "message.h"
#include "route_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct door {
	struct door *next;
	struct merge *merge;
	struct listener *listener;
	const char *route;
};

static void
close_doors(struct merge *merge)
{
	struct door *door, *next;
	LL_FOREACH_SAFE(merge->doors, door, next)
	{
		listener_unwatch(door->listener, merge->supervisor.loop);
		listener_close(door->listener);
		free(door);
	}
	merge->doors = NULL;
}

static void
admit(const struct door *door, int fd)
{
	struct merge *merge = door->merge;
	char *route = memory_format("%s/%" PRIu64, door->route, ++merge->connected);
	lanes_read_fd(&merge->lanes, route, fd);
	free(route);
}

/* Nobody is let in until somebody has left. */
static void
wait_for_room(struct merge *merge, int errnum)
{
	struct door *door;
	message("a connection has to wait: %s", strerror(errnum));
	if (!merge->lanes.list) {
		merge->lanes.unreadable = true;
		close_doors(merge);
		return;
	}
	merge->crowded = true;
	LL_FOREACH(merge->doors, door)
	listener_unwatch(door->listener, merge->supervisor.loop);
}

static void
open_door(void *context)
{
	struct door *door = context;
	struct merge *merge = door->merge;
	int fd;
	while ((fd = listener_accept(door->listener)) >= 0) {
		admit(door, fd);
		if (merge->left && --merge->left == 0) {
			close_doors(merge);
			return;
		}
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		wait_for_room(merge, errno);
}

static void
watch_doors(struct merge *merge)
{
	struct door *door;
	merge->crowded = false;
	LL_FOREACH(merge->doors, door)
	listener_watch(door->listener, merge->supervisor.loop, open_door, door);
}

bool
merge_listen(struct merge *merge, const char *address, struct strings *routes)
{
	struct subunit2_error error;
	struct listener *listener = listener_open(address, &error);
	if (!listener) {
		message_error(address, &error);
		return false;
	}
	struct door *door = memory_zeroed(1, sizeof(*door));
	door->merge = merge;
	door->listener = listener;
	door->route = routes_add(routes, listener->label);
	LL_PREPEND(merge->doors, door);
	listener_watch(listener, merge->supervisor.loop, open_door, door);
	return true;
}

static void
abandon(struct merge *merge)
{
	close_doors(merge);
	lanes_abandon(&merge->lanes);
}

/* The first signal waits for the commands, the next does not. */
static void
take_signal(void *context, int signo, bool from_terminal)
{
	(void)from_terminal;
	struct merge *merge = context;
	bool again = merge->signo;
	if (!again && !merge->doors)
		merge->interrupted_by = signo;
	merge->signo = signo;
	for (struct door *door = merge->doors, *next; merge->doors && door; door = next) {
		next = door->next;
		open_door(door);
	}
	close_doors(merge);
	if (again)
		lanes_kill(&merge->lanes);
	else
		lanes_end(&merge->lanes);
}

bool
merge_begin(struct merge *merge, const struct merge_options *options)
{
	*merge = (struct merge){
		.outputs = options->outputs,
		.left = options->connections,
		.refill = options->refill,
		.context = options->context,
	};
	if (!supervisor_begin(&merge->supervisor, take_signal, NULL, merge))
		return false;
	lanes_begin(&merge->lanes, &merge->supervisor, options->from, options->sink);
	merge->lanes.must_fit = options->must_fit;
	return true;
}

void
merge_run(struct merge *merge)
{
	for (;;) {
		outputs_flush(merge->outputs);
		if (outputs_all_failed(merge->outputs) || merge->lanes.result != SUBUNIT2_OK)
			abandon(merge);
		if (lanes_sweep(&merge->lanes) && merge->crowded)
			watch_doors(merge);
		if (merge->refill && !merge->signo && merge->lanes.result == SUBUNIT2_OK &&
		    !outputs_all_failed(merge->outputs))
			merge->refill(merge->context, &merge->lanes);
		if (!merge->lanes.list && !merge->doors)
			return;
		loop_turn(merge->supervisor.loop);
	}
}

void
merge_end(struct merge *merge)
{
	close_doors(merge);
	lanes_finish(&merge->lanes);
	supervisor_end(&merge->supervisor);
}
