/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The label of a routing code, which says where a test ran: its segments without those that are the
 * number of a slot. "mac/2" is "mac", and "0" has no label.
 */
#ifndef ROUTE_LABEL_H
#define ROUTE_LABEL_H

#include "buffer.h"

#include <subunit2/event.h>

/* Sets LABEL to the label of ROUTE_CODE; empty: it has none. */
void route_label(struct buffer *label, struct subunit2_view route_code);

/* The labels of a stream. All zeroes to begin with; free with route_labels_clear. */
struct route_labels {
	struct buffer first; /* the label that was seen first */
	bool differ;         /* another was seen, so that people must see them */
	bool left_out;       /* the first one was not shown, as it was the only one then */
	struct buffer last_route, last;
};

/* Notes the label of ROUTE_CODE, if it has one. */
void route_labels_add(struct route_labels *labels, struct subunit2_view route_code);

/* The same for the route of EVENT, if the event is about a test. */
void route_labels_add_event(struct route_labels *labels, const struct subunit2_event *event);
void route_labels_clear(struct route_labels *labels);

/* Returns the label of ROUTE_CODE if the labels of the stream differ, else an empty view. Valid
 * until the next call. */
struct subunit2_view route_labels_shown(struct route_labels *labels,
                                        struct subunit2_view route_code);

/* Returns the first label if route_labels_shown left it out and the labels differ now; else an
 * empty view. Returns it only once, for a line that makes up for it. */
struct subunit2_view route_labels_left_out(struct route_labels *labels);

#endif
