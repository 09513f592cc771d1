/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The stream: converts bytes into events. It is a reader (reader.h) whose text and damage become
 * events too:
 *
 * text     file events named "stdout" (text.h), without a test id and without a time
 * damage   the failed test "subunit.parser" (damage.h); the reason contains the offset in bytes,
 *          the time is that of the last packet
 *
 * The time is passed as to a reader: see reader.h.
 *
 * Threads: a stream may be used by one thread at a time.
 */
#ifndef SUBUNIT2_STREAM_H
#define SUBUNIT2_STREAM_H

#include "reader.h"
#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_stream;

/*
 * Create a stream that sends events to SINK, which must outlive it. FLAGS is 0 or
 * one of enum subunit2_reader_flags. If TEXT is not NULL, text is passed to it instead of becoming
 * file events; TEXT_CONTEXT is its first argument. Return NULL if memory is short.
 */
struct subunit2_stream *
subunit2_stream_new(struct subunit2_sink *sink, unsigned flags,
                    enum subunit2_result (*text)(void *context, struct subunit2_view text,
                                                 int64_t now_ms, struct subunit2_error *error),
                    void *text_context);
/* Release STREAM. NULL is allowed. */
void subunit2_stream_free(struct subunit2_stream *stream);

/* Read LEN bytes at DATA, which arrived at NOW_MS. */
enum subunit2_result subunit2_stream_feed(struct subunit2_stream *stream, const void *data,
                                          size_t len, int64_t now_ms, struct subunit2_error *error);
/* Return the time, in milliseconds, at which to call subunit2_stream_tick unless bytes arrive
 * before; INT64_MAX if a call is not needed. */
int64_t subunit2_stream_deadline(const struct subunit2_stream *stream);
/* Handle the silence until NOW_MS: send bytes that may never become a packet as text. */
enum subunit2_result subunit2_stream_tick(struct subunit2_stream *stream, int64_t now_ms,
                                          struct subunit2_error *error);
/* End the input: send all bytes that are held. The sink is not finished. */
enum subunit2_result subunit2_stream_finish(struct subunit2_stream *stream,
                                            struct subunit2_error *error);
/* Return whether an intact packet was found. */
bool subunit2_stream_has_packets(const struct subunit2_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
