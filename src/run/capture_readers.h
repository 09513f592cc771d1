/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The readers of standard output in a capture:
 *
 *     stdout → packets → version 1 → suite log → TAP → console → text → sink
 *                 |          |          |         |       |        |
 *                 events     tests      text      assertions, results, stderr's text
 *
 * The format that the options declare says which of them are open.
 */
#ifndef CAPTURE_READERS_H
#define CAPTURE_READERS_H

#include "capture_state.h"

/* Opens the readers, on the first output: most commands print nothing, and the readers need
 * much memory. Does nothing if they are open, or if all output is text. */
void capture_readers_open(struct output_capture *capture);
void capture_readers_free(struct output_capture *capture);

/* Reads BYTES of standard output. The readers are open. */
enum subunit2_result capture_readers_feed(struct output_capture *capture,
                                          struct subunit2_view bytes, int64_t now_ms,
                                          struct subunit2_error *error);

/* Returns the latest time for the next capture_readers_tick; INT64_MAX if nothing is held back. */
int64_t capture_readers_deadline(const struct output_capture *capture);
enum subunit2_result capture_readers_tick(struct output_capture *capture, int64_t now_ms,
                                          struct subunit2_error *error);

/* Emits all that the readers hold back. */
enum subunit2_result capture_readers_finish(struct output_capture *capture,
                                            struct subunit2_error *error);

#endif
