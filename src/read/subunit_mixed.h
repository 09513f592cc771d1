/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Mixed streams: packets, and JSON events at the end of a line, amid text.
 *
 * A packet ends the line before it. Damage, of packets and of lines that begin
 * like an event, is reported as in subunit2/damage.h.
 */
#ifndef SUBUNIT_MIXED_H
#define SUBUNIT_MIXED_H

#include <subunit2/stream.h>

struct subunit_mixed;

/*
 * Events go to SINK, which is not finished, and text to TEXT, with CONTEXT, in
 * the order of the input. FLAGS are those of subunit2_stream_new.
 */
struct subunit_mixed *
subunit_mixed_new(struct subunit2_sink *sink, unsigned flags,
                  enum subunit2_result (*text)(void *context, struct subunit2_view bytes,
                                               int64_t now_ms, struct subunit2_error *error),
                  void *context);
void subunit_mixed_free(struct subunit_mixed *mixed);

/* As for the stream. */
enum subunit2_result subunit_mixed_feed(struct subunit_mixed *mixed, struct subunit2_view bytes,
                                        int64_t now_ms, struct subunit2_error *error);
int64_t subunit_mixed_deadline(const struct subunit_mixed *mixed);
enum subunit2_result subunit_mixed_tick(struct subunit_mixed *mixed, int64_t now_ms,
                                        struct subunit2_error *error);
enum subunit2_result subunit_mixed_finish(struct subunit_mixed *mixed,
                                          struct subunit2_error *error);

#endif
