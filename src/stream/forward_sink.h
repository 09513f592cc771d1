/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The base of sinks that forward events, changed or not, to a next sink. A sink of this kind is a
 * struct whose first member is a forward_sink.
 */
#ifndef FORWARD_SINK_H
#define FORWARD_SINK_H

#include <subunit2/sink.h>

struct forward_sink {
	struct subunit2_sink sink;
	struct subunit2_sink *next; /* must outlive the sink, which does not free it */
};

/* Returns a new sink of SIZE bytes, zeroed after its base; never NULL. Its finish finishes NEXT,
 * and its free frees the struct; a sink that does more there replaces them. */
void *forward_sink_new(size_t size,
                       enum subunit2_result (*event)(struct subunit2_sink *self,
                                                     const struct subunit2_event *event,
                                                     struct subunit2_error *error),
                       struct subunit2_sink *next);

enum subunit2_result forward_sink_finish(struct subunit2_sink *self, struct subunit2_error *error);

#endif
