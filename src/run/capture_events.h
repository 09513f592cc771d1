/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The events of a capture. Text that came before an event is emitted before it, and text of
 * standard output and standard error in the order in which it came.
 */
#ifndef CAPTURE_EVENTS_H
#define CAPTURE_EVENTS_H

#include "capture_state.h"

/* Sets the sinks CAPTURE->events and CAPTURE->assertions. Neither finishes CAPTURE->sink. */
void capture_events_init(struct output_capture *capture);

/* Emits the text that came before an event. */
enum subunit2_result capture_events_flush_texts(struct output_capture *capture,
                                                struct subunit2_error *error);

/* Adds text of STREAM, after the text that the other stream had before. */
enum subunit2_result capture_events_feed_text(struct output_capture *capture,
                                              enum process_stream stream,
                                              struct subunit2_view bytes,
                                              struct subunit2_error *error);

#endif
