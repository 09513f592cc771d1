/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The pipeline: a chain of sinks before an existing one, its end.
 *
 * Sinks are pushed from the end to the start; events enter at FIRST. The pipeline owns the
 * sinks that were pushed, not the end.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <subunit2.h>

struct pipeline {
	struct subunit2_sink *first; /* the sink pushed last */
	struct subunit2_sink **sinks;
	size_t count, size;
};

void pipeline_init(struct pipeline *pipeline, struct subunit2_sink *end);

/* Puts SINK, whose next sink is FIRST, at the start. SINK NULL: memory is short, the
 * program ends. */
void pipeline_push(struct pipeline *pipeline, struct subunit2_sink *sink);

/* Puts a tee at the start: every event to SINK, which stays the caller's, then to FIRST. */
void pipeline_tee(struct pipeline *pipeline, struct subunit2_sink *sink);

/* Finishes the whole chain, its end included. The result of subunit2_sink_finish. */
enum subunit2_result pipeline_finish(struct pipeline *pipeline);

/* Frees the sinks that were pushed. */
void pipeline_free(struct pipeline *pipeline);

#endif
