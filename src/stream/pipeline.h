/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The pipeline: a chain of sinks before an existing one, its end. It is a subunit2_chain for which
 * a lack of memory ends the program.
 *
 * Sinks are pushed from the end to the start; events enter at FIRST. The pipeline owns the sinks
 * that were pushed, not the end.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <subunit2.h>

struct pipeline {
	struct subunit2_sink *first; /* the sink pushed last */
	struct subunit2_chain *chain;
};

void pipeline_init(struct pipeline *pipeline, struct subunit2_sink *end);

/* Put SINK, whose next sink is FIRST, at the start. If SINK is NULL, memory is short and the
 * program ends. */
void pipeline_push(struct pipeline *pipeline, struct subunit2_sink *sink);

/* Put a tee at the start: every event goes to SINK, which stays the caller's, then to FIRST. */
void pipeline_tee(struct pipeline *pipeline, struct subunit2_sink *sink);

/* Finish the whole chain, its end included. Return the result of subunit2_sink_finish. */
enum subunit2_result pipeline_finish(struct pipeline *pipeline);

/* Free the sinks that were pushed. */
void pipeline_free(struct pipeline *pipeline);

#endif
