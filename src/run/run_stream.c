/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_stream.h"

#include "exit_status.h"
#include "memory.h"

bool
run_stream_open(struct run_stream *stream, const struct output_options *options,
                const struct outputs_defaults *defaults, const struct writer_options *writer)
{
	*stream = (struct run_stream){.outputs = outputs_open(options, defaults, writer)};
	if (!stream->outputs)
		return false;
	stream->summary = memory_have(subunit2_summary_new());
	pipeline_init(&stream->pipeline, outputs_sink(stream->outputs));
	pipeline_tee(&stream->pipeline, subunit2_summary_sink(stream->summary));
	return true;
}

bool
run_stream_close(struct run_stream *stream)
{
	pipeline_finish(&stream->pipeline);
	pipeline_free(&stream->pipeline);
	return outputs_close(stream->outputs) == EXIT_STATUS_GOOD;
}

bool
run_stream_is_good(const struct run_stream *stream, bool empty_is_good)
{
	return subunit2_summary_is_good(subunit2_summary_result(stream->summary),
	                                empty_is_good ? SUBUNIT2_SUMMARY_EMPTY_IS_GOOD : 0);
}

void
run_stream_free(struct run_stream *stream)
{
	subunit2_summary_free(stream->summary);
}
