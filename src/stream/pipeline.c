/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pipeline.h"

#include "memory.h"

void
pipeline_init(struct pipeline *pipeline, struct subunit2_sink *end)
{
	*pipeline = (struct pipeline){
		.first = end,
		.chain = memory_have(subunit2_chain_new(end)),
	};
}

void
pipeline_push(struct pipeline *pipeline, struct subunit2_sink *sink)
{
	/* The allocations of the library end the program, too: see util/checked_alloc. */
	if (subunit2_chain_push(pipeline->chain, sink, NULL) != SUBUNIT2_E_OK)
		memory_have(NULL);
	pipeline->first = sink;
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
	return subunit2_chain_finish(pipeline->chain, NULL);
}

void
pipeline_free(struct pipeline *pipeline)
{
	subunit2_chain_free(pipeline->chain);
	*pipeline = (struct pipeline){0};
}
