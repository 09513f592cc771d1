/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The setup of a run: checks the options, and sets the fields that follow from them.
 */
#ifndef RUN_SETUP_H
#define RUN_SETUP_H

#include "jobserver.h"
#include "run_options.h"

/* Opens make's jobserver, if there is one. Without --jobs, OPTS gets its number of jobs; if it
 * cannot be used, a message says so and children do not see it. */
void run_setup_open_jobserver(struct run_options *opts, struct jobserver *jobserver);

/* Checks the options, and sets the fields that follow from them. OPTS has its environment. Returns
 * 0, or a negative number after a message: OPTIONS have the exit status. */
int run_setup_complete(struct run_options *opts, struct options *options);

#endif
