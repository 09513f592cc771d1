/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The stream: bytes in, events out. The reader with its text and its damage
 * made into events:
 *
 * text     file events "stdout" (see text.h), with no test id and no time
 * damage   a failed test "subunit.parser" (see damage.h), the reason with its byte
 *          offset; the time is that of the last packet
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
 * FLAGS as in subunit2_reader_new. TEXT takes the text instead, unless it is
 * NULL; TEXT_CONTEXT is its first argument. NULL when memory is short.
 */
struct subunit2_stream *
subunit2_stream_new(struct subunit2_sink *sink, unsigned flags,
                    enum subunit2_result (*text)(void *context, struct subunit2_view text,
                                                 int64_t now_ms, struct subunit2_error *error),
                    void *text_context);
void subunit2_stream_free(struct subunit2_stream *stream);

/* As for the reader. finish ends the input and flushes; it does not finish the sink. */
enum subunit2_result subunit2_stream_feed(struct subunit2_stream *stream, const void *data,
                                          size_t len, int64_t now_ms, struct subunit2_error *error);
int64_t subunit2_stream_deadline(const struct subunit2_stream *stream);
enum subunit2_result subunit2_stream_tick(struct subunit2_stream *stream, int64_t now_ms,
                                          struct subunit2_error *error);
enum subunit2_result subunit2_stream_finish(struct subunit2_stream *stream,
                                            struct subunit2_error *error);
bool subunit2_stream_has_packets(const struct subunit2_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
