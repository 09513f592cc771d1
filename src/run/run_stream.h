/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The stream that run and wrap write: a pipeline into the outputs, and the verdict on it.
 *
 * Events enter at pipeline.first. The caller pushes its own sinks after run_stream_open.
 */
#ifndef RUN_STREAM_H
#define RUN_STREAM_H

#include "outputs.h"
#include "pipeline.h"

struct run_stream {
	struct outputs *outputs;
	struct subunit2_summary *summary;
	struct pipeline pipeline;
};

/* Opens the outputs. The options outlive the stream. False after a message. */
bool run_stream_open(struct run_stream *stream, const struct output_options *options,
                     const struct outputs_defaults *defaults, const struct writer_options *writer);

/* Finishes the stream and closes the outputs. Returns false if not everything was written. */
bool run_stream_close(struct run_stream *stream);

/* Returns the verdict; call it after the stream is closed. EMPTY_IS_GOOD: also of a stream without
 * a test. */
bool run_stream_is_good(const struct run_stream *stream, bool empty_is_good);

/* Releases a closed stream. */
void run_stream_free(struct run_stream *stream);

#endif
