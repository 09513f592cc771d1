/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Version 1 within the output of a test, for subunit1_mixed.h.
 */
#ifndef SUBUNIT1_H
#define SUBUNIT1_H

#include "input.h"

struct subunit1_scope {
	struct subunit2_view script; /* absent: a test's id is its label */
	enum subunit2_result (*text)(
		void *context, struct subunit2_view bytes, int64_t now_ms,
		struct subunit2_error *error); /* takes the lines that are text */
	void *context;
};

/* Opens an input whose tests are not runnable and have the ids SCRIPT::LABEL; a repeated id
 * gets a number. What SCOPE points to and SINK outlive the input. */
struct input *subunit1_open_within(const struct subunit1_scope *scope, struct subunit2_sink *sink);

/* Sets the time of the events for which the stream gives none; NULL: they have no time. */
void subunit1_set_seen(struct input *input, const struct subunit2_time *time);

#endif
