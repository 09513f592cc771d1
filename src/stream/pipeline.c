/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pipeline.h"

#include "memory.h"

#include <stdlib.h>

void
pipeline_init(struct pipeline *pipeline, struct subunit2_sink *end)
{
	*pipeline = (struct pipeline){.first = end};
}

void
pipeline_push(struct pipeline *pipeline, struct subunit2_sink *sink)
{
	pipeline->first = memory_have(sink);
	pipeline->sinks = memory_grow(pipeline->sinks, &pipeline->size, pipeline->count + 1,
	                              sizeof(struct subunit2_sink *));
	pipeline->sinks[pipeline->count++] = sink;
}

void
pipeline_tee(struct pipeline *pipeline, struct subunit2_sink *sink)
{
	struct subunit2_sink *ends[] = {sink, pipeline->first};
	pipeline_push(pipeline, subunit2_tee_new(ends, 2));
}

enum subunit2_result
pipeline_finish(struct pipeline *pipeline)
{
	return subunit2_sink_finish(pipeline->first, NULL);
}

void
pipeline_free(struct pipeline *pipeline)
{
	for (size_t i = pipeline->count; i-- > 0;)
		subunit2_sink_free(pipeline->sinks[i]);
	free(pipeline->sinks);
	*pipeline = (struct pipeline){0};
}
