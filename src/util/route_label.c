/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "route_label.h"

static bool
route_label_is_number(struct subunit2_view segment)
{
	for (size_t i = 0; i < segment.len; i++)
		if (segment.data[i] < '0' || segment.data[i] > '9')
			return false;
	return true;
}

void
route_label(struct buffer *label, struct subunit2_view route_code)
{
	label->len = 0;
	while (route_code.len > 0) {
		const char *slash = memchr(route_code.data, '/', route_code.len);
		size_t len = slash ? (size_t)(slash - route_code.data) : route_code.len;
		struct subunit2_view segment = {route_code.data, len};
		if (!route_label_is_number(segment)) {
			if (label->len > 0)
				buffer_add(label, SUBUNIT2_LITERAL("/"));
			buffer_add(label, segment);
		}
		len += slash != NULL;
		route_code = (struct subunit2_view){route_code.data + len, route_code.len - len};
	}
}

/* Makes LAST the label of ROUTE_CODE. */
static void
route_labels_look_up(struct route_labels *labels, struct subunit2_view route_code)
{
	if (labels->last_route.len == route_code.len &&
	    (route_code.len == 0 ||
	     memcmp(labels->last_route.data, route_code.data, route_code.len) == 0))
		return;
	labels->last_route.len = 0;
	buffer_add(&labels->last_route, route_code);
	route_label(&labels->last, route_code);
}

void
route_labels_add(struct route_labels *labels, struct subunit2_view route_code)
{
	if (labels->differ)
		return;
	route_labels_look_up(labels, route_code);
	if (labels->last.len == 0)
		return;
	if (labels->first.len == 0)
		buffer_add(&labels->first, buffer_view(&labels->last));
	labels->differ =
		!subunit2_view_equal(buffer_view(&labels->first), buffer_view(&labels->last));
}

void
route_labels_add_event(struct route_labels *labels, const struct subunit2_event *event)
{
	if (event->route_code.len > 0 && subunit2_view_present(event->test_id))
		route_labels_add(labels, event->route_code);
}

void
route_labels_clear(struct route_labels *labels)
{
	buffer_clear(&labels->first);
	buffer_clear(&labels->last_route);
	buffer_clear(&labels->last);
}

struct subunit2_view
route_labels_shown(struct route_labels *labels, struct subunit2_view route_code)
{
	if (!labels->differ) {
		labels->left_out |= labels->first.len > 0;
		return SUBUNIT2_ABSENT;
	}
	route_labels_look_up(labels, route_code);
	return buffer_view(&labels->last);
}

struct subunit2_view
route_labels_left_out(struct route_labels *labels)
{
	if (!labels->differ || !labels->left_out)
		return SUBUNIT2_ABSENT;
	labels->left_out = false;
	return buffer_view(&labels->first);
}
