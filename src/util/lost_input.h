/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The event for an input that could not be read to its end: the failed test
 * "subunit.input", which is not runnable, with the file "reason".
 *
 * Every command adds this event to what it writes from such an input, so that
 * no later reader takes the rest of the input for all of it.
 */
#ifndef LOST_INPUT_H
#define LOST_INPUT_H

#include <subunit2/sink.h>

#define LOST_INPUT_ID "subunit.input"

/* Emits the event for the input STREAM (see subunit2/event.h). The file "reason" is
 * "NAME: message of WHY (at byte N)". */
enum subunit2_result lost_input_emit(struct subunit2_sink *sink, unsigned stream, const char *name,
                                     const struct subunit2_error *why,
                                     struct subunit2_error *error);

/* The same with the text REASON; its invalid and control bytes are escaped. */
enum subunit2_result lost_input_emit_reason(struct subunit2_sink *sink, unsigned stream,
                                            const char *reason, struct subunit2_error *error);

/* Returns whether EVENT is about an input that was lost. */
bool lost_input_is(const struct subunit2_event *event);

/* Returns whether the test ID stands for results that may be missing: "subunit.input", or
 * "subunit.parser" (see subunit2/damage.h). */
bool lost_input_or_damage(struct subunit2_view id);

#endif
