/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Version 1 of the protocol amid text.
 *
 * An outcome line that names the id of a "test:" line before it identifies version 1.
 * From the first line that may be part of it, lines are held for at most 64 KiB or 100 ms;
 * after that they are text, but the ids of their tests still count.
 */
#ifndef SUBUNIT1_MIXED_H
#define SUBUNIT1_MIXED_H

#include "subunit1.h"

struct subunit1_mixed_options {
	struct subunit1_scope scope;
	bool forced; /* version 1 from the first byte */
	struct subunit2_time (*clock)(void *context);
};

struct subunit1_mixed;

/* SINK takes the events; text goes to the scope. */
struct subunit1_mixed *subunit1_mixed_new(const struct subunit1_mixed_options *options,
                                          struct subunit2_sink *sink);
void subunit1_mixed_free(struct subunit1_mixed *mixed); /* NULL is allowed */

enum subunit2_result subunit1_mixed_feed(struct subunit1_mixed *mixed, struct subunit2_view bytes,
                                         int64_t now_ms, struct subunit2_error *error);
int64_t subunit1_mixed_deadline(const struct subunit1_mixed *mixed); /* INT64_MAX: never */
enum subunit2_result subunit1_mixed_tick(struct subunit1_mixed *mixed, int64_t now_ms,
                                         struct subunit2_error *error);
enum subunit2_result subunit1_mixed_finish(struct subunit1_mixed *mixed,
                                           struct subunit2_error *error);

/* Returns whether version 1 was identified. */
bool subunit1_mixed_found(const struct subunit1_mixed *mixed);

/* Returns whether a line without a keyword would be passed on at once: a line begins, no line is
 * held, and version 1 was not identified. */
bool subunit1_mixed_is_idle(const struct subunit1_mixed *mixed);

#endif
