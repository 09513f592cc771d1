/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Mixed streams: packets, and JSON events that stand alone on a line, amid text.
 *
 * A packet ends the line before it. Damage, of packets and of lines that begin
 * like an event, is told as subunit2/damage.h has it.
 */
#ifndef SUBUNIT_MIXED_H
#define SUBUNIT_MIXED_H

#include <subunit2/stream.h>

struct mixed;

/*
 * Events go to SINK, which is not finished, and text to TEXT, with CONTEXT, in
 * the order of the input. DECLARED as for subunit2_stream_new.
 */
struct mixed *mixed_new(struct subunit2_sink *sink, bool declared,
                        int (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
                                    struct subunit2_error *error),
                        void *context);
void mixed_free(struct mixed *mixed);

/* As for the stream. */
int mixed_feed(struct mixed *mixed, struct subunit2_view bytes, int64_t now_ms,
               struct subunit2_error *error);
int64_t mixed_deadline(const struct mixed *mixed);
int mixed_tick(struct mixed *mixed, int64_t now_ms, struct subunit2_error *error);
int mixed_finish(struct mixed *mixed, struct subunit2_error *error);

#endif
