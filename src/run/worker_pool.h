/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The worker pool: runs the scripts of a selection at workers, one worker for each instance.
 *
 * worker_dispatch decides which worker is asked for which test, and worker_results what the
 * stream says of it; the pool connects both to processes, signals and standard input.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include "scheduler.h"

struct worker_pool_options {
	const struct scheduler_options *scheduler; /* slots, jobserver and executor are not used */
	const struct executor *command;            /* the template of the workers' command */
	const struct instances *instances;
	unsigned restarts;  /* of each worker */
	int64_t silence_ns; /* a worker with tests that writes nothing for so long fails; 0: never
	                     */
};

/* As scheduler_run. */
struct scheduler_end worker_pool_run(const struct worker_pool_options *options, struct suite *suite,
                                     struct selection *selection, struct subunit2_sink *sink,
                                     struct supervisor *supervisor);

#endif
