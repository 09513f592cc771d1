/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_copy.h"

#include <stdlib.h>

/* Copy VIEW to *END, make VIEW the copy, and move *END to the end of it. */
static void
event_copy_move(struct subunit2_view *view, char **end)
{
	if (!subunit2_view_present(*view))
		return;
	if (view->len > 0)
		memcpy(*end, view->data, view->len);
	view->data = *end;
	*end += view->len;
}

/* Write PREFIX, a slash and CODE to *END; the slash only if CODE is not empty. */
static struct subunit2_view
event_copy_join_route(struct subunit2_view prefix, struct subunit2_view code, char **end)
{
	char *start = *end;

	event_copy_move(&prefix, end);
	if (code.len > 0)
		*(*end)++ = '/';
	event_copy_move(&code, end);
	return (struct subunit2_view){start, (size_t)(*end - start)};
}

struct event_copy *
event_copy_new(const struct subunit2_event *event, struct subunit2_view prefix)
{
	struct subunit2_view packet = prefix.len > 0 ? SUBUNIT2_ABSENT : event->packet;
	size_t tags_len = event->tags.count > 0 ? event->tags.packed.len : 0;
	size_t size = sizeof(struct event_copy) + event->test_id.len + tags_len +
	              event->file_name.len + event->file_bytes.len + event->mime_type.len +
	              prefix.len + 1 + event->route_code.len + packet.len;
	struct event_copy *copy = malloc(size);
	char *end;

	if (!copy)
		return NULL;
	*copy = (struct event_copy){.size = size, .event = *event};
	end = copy->bytes;
	copy->event.tags.packed.len = tags_len;
	copy->event.packet = packet;
	event_copy_move(&copy->event.test_id, &end);
	event_copy_move(&copy->event.tags.packed, &end);
	event_copy_move(&copy->event.file_name, &end);
	event_copy_move(&copy->event.file_bytes, &end);
	event_copy_move(&copy->event.mime_type, &end);
	if (prefix.len > 0)
		copy->event.route_code = event_copy_join_route(prefix, event->route_code, &end);
	else
		event_copy_move(&copy->event.route_code, &end);
	event_copy_move(&copy->event.packet, &end);
	return copy;
}
