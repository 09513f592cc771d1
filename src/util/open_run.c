/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "open_run.h"

#include "lost_input.h"
#include "memory.h"
#include "timestamp.h"

#include <stdlib.h>

static struct subunit2_event
open_run_event(bool end)
{
	return (struct subunit2_event){
		.file_name = SUBUNIT2_LITERAL("subunit.run"),
		.file_bytes = {"", 0},
		.eof = end,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
}

enum subunit2_result
open_run_emit(struct subunit2_sink *sink, bool end, struct subunit2_error *error)
{
	struct subunit2_event event = open_run_event(end);
	return subunit2_sink_event(sink, &event, error);
}

bool
open_run_has(const struct subunit2_event *event)
{
	return !subunit2_view_present(event->test_id) &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("subunit.run"));
}

/* Removes ROUTE, if it is there. */
static void
open_runs_remove(struct open_runs *runs, struct subunit2_view route)
{
	struct string_list *routes = &runs->routes;
	for (size_t i = 0; i < routes->count; i++) {
		if (!subunit2_view_equal(subunit2_view_of(routes->items[i]), route))
			continue;
		free(routes->items[i]);
		routes->items[i] = routes->items[--routes->count];
		routes->items[routes->count] = NULL;
		return;
	}
}

void
open_runs_add(struct open_runs *runs, const struct subunit2_event *event)
{
	if (!open_run_has(event))
		return;
	struct subunit2_view route = event->route_code;
	if (!route.data)
		route = (struct subunit2_view){"", 0};
	if (event->eof)
		open_runs_remove(runs, route);
	else
		string_list_add_owned(&runs->routes, memory_copy_len(route.data, route.len));
}

enum subunit2_result
open_runs_end(struct open_runs *runs, struct subunit2_sink *sink, unsigned stream,
              const char *reason, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	struct string_list routes = runs->routes;
	*runs = (struct open_runs){0}; /* SINK may add to it */
	if (routes.count && reason)
		result = lost_input_emit_reason(sink, stream, reason, error);
	for (size_t i = 0; i < routes.count && result == SUBUNIT2_E_OK; i++) {
		struct subunit2_event event = open_run_event(true);
		event.stream = stream;
		if (*routes.items[i])
			event.route_code = subunit2_view_of(routes.items[i]);
		result = subunit2_sink_event(sink, &event, error);
	}
	string_list_clear(&routes);
	return result;
}
