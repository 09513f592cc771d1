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

/* What holds where nothing is said; all else in OPTIONS is zeroed. */
void job_options_defaults(struct job_options *options);

/* Once all are taken: what does not go together. 0, or what options_refuse returns. */
int job_options_check(const struct job_options *job, struct options *options);

/* Takes an option of that table. 0, or what options_refuse_value returns. */
int job_options_parse(struct job_options *job, struct options *options, int option);

#endif
