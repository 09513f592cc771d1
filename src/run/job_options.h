/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of jobs: what wrap and run say in the same words about the
 * commands that they supervise.
 */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include "options.h"
#include "test_job.h"

extern const struct poptOption job_options[];

/* Sets OPTIONS to the defaults; all other members are zeroed. */
void job_options_defaults(struct job_options *options);

/* To be called after all options: refuses options that exclude each other. Returns 0, or the result
 * of options_refuse. */
int job_options_check(const struct job_options *job, struct options *options);

/* Takes an option of that table. 0, or what options_refuse_value returns. */
int job_options_parse(struct job_options *job, struct options *options, int option);

#endif
